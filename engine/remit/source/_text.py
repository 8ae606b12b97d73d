"""Bytes to text: UTF-8 only, and no character that a reviewer cannot see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from remit.source import _messages as messages
from remit.source._bounds import Bounds
from remit.source._errors import NotText, Text, TooLarge
from remit.source._position import Position

_BOM = "\ufeff"
_FOREIGN_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_SEPARATORS = "\x0b\x0c\x85\u2028\u2029"
# Soft hyphen, Arabic letter mark, fillers, zero-width, bidi embedding and isolation, annotations, tags.
_INVISIBLE = (
    "\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff"
_FORBIDDEN = re.compile(f"\r(?!\n)|[{_SEPARATORS}{_INVISIBLE}{_CONTROL}]")
_IS_INVISIBLE = re.compile(f"[{_INVISIBLE}]")


def decode(content: bytes, file: str, bounds: Bounds) -> str:
    """The text of a file, without a leading byte order mark. Raises NotText or TooLarge."""
    if len(content) > bounds.file_bytes:
        raise TooLarge.of(messages.too_many_bytes(len(content), bounds.file_bytes), Position(file, 1, 1))
    if content.startswith(_FOREIGN_BOMS):
        raise NotText.of(messages.utf16(), Position(file, 1, 1))
    try:
        return content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8").removeprefix(_BOM)
        raise NotText.of(messages.not_utf8(), place(before, len(before), file)) from None


def forbidden(text: str, file: str, bounds: Bounds) -> list[NotText]:
    """An error for each character that is not plain visible text, up to the bound on errors."""
    return [NotText.of(words, place(text, at, file)) for at, words in islice(_faults(text), bounds.errors)]


def hides_something(text: str) -> Text | None:
    """The words about the first character of an escaped scalar that is not plain visible text."""
    return next((words for _, words in _faults(text)), None)


def place(text: str, at: int, file: str) -> Position:
    """The position of the character with the index `at`."""
    start = text.rfind("\n", 0, at) + 1
    return Position(file, text.count("\n", 0, at) + 1, at - start + 1)


def _faults(text: str) -> Iterator[tuple[int, Text]]:
    for match in _FORBIDDEN.finditer(text):
        yield match.start(), _words(match.group())


def _words(character: str) -> Text:
    code = ord(character)
    if character in _SEPARATORS or character == "\r":
        return messages.line_separator(code)
    if _IS_INVISIBLE.match(character):
        return messages.invisible_character(code)
    return messages.control_character(code)
