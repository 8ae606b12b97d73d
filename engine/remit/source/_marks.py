"""Where each value of a document starts: packed while unused, indexed on the first question.

One mark is a line and a column. Marks follow the data in order: the root; then, for every entry of a
mapping, its key and its value; for every item of a sequence, the item.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence
from itertools import islice

from remit.source._data import Data, Path

_Children = dict[str | int, int]


def pack(numbers: Sequence[int]) -> str:
    """Lines and columns as text: a width code, then base64 of little-endian unsigned integers."""
    width = "H" if max(numbers, default=0) < 65_536 else "I"
    return width + b64encode(struct.pack(f"<{len(numbers)}{width}", *numbers)).decode("ascii")


def unpack(text: str) -> tuple[int, ...]:
    """The inverse of `pack`. Raises ValueError when the text was not made by it."""
    width, body = text[:1], b64decode(text[1:], validate=True)
    size = {"H": 2, "I": 4}.get(width)
    if size is None or len(body) % (2 * size):
        msg = "the marks are damaged"
        raise ValueError(msg)
    return struct.unpack(f"<{len(body) // size}{width}", body)


class Marks:
    """The packed marks of one document, and an index of them built when first needed."""

    __slots__ = ("_children", "_numbers", "packed")

    def __init__(self, packed: str) -> None:
        self.packed = packed
        self._numbers: tuple[int, ...] = ()
        self._children: dict[int, _Children] = {}

    def find(self, data: Data, path: Path) -> tuple[int, int]:
        """(index of the nearest existing value on `path`, how many steps of `path` lead to it)."""
        if not self._numbers:
            self._numbers = unpack(self.packed)
            # of most documents there is only one question, for which an index is not worth while
            return _walk(data, path)
        if path and not self._children:
            self._children = _index(data)
        at = 0
        for depth, step in enumerate(path):
            child = self._children.get(at, {}).get(step)
            if child is None:
                return at, depth
            at = child
        return at, len(path)

    def last(self, data: Data, at: int) -> int:
        """The index of the last value at or below the mark with the index `at`."""
        if not self._children:
            self._children = _index(data)
        while children := self._children.get(at):
            at = next(reversed(children.values()))
        return at

    def place(self, at: int) -> tuple[int, int]:
        """(line, column) of the mark with the index `at`, which `find` gave. Raises ValueError when damaged."""
        pair = self._numbers[2 * at : 2 * at + 2]
        if len(pair) != 2:
            msg = "the marks do not fit the data"
            raise ValueError(msg)
        return pair[0], pair[1]


def _walk(data: Data, path: Path) -> tuple[int, int]:
    """What `find` finds, without an index."""
    at = 0
    for depth, step in enumerate(path):
        if isinstance(data, dict) and isinstance(step, str) and step in data:
            at += 2 + sum([1 + _size(value) for value in islice(data.values(), list(data).index(step))])
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            at += 1 + sum(map(_size, data[:step]))
            data = data[step]
        else:
            return at, depth
    return at, len(path)


def _size(data: Data) -> int:
    """How many marks a value has: its own, and those of its keys and values or of its items."""
    if not isinstance(data, dict | list):
        return 1
    count = 0
    stack: list[Data] = [data]
    while stack:
        value = stack.pop()
        count += 1
        if isinstance(value, dict):
            count += len(value)
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
    return count


def _index(data: Data) -> dict[int, _Children]:
    """For the mark of each collection, the marks of its children by key or by number."""
    index: dict[int, _Children] = {}
    stack: list[tuple[Data, _Children | None, str | int]] = [(data, None, 0)]
    at = -1
    while stack:
        value, siblings, step = stack.pop()
        at += 1 if siblings is None or isinstance(step, int) else 2
        if siblings is not None:
            siblings[step] = at
        if isinstance(value, dict):
            children = index[at] = {}
            stack.extend((value[key], children, key) for key in reversed(value))
        elif isinstance(value, list):
            children = index[at] = {}
            stack.extend((value[number], children, number) for number in reversed(range(len(value))))
    return index
