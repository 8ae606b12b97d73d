"""The line of source that a finding points at, and where to put the caret."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from remit.render._escape import plain
from remit.resources import secrets_in_text
from remit.source import Position, SourceError

WIDTH = 120
_LEAD = 40


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line, made printable; the caret stands under cell `caret`, counted from 0."""

    number: int
    line: str
    caret: int


class Excerpts:
    """Lines of the files that `read` gives; none at all of a file that holds a secret."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._files: dict[str, tuple[str, ...]] = {}

    def at(self, position: Position) -> Excerpt | None:
        """The line of `position`; None when it cannot be shown."""
        if position.file not in self._files:
            self._files[position.file] = self._lines(position.file)
        lines = self._files[position.file]
        if not 1 <= position.line <= len(lines):
            return None
        return excerpt(lines[position.line - 1], position)

    def _lines(self, file: str) -> tuple[str, ...]:
        try:
            text = self._read(file).decode("utf-8-sig")
        except (OSError, ValueError, LookupError, SourceError):
            return ()
        # a secret may span lines, so nothing of its file is shown
        return () if secrets_in_text(text, file) else tuple(text.split("\n"))


def excerpt(line: str, position: Position) -> Excerpt:
    """`line` cut to what a terminal shows, with the caret under the column of `position`."""
    line = line.removesuffix("\r").replace("\t", " ")
    column = min(position.column - 1, len(line))
    start = column - _LEAD if column > WIDTH - _LEAD else 0
    shown = plain(line[start : start + WIDTH])
    return Excerpt(position.line, shown, _cells(plain(line[start:column])))


def _cells(text: str) -> int:
    """How many cells a terminal gives to printable `text`."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    marks = sum(unicodedata.combining(char) > 0 for char in text)
    return len(text) + wide - marks
