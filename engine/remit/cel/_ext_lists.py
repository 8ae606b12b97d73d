"""The `lists` extension: parts of lists, order, and lists of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from remit.cel import _messages
from remit.cel._access import NONE, some
from remit.cel._extension import function, method
from remit.cel._instants import duration_nanoseconds, timestamp_nanoseconds
from remit.cel._kinds import LIST, kind
from remit.cel._members import Members
from remit.cel._types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    MONEY,
    STRING,
    TIMESTAMP,
    UINT,
    TypeParameter,
    list_of,
    optional_of,
)
from remit.cel._values import OptionalValue

LONGEST_RANGE = 1_000_000
"""The longest list that `lists.range` makes."""

ORDERED = (BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, MONEY)
"""The types that a list may be sorted by."""

_T = TypeParameter("T")
_LIST = list_of(_T)


_ORDER: Mapping[str, Callable[[Any], Any]] = {
    **{type_.name: lambda key: key for type_ in (BOOL, INT, UINT, DOUBLE, STRING, BYTES)},
    TIMESTAMP.name: timestamp_nanoseconds,
    DURATION.name: duration_nanoseconds,
}


def _range(size: int) -> list[object]:
    if not 0 <= size <= LONGEST_RANGE:
        raise _messages.range_too_long(LONGEST_RANGE)
    return list(range(size))


def _slice(values: Sequence[object], start: int, end: int) -> list[object]:
    if not 0 <= start <= end <= len(values):
        raise _messages.no_such_slice(len(values))
    return list(values[start:end])


def _flatten(values: Sequence[object], depth: int = 1) -> list[object]:
    """Lists within the list up to `depth` deep are replaced by their elements."""
    if depth < 0:
        raise _messages.negative_depth()
    result: list[object] = []
    for value in values:
        if depth and kind(value) == LIST:
            result += _flatten(value, depth - 1)  # type: ignore[arg-type]
        else:
            result.append(value)
    return result


def _distinct(values: Sequence[object]) -> list[object]:
    members = Members()
    return [value for value in values if members.add(value)]


def _first(values: Sequence[object]) -> OptionalValue:
    return some(values[0]) if values else NONE


def _last(values: Sequence[object]) -> OptionalValue:
    return some(values[-1]) if values else NONE


def _sort(values: Sequence[object]) -> list[object]:
    return sorted_by(values, values)


def sorted_by(values: Sequence[object], keys: Sequence[object]) -> list[object]:
    """`values` in the order of their `keys`, which have to be of one type that has an order."""
    kinds = {kind(key) for key in keys}
    if len(kinds) > 1 or not kinds <= _ORDER.keys():
        raise _messages.no_order(sorted(kinds))
    ranks = [_ORDER[name](key) for name in kinds for key in keys]
    return [values[at] for at in sorted(range(len(values)), key=ranks.__getitem__)]


LISTS = (
    function("lists.range", "lists_range", (INT,), list_of(INT), _range),
    method("slice", "list_slice", (_LIST, INT, INT), _LIST, _slice),
    method("flatten", "list_flatten", (list_of(_LIST),), _LIST, _flatten),
    method("flatten", "list_flatten_depth", (list_of(DYN), INT), list_of(DYN), _flatten),
    method("distinct", "list_distinct", (_LIST,), _LIST, _distinct),
    method("reverse", "list_reverse", (_LIST,), _LIST, lambda values: list(values)[::-1]),
    method("first", "list_first", (_LIST,), optional_of(_T), _first),
    method("last", "list_last", (_LIST,), optional_of(_T), _last),
    *(method("sort", f"list_sort_{t.name}", (list_of(t),), list_of(t), _sort) for t in ORDERED),
)
