"""Declarations put away: checked when they come in, kept small, and made again when somebody asks for one.

Of ten thousand keys a process decides for some, and nobody reads the positions of most.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping

from remit.bundle._catalogue import Declared, declare
from remit.resources import KINDS
from remit.source import Document

_BLOCK = 32
_REMEMBERED = 1_024


class Shelf(Mapping[str, Declared]):
    """The declarations of one kind by name, in the order of their names once it is `closed`."""

    __slots__ = ("_blocks", "_found", "_places", "_waiting", "kind")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._blocks: list[bytes] = []
        self._waiting: list[bytes] = []
        self._places: dict[str, int] = {}
        self._found: dict[str, Declared] = {}

    def put(self, declared: Declared) -> None:
        """Put one away. Raises ValueError when one of this name is there."""
        if declared.name in self._places:
            raise ValueError(declared.name)
        self._places[declared.name] = len(self._places)
        marks, text = declared.document.pack()
        place = json.dumps([declared.document.file, declared.document.index, marks]).encode()
        self._waiting += (place, text)
        if len(self._waiting) == 2 * _BLOCK:
            self._pack()

    def closed(self) -> Shelf:
        """The same shelf, complete and in order."""
        self._pack()
        self._places = dict(sorted(self._places.items()))
        return self

    def _pack(self) -> None:
        self._blocks.append(zlib.compress(b"\n".join(self._waiting)))
        self._waiting = []

    def __getitem__(self, name: str) -> Declared:
        found = self._found.get(name)
        if found is None:
            block, at = divmod(self._places[name], _BLOCK)
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            found = self._found[name] = self._unpacked(block, at)
        return found

    def _unpacked(self, block: int, at: int) -> Declared:
        # JSON on one line has no line break, so the lines are what was put together
        lines = zlib.decompress(self._blocks[block]).split(b"\n")
        place, text = lines[2 * at : 2 * at + 2]
        file, index, marks = json.loads(place)
        return declare(KINDS[self.kind].model_validate_json(text), Document.unpack(file, index, marks, text))

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
