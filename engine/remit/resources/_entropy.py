"""Whether a token was drawn at random, or put together by a person from words, dates and versions."""

from __future__ import annotations

import re
from itertools import pairwise

_SEPARATORS = re.compile(r"[-_+/=]")
_LONG = 24
# a person writes a separator every few letters, base64url one in 32
_LETTERS_PER_SEPARATOR = 9


def looks_random(token: str) -> bool:
    """Whether a run of letters, digits and `-_+/=` holds a random part of 24 or more letters and digits."""
    token = token.strip("=-_")
    separators = len(_SEPARATORS.findall(token))
    if separators * _LETTERS_PER_SEPARATOR <= len(token):
        return _is_mixed(_SEPARATORS.sub("", token))
    return any(map(_is_mixed, _SEPARATORS.split(token)))


def _is_mixed(text: str) -> bool:
    if len(text) < _LONG or len(set(text)) < 8:
        return False
    kinds = [_kind(letter) for letter in text]
    if "digit" not in kinds or set(kinds) == {"digit"}:
        return False
    changes = sum(a != b for a, b in pairwise(kinds))
    to_digits = sum((a == "digit") != (b == "digit") for a, b in pairwise(kinds))
    return to_digits * 5 >= len(text) or (len(set(kinds)) == 3 and changes * 20 >= len(text) * 9)


def _kind(letter: str) -> str:
    return "digit" if letter.isdigit() else "upper" if letter.isupper() else "lower"
