"""Which type of the language a Python value has at run time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from remit.cel import _messages
from remit.cel._types import BOOL, BYTES, CIDR, DOUBLE, DURATION, INT, IP, NULL, STRING, TIMESTAMP, UINT
from remit.cel._values import Cidr, FineDuration, FineTimestamp, IpAddress, OptionalValue, TypeValue, UInt

LIST, MAP, TYPE, OPTIONAL = "list", "map", "type", "optional_type"
NUMERIC = frozenset({INT.name, UINT.name, DOUBLE.name})
# The types that are values too: what `type(x)` may equal.
TYPE_NAMES = frozenset(
    {type_.name for type_ in (NULL, BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, IP, CIDR)}
    | {LIST, MAP, TYPE, OPTIONAL}
)

_EXACT: Mapping[type, str] = {
    type(None): NULL.name,
    bool: BOOL.name,
    int: INT.name,
    UInt: UINT.name,
    float: DOUBLE.name,
    str: STRING.name,
    bytes: BYTES.name,
    list: LIST,
    tuple: LIST,
    dict: MAP,
    timedelta: DURATION.name,
    TypeValue: TYPE,
    OptionalValue: OPTIONAL,
    FineTimestamp: TIMESTAMP.name,
    FineDuration: DURATION.name,
    IpAddress: IP.name,
    Cidr: CIDR.name,
}
_SUBCLASSES: tuple[tuple[type, str], ...] = (
    (UInt, UINT.name),
    (int, INT.name),
    (float, DOUBLE.name),
    (str, STRING.name),
    (bytes, BYTES.name),
    (list, LIST),
    (tuple, LIST),
    (Mapping, MAP),
    (timedelta, DURATION.name),
)


def kind(value: object) -> str:
    """The name of the type of `value`, such as `int` or `google.protobuf.Timestamp`.

    Raises:
        CelEvaluationError: `invalid_value` for a naive datetime or a type that stands for nothing.
    """
    known = _EXACT.get(type(value))
    return known if known is not None else _kind(value)


def _kind(value: object) -> str:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise _messages.naive_datetime()
        return TIMESTAMP.name
    for class_, name in _SUBCLASSES:
        if isinstance(value, class_):
            return name
    raise _messages.foreign_value(type(value).__name__)
