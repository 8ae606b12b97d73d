"""`int(x)`, `string(x)` and the other conversions between types."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from remit.cel import _messages
from remit.cel._arithmetic import nearest_double, within_int, within_uint
from remit.cel._instants import SECOND, timestamp_from, timestamp_nanoseconds
from remit.cel._kinds import kind
from remit.cel._network_texts import address_text, range_text
from remit.cel._time import duration_text, read_duration, read_timestamp, timestamp_text
from remit.cel._types import BOOL, BYTES, CIDR, DOUBLE, DURATION, INT, IP, STRING, TIMESTAMP, UINT
from remit.cel._values import TypeValue, UInt

_INT_TEXT = re.compile(r"[+-]?[0-9]{1,40}")
_UINT_TEXT = re.compile(r"[0-9]{1,40}")
_DOUBLE_TEXT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DOUBLE_WORD = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_BOOLS = dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True)
_BOOLS |= dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False)


def type_of(value: object) -> TypeValue:
    """`type(value)`."""
    return TypeValue(kind(value))


def dyn(value: object) -> object:
    """`dyn(value)`: the value, unknown to the checker."""
    return value


def _same(value: object) -> object:
    return value


def _double_to_int(value: float) -> int:
    """The bounds themselves are outside, since as doubles they stand for numbers on both sides; so is NaN."""
    if not -(2.0**63) < value < 2.0**63:
        raise _messages.out_of_range(INT.name)
    return math.trunc(value)


def _double_to_uint(value: float) -> UInt:
    if not 0.0 <= value < 2.0**64:
        raise _messages.out_of_range(UINT.name)
    return UInt(math.trunc(value))


def _text_to_int(text: str) -> int:
    if _INT_TEXT.fullmatch(text) is None:
        raise _messages.not_convertible(STRING.name, INT.name)
    return within_int(int(text))


def _text_to_uint(text: str) -> UInt:
    if _UINT_TEXT.fullmatch(text) is None:
        raise _messages.not_convertible(STRING.name, UINT.name)
    return within_uint(int(text))


def _text_to_double(text: str) -> float:
    if _DOUBLE_WORD.fullmatch(text):
        return float(text)
    if _DOUBLE_TEXT.fullmatch(text) is None:
        raise _messages.not_convertible(STRING.name, DOUBLE.name)
    value = float(text)
    if math.isinf(value):
        raise _messages.out_of_range(DOUBLE.name)
    return value


def _text_to_bool(text: str) -> bool:
    if text not in _BOOLS:
        raise _messages.not_convertible(STRING.name, BOOL.name)
    return _BOOLS[text]


def _double_text(value: float) -> str:
    """The shortest digits that read back as `value`; an exponent below 1e-4 and from 1e6 on."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    number = Decimal(repr(value)).normalize()
    if value and not -4 <= number.adjusted() < 6:
        mantissa, exponent = f"{number:e}".split("e")
        return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"
    return f"{number:f}"


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise _messages.not_unicode() from None


def _text_bytes(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise _messages.not_unicode() from None


# The argument of an entry has the type of its key.
_CONVERSIONS: Mapping[str, Mapping[str, Callable[[Any], object]]] = {
    "int": {
        INT.name: _same,
        UINT.name: lambda value: within_int(int(value)),
        DOUBLE.name: _double_to_int,
        STRING.name: _text_to_int,
        TIMESTAMP.name: lambda value: timestamp_nanoseconds(value) // SECOND,
    },
    "uint": {
        UINT.name: _same,
        INT.name: within_uint,
        DOUBLE.name: _double_to_uint,
        STRING.name: _text_to_uint,
    },
    "double": {
        DOUBLE.name: _same,
        INT.name: nearest_double,
        UINT.name: nearest_double,
        STRING.name: _text_to_double,
    },
    "string": {
        STRING.name: _same,
        BOOL.name: lambda value: "true" if value else "false",
        INT.name: lambda value: str(int(value)),
        UINT.name: lambda value: str(int(value)),
        DOUBLE.name: _double_text,
        BYTES.name: _bytes_text,
        TIMESTAMP.name: timestamp_text,
        DURATION.name: duration_text,
        IP.name: address_text,
        CIDR.name: range_text,
    },
    "bytes": {BYTES.name: _same, STRING.name: _text_bytes},
    "bool": {BOOL.name: _same, STRING.name: _text_to_bool},
    "timestamp": {
        TIMESTAMP.name: _same,
        STRING.name: read_timestamp,
        INT.name: lambda seconds: timestamp_from(seconds * SECOND),
    },
    "duration": {DURATION.name: _same, STRING.name: read_duration},
}


def _conversion(target: str, table: Mapping[str, Callable[[Any], object]]) -> Callable[[object], object]:
    def convert(value: object) -> object:
        name = kind(value)
        if name not in table:
            raise _messages.no_such_overload(target, (name,))
        return table[name](value)

    return convert


CONVERSIONS: Mapping[str, Callable[[object], object]] = {
    **{target: _conversion(target, table) for target, table in _CONVERSIONS.items()},
    "type": type_of,
    "dyn": dyn,
}
