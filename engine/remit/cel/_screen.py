"""What is wrong with a text whatever its grammar: found in one quick pass, before the parser sees it.

The parser takes some ten microseconds a token, and texts written to hurt are long. Most of them can be
refused for what needs no grammar: a character that begins no token, a quote that never ends, an escape
that means nothing, or nesting past the bound. The screen refuses only what would be refused later.
"""

from __future__ import annotations

import re

from remit.cel import _messages
from remit.cel._nesting import Nesting, TooDeep
from remit.cel._strings import EscapeError, bytes_value, string_value

_GAP = r"(?:[ \t\n\f\r]++|//.*+)*+"
_RAW = r"[bB]?[rR](?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"[^\"\n\r]*\"|'[^'\n\r]*')"
_LONG = r"\"\"\"(?:[^\\\"]|\\[\s\S]|\"(?!\"\"))*\"\"\"|'''(?:[^\\']|\\[\s\S]|'(?!''))*'''"
_SHORT = r"\"[^\"\\\n\r]*(?:\\[^\n\r][^\"\\\n\r]*)*\"|'[^'\\\n\r]*(?:\\[^\n\r][^'\\\n\r]*)*'"
_SIGN = r"(?:!(?!=)|-)"
_TOKEN = re.compile(
    rf"(?P<skipped>//.*|{_RAW}|`[a-zA-Z0-9_.\-/ ]+`|\.{_GAP}\?)"
    rf"|(?P<text>[bB]?(?:{_LONG}|{_SHORT}))"
    rf"|(?P<signs>{_SIGN}(?:{_GAP}{_SIGN})*){_GAP}"
    rf"|(?P<level>(?:(?<=[_a-zA-Z0-9])(?<!has)|(?<=\.has))\(|[\[{{]{_GAP}\??)"
    r"|(?P<group>\()"
    r"|(?P<close>[)\]}])"
    rf"|(?P<comma>,){_GAP}\??"
    r"|(?P<question>\?)"
    r"|(?P<colon>:)"
    r"|(?P<bad>[^\w \t\n\f\r.&|<>=+*/%!]|[^\x00-\x7f])"
)


class Unreadable(Exception):
    """What no parser would take: the message, and where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def screen(source: str, limit: int) -> None:
    """Let through what may be an expression of at most `limit` levels.

    Raises:
        Unreadable: it is none, or is certain to nest deeper.
    """
    nesting = Nesting(limit)
    try:
        for found in _TOKEN.finditer(source):
            _look(found, nesting)
    except TooDeep as error:
        raise Unreadable(_messages.nests_too_deep(limit), error.offset) from None


def _look(found: re.Match[str], nesting: Nesting) -> None:
    match found.lastgroup:
        case "text":
            _read_escapes(found.group(), found.start())
        case "signs":
            nesting.signs(found.string, found.start(), found.end())
        case "level":
            nesting.bracket(found.start(), levels=1)
        case "group":
            nesting.bracket(found.start(), levels=0)
        case "close":
            nesting.close()
        case "comma":
            nesting.comma()
        case "question":
            nesting.question(found.start())
        case "colon":
            nesting.colon()
        case "bad":
            raise Unreadable(_messages.unexpected(found.group()), found.start())


def _read_escapes(literal: str, start: int) -> None:
    if "\\" not in literal:
        return
    try:
        bytes_value(literal) if literal[0] in "bB" else string_value(literal)
    except EscapeError as error:
        raise Unreadable(error.message, start + error.position) from None
