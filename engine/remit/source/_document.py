"""One YAML document as plain data that remembers where each value was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from remit.source._data import Data, Path
from remit.source._errors import SourceError
from remit.source._marks import Marks
from remit.source._position import Position


class Document:
    """The `index`-th document of `file` (from 0), and its data: dict, list, str, int, float, bool, None.

    The data is shared, never copied: treat it as read-only. One that was stored keeps it as text until somebody
    asks, which nobody does of most.
    """

    __slots__ = ("_data", "_marks", "_text", "file", "index")

    def __init__(self, file: str, index: int, data: Data, marks: Marks) -> None:
        self.file = file
        self.index = index
        self._data = data
        self._text = b""
        self._marks = marks

    @property
    def data(self) -> Data:
        """What was written, as plain data."""
        text = self._text
        if text:
            # in this order: another thread may ask at the same time
            self._data = json.loads(text)
            self._text = b""
        return self._data

    def position(self, path: Path = ()) -> Position:
        """Where the value at `path` starts, or its nearest existing ancestor."""
        at, _ = self._marks.find(self.data, path)
        return Position(self.file, *self._marks.place(at))

    def key_position(self, path: Path) -> Position:
        """Where the key of the entry at `path` starts; for an item of a list, or the root, the value itself."""
        at, depth = self._marks.find(self.data, path)
        is_entry = depth > 0 and isinstance(path[depth - 1], str)
        return Position(self.file, *self._marks.place(at - 1 if is_entry else at))

    def line_span(self, path: Path) -> tuple[int, int]:
        """The line of the key at `path`, and the line where the last value below it starts."""
        at, _ = self._marks.find(self.data, path)
        last, _ = self._marks.place(self._marks.last(self.data, at))
        return self.key_position(path).line, last

    def to_json(self) -> dict[str, Data]:
        """A form for a JSON cache, with the positions packed."""
        return {"file": self.file, "index": self.index, "data": self.data, "marks": self._marks.packed}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Document:
        """The inverse of `to_json`. Raises ValueError when `stored` is something else."""
        try:
            file, index, marks = stored["file"], stored["index"], stored["marks"]
            data = cast("Data", stored["data"])
        except KeyError as error:
            msg = f"the stored document lacks {error}"
            raise ValueError(msg) from error
        if not (isinstance(file, str) and isinstance(index, int) and isinstance(marks, str)):
            msg = "the stored document has a field of the wrong type"
            raise ValueError(msg)
        return cls(file, index, data, Marks(marks))

    def pack(self) -> tuple[str, bytes]:
        """Two parts to keep: the positions, and the data as JSON on one line, equal for equal data."""
        text = self._text or json.dumps(self.data, separators=(",", ":"), ensure_ascii=False).encode()
        return self._marks.packed, text

    @classmethod
    def unpack(cls, file: str, index: int, marks: str, text: bytes) -> Document:
        """The inverse of `pack`. The text is not looked at before the data is asked for: keep it where it is safe."""
        document = cls(file, index, None, Marks(marks))
        document._text = text
        return document

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return (self.file, self.index, self.data, self._marks.packed) == (
            other.file,
            other.index,
            other.data,
            other._marks.packed,
        )

    def __hash__(self) -> int:
        return hash((self.file, self.index))

    def __repr__(self) -> str:
        return f"Document({self.file!r}, index={self.index})"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents that were read without fault, and every fault found, in the order of the text."""

    documents: tuple[Document, ...]
    errors: tuple[SourceError, ...]
