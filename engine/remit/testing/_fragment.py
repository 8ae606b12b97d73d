"""A part of a document as a document of its own, with the positions it has in the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from remit.source import Data, Document, Path
from remit.source._marks import pack


def fragment(whole: Document, path: Path) -> Document:
    """The value at `path` of `whole` as a document. Raises LookupError when there is none."""
    data = whole.data
    for step in path:
        data = cast("dict[str | int, Data]", data)[step]
    marks = [number for place in _places(whole, path, data) for number in place]
    return Document.from_json({"file": whole.file, "index": whole.index, "data": data, "marks": pack(marks)})


def _places(whole: Document, path: Path, data: Data) -> Iterator[tuple[int, int]]:
    """(line, column) of every key and value from `path` down, in the order of the text."""
    waiting: list[tuple[Path, Data, bool]] = [(path, data, False)]
    while waiting:
        at, value, keyed = waiting.pop()
        if keyed:
            key = whole.key_position(at)
            yield key.line, key.column
        place = whole.position(at)
        yield place.line, place.column
        if isinstance(value, dict):
            waiting.extend(((*at, key), value[key], True) for key in reversed(value))
        elif isinstance(value, list):
            waiting.extend(((*at, number), value[number], False) for number in reversed(range(len(value))))
