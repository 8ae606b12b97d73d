"""Whether a token was drawn at random, or put together by a person from words, dates and versions."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[-_+/=]")
_DIGITS = re.compile(r"[0-9]+")
_OF_A_KIND = re.compile(r"[0-9]+|[A-Z]+|[a-z]+")
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
    numbers = len(_DIGITS.findall(text))
    if numbers == 0 or text.isdigit():
        return False
    to_digits = 2 * numbers - text[0].isdigit() - text[-1].isdigit()
    if to_digits * 5 >= len(text):
        return True
    changes = len(_OF_A_KIND.findall(text)) - 1
    return changes * 20 >= len(text) * 9 and text.upper() != text != text.lower()
