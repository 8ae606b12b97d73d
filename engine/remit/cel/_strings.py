"""The text of string and bytes literals, quotes and escapes included, to the value they mean."""

from __future__ import annotations

import re

from remit.cel import _messages

_SIMPLE = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "?": "?",
    '"': '"',
    "'": "'",
    "`": "`",
}
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\?\"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]?))"
)


class EscapeError(ValueError):
    """An escape that means nothing: the message, and where in the literal it stands."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


def string_value(text: str) -> str:
    """The str that a string literal such as `'a\\n'` or `r\"\"\"a\"\"\"` means.

    Raises:
        EscapeError: an escape sequence is unknown or names no character.
    """
    body, start, raw = _unquote(text)
    if raw or "\\" not in body:
        return body
    return _ESCAPE.sub(lambda match: _character(match, start), body)


def bytes_value(text: str) -> bytes:
    """The bytes that a literal such as `b'\\xff'` means; plain characters stand for their UTF-8.

    Raises:
        EscapeError: an escape sequence is unknown, or one that only strings have.
    """
    body, start, raw = _unquote(text[1:])
    if raw or "\\" not in body:
        return body.encode()
    parts, end = bytearray(), 0
    for match in _ESCAPE.finditer(body):
        parts += body[end : match.start()].encode() + _octets(match, start + 1)
        end = match.end()
    return bytes(parts + body[end:].encode())


def _unquote(text: str) -> tuple[str, int, bool]:
    """Body, where it starts in `text`, and whether the literal is raw."""
    raw = text[0] in "rR"
    start = 1 if raw else 0
    width = 3 if text[start : start + 3] in ('"""', "'''") and len(text) >= start + 6 else 1
    return text[start + width : -width], start + width, raw


def _character(match: re.Match[str], start: int) -> str:
    simple, hexadecimal, short, long, octal, _ = match.groups()
    if simple:
        return _SIMPLE[simple]
    if octal:
        return chr(int(octal, 8))
    digits = hexadecimal or short or long
    if digits is None:
        raise EscapeError(_messages.bad_escape(match.group()), start + match.start())
    code = int(digits, 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise EscapeError(_messages.bad_code_point(match.group()), start + match.start())
    return chr(code)


def _octets(match: re.Match[str], start: int) -> bytes:
    if match.group(3) or match.group(4):
        raise EscapeError(_messages.bad_escape(match.group()), start + match.start())
    return _character(match, start).encode("latin-1")
