"""Changes to a document, and what they do to plain data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeAlias, cast

from remit.source import _messages as messages
from remit.source._data import Data, Path
from remit.source._errors import Text


@dataclass(frozen=True, slots=True)
class Set:
    """Put `value` at `path`; mappings that are missing on the way are made."""

    path: Path
    value: Data
    document: int = 0


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the entry or item at `path`."""

    path: Path
    document: int = 0


@dataclass(frozen=True, slots=True)
class Append:
    """Add `value` at the end of the list at `path`; a missing list is made."""

    path: Path
    value: Data
    document: int = 0


Change: TypeAlias = Set | Delete | Append


class Impossible(Exception):
    """A change that does not fit the data; carries the words and the nearest existing path."""

    def __init__(self, words: Text, path: Path) -> None:
        super().__init__(words, path)
        self.words = words
        self.path = path


def copy(data: Data) -> Data:
    """A copy in which nothing is shared. Raises ValueError for cycles, infinities and what JSON cannot hold."""
    try:
        return cast("Data", json.loads(json.dumps(data, allow_nan=False)))
    except (RecursionError, TypeError) as error:
        raise ValueError from error


def same(one: Data, other: Data) -> bool:
    """Whether two values are equal in type, value and order of keys."""
    return json.dumps(one) == json.dumps(other)


def settle(data: Data, change: Change) -> Change:
    """The change without anything missing on its way: the parent of its path exists. Raises Impossible."""
    if not change.path:
        if isinstance(change, Append) and isinstance(data, list):
            return change
        raise Impossible(messages.root_replaced(), ())
    if isinstance(change, Delete):
        _existing(data, change.path)
        return change
    if isinstance(change, Append):
        return _settle_append(data, change)
    return _settle_set(data, change)


def apply(data: Data, change: Change) -> None:
    """Makes a settled change to plain data, in place."""
    if isinstance(change, Append):
        cast("list[Data]", _existing(data, change.path)).append(copy(change.value))
        return
    parent = cast("dict[str | int, Data]", _existing(data, change.path[:-1]))
    if isinstance(change, Delete):
        del parent[change.path[-1]]
    else:
        parent[change.path[-1]] = copy(change.value)


def _settle_append(data: Data, change: Append) -> Change:
    try:
        target = _existing(data, change.path)
    except Impossible:
        target = None
    if isinstance(target, list):
        return change
    if target is not None:
        raise Impossible(messages.not_a_list(change.path), change.path)
    return _settle_set(data, Set(change.path, [change.value], change.document))


def _settle_set(data: Data, change: Set) -> Change:
    """Shortens the path to the deepest existing collection, and wraps the value in what is missing below it."""
    at = data
    for depth, step in enumerate(change.path):
        here = change.path[:depth]
        if isinstance(at, list):
            if not isinstance(step, int) or not 0 <= step < len(at):
                raise Impossible(messages.no_such_path(change.path), here)
            at = at[step]
        elif not isinstance(at, dict) or not isinstance(step, str):
            raise Impossible(messages.not_a_mapping(here), here)
        elif at.get(step) is None:
            return Set(change.path[: depth + 1], _wrapped(change, depth + 1), change.document)
        else:
            at = at[step]
    return change


def _wrapped(change: Set, depth: int) -> Data:
    value = change.value
    for step in reversed(change.path[depth:]):
        if not isinstance(step, str):
            raise Impossible(messages.no_such_path(change.path), change.path[: depth - 1])
        value = {step: value}
    return value


def _existing(data: Data, path: Path) -> Data:
    at = data
    for depth, step in enumerate(path):
        found = _child(at, step)
        if found is None:
            raise Impossible(messages.no_such_path(path), path[:depth])
        (at,) = found
    return at


def _child(data: Data, step: str | int) -> tuple[Data] | None:
    if isinstance(data, dict) and isinstance(step, str) and step in data:
        return (data[step],)
    if isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
        return (data[step],)
    return None
