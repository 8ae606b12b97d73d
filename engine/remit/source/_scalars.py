"""What a plain scalar means: the core schema of YAML 1.2, less what YAML 1.1 reads differently."""

from __future__ import annotations

import re

from remit.source import _messages as messages
from remit.source._data import Data
from remit.source._errors import Text

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BOOLEANS_OF_1_1 = frozenset(("y", "n", "yes", "no", "on", "off"))
_NUMERIC_START = frozenset("+-.0123456789")

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_OTHER_BASE = re.compile(r"[-+]?0(?:[0-9_]+|[oO][0-7_]+|[xX][0-9a-fA-F_]+|[bB][01_]+)", re.ASCII)
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE | re.ASCII)

_INT64_DIGITS = 20
_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1


def resolve(text: str) -> Data | Text:
    """The value of an unquoted, untagged scalar, or the words of the refusal."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in _NUMERIC_START:
        return _numeric(text)
    if len(text) <= 3 and text.lower() in _BOOLEANS_OF_1_1:
        return messages.ambiguous_boolean(text)
    return text


def resolve_key(text: str) -> Text | None:
    """The words of the refusal if an unquoted key is not a string in every version of YAML."""
    if text == "<<":
        return messages.merge_key()
    if text in _CONSTANTS or (text[0] in _NUMERIC_START and not isinstance(_numeric(text), str)):
        return messages.key_not_string(text)
    return None


def needs_quotes(text: str) -> bool:
    """Whether an unquoted `text` would not read back as the string it is."""
    return resolve(text) != text or text == "<<"


def _numeric(text: str) -> Data | Text:
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _OTHER_BASE.fullmatch(text) or _LEADING_ZERO.fullmatch(text):
        return messages.ambiguous_number(text)
    if _FLOAT.fullmatch(text):
        return _float(text)
    if _SEXAGESIMAL.fullmatch(text):
        return messages.ambiguous_sexagesimal(text)
    if _NOT_FINITE.fullmatch(text):
        return messages.not_finite(text)
    return text


def _integer(text: str) -> int | Text:
    value = int(text) if len(text) <= _INT64_DIGITS else _INT64_MAX + 1
    return value if _INT64_MIN <= value <= _INT64_MAX else messages.integer_too_big()


def _float(text: str) -> float | Text:
    value = float(text)
    if value in (float("inf"), float("-inf")) or (value == 0 and re.search("[1-9]", re.split("[eE]", text)[0])):
        return messages.float_out_of_range()
    return value
