"""The `strings` extension: parts, case, search and assembly of texts. All positions count code points from 0."""

from __future__ import annotations

import re
from collections.abc import Sequence

from remit.cel import _messages
from remit.cel._ext_format import format_text
from remit.cel._extension import function, method
from remit.cel._types import DYN, INT, STRING, list_of

LONGEST = 10_000_000
"""The longest text that a function may make, in characters."""

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
_SPACE += "\u205f\u3000"
_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_TO_LOWER, _TO_UPPER = str.maketrans(_UPPER, _LOWER), str.maketrans(_LOWER, _UPPER)
_QUOTED = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_HALVES = re.compile("[\ud800-\udfff]")
_QUOTED |= {"\\": "\\\\", '"': '\\"'}


def _position(text: str, at: int) -> int:
    """`at`, which has to be a position in `text` or its end."""
    if 0 <= at <= len(text):
        return at
    raise _messages.position_out_of_range(len(text))


def _char_at(text: str, at: int) -> str:
    at = _position(text, at)
    return text[at : at + 1]


def _index_of(text: str, part: str, start: int = 0) -> int:
    return text.find(part, _position(text, start))


def _last_index_of(text: str, part: str, start: int | None = None) -> int:
    return text.rfind(part) if start is None else text.rfind(part, 0, _position(text, start) + len(part))


def _substring(text: str, start: int, end: int | None = None) -> str:
    start = _position(text, start)
    end = len(text) if end is None else _position(text, end)
    if end < start:
        raise _messages.range_reversed()
    return text[start:end]


def _replace(text: str, old: str, new: str, limit: int = -1) -> str:
    if len(new) > len(old):
        times = len(text) + 1 if not old else text.count(old)
        bound(len(text) + (times if limit < 0 else min(times, limit)) * len(new))
    return text.replace(old, new, max(-1, min(limit, len(text) + 1)))


def bound(length: int) -> None:
    """Refuses a text of so many characters before it is made."""
    if length > LONGEST:
        raise _messages.text_too_long(LONGEST)


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    """At most `limit` parts; an empty separator splits between all characters."""
    if limit == 0:
        return []
    limit = min(limit, len(text) + 2)
    if separator:
        return text.split(separator, limit - 1 if limit > 0 else -1)
    if limit < 0 or limit > len(text):
        return list(text)
    return [*text[: limit - 1], text[limit - 1 :]]


def _join(parts: Sequence[object], separator: str = "") -> str:
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) < len(parts):
        raise _messages.joins_texts()
    bound(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def _quote(text: str) -> str:
    """The text as a literal between double quotes; half of a surrogate pair becomes the replacement character."""
    whole = _HALVES.sub("\ufffd", text)
    return '"' + "".join(_QUOTED.get(letter, letter) for letter in whole) + '"'


STRINGS = (
    method("charAt", "string_char_at", (STRING, INT), STRING, _char_at),
    method("indexOf", "string_index_of", (STRING, STRING), INT, _index_of),
    method("indexOf", "string_index_of_from", (STRING, STRING, INT), INT, _index_of),
    method("lastIndexOf", "string_last_index_of", (STRING, STRING), INT, _last_index_of),
    method("lastIndexOf", "string_last_index_of_from", (STRING, STRING, INT), INT, _last_index_of),
    method("lowerAscii", "string_lower_ascii", (STRING,), STRING, lambda text: text.translate(_TO_LOWER)),
    method("upperAscii", "string_upper_ascii", (STRING,), STRING, lambda text: text.translate(_TO_UPPER)),
    method("replace", "string_replace", (STRING, STRING, STRING), STRING, _replace),
    method("replace", "string_replace_some", (STRING, STRING, STRING, INT), STRING, _replace),
    method("split", "string_split", (STRING, STRING), list_of(STRING), _split),
    method("split", "string_split_some", (STRING, STRING, INT), list_of(STRING), _split),
    method("substring", "string_substring", (STRING, INT), STRING, _substring),
    method("substring", "string_substring_to", (STRING, INT, INT), STRING, _substring),
    method("trim", "string_trim", (STRING,), STRING, lambda text: text.strip(_SPACE)),
    method("reverse", "string_reverse", (STRING,), STRING, lambda text: text[::-1]),
    method("join", "list_join", (list_of(STRING),), STRING, _join),
    method("join", "list_join_with", (list_of(STRING), STRING), STRING, _join),
    method("format", "string_format", (STRING, list_of(DYN)), STRING, format_text),
    function("strings.quote", "strings_quote", (STRING,), STRING, _quote),
)
