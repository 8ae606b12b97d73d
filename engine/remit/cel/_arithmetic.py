"""The arithmetic operators, by the types of their operands. Integers overflow, doubles do not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from remit.cel import _messages
from remit.cel._instants import duration_from, duration_nanoseconds, timestamp_from, timestamp_nanoseconds
from remit.cel._kinds import LIST, kind
from remit.cel._types import BYTES, DOUBLE, DURATION, INT, STRING, TIMESTAMP, UINT
from remit.cel._values import INT_MAX, INT_MIN, UINT_MAX, UInt

# The operands of an entry have the types of its key.
_Operation = Callable[[Any, Any], object]
_Table = Mapping[tuple[str, str], _Operation]


def within_int(value: int) -> int:
    """`value`, which has to fit 64 signed bits."""
    if INT_MIN <= value <= INT_MAX:
        return value
    raise _messages.out_of_range(INT.name)


def within_uint(value: int) -> UInt:
    """`value`, which has to fit 64 unsigned bits."""
    if 0 <= value <= UINT_MAX:
        return UInt(value)
    raise _messages.out_of_range(UINT.name)


def nearest_double(value: float) -> float:
    """The double nearest to a number."""
    try:
        return float(value)
    except OverflowError:
        raise _messages.out_of_range(DOUBLE.name) from None


def add(left: object, right: object) -> object:
    """`left + right`."""
    return _apply("+", _ADD, left, right)


def subtract(left: object, right: object) -> object:
    """`left - right`."""
    return _apply("-", _SUBTRACT, left, right)


def multiply(left: object, right: object) -> object:
    """`left * right`."""
    return _apply("*", _MULTIPLY, left, right)


def divide(left: object, right: object) -> object:
    """`left / right`; integers truncate toward zero."""
    return _apply("/", _DIVIDE, left, right)


def modulo(left: object, right: object) -> object:
    """`left % right`; the sign is the dividend's."""
    return _apply("%", _MODULO, left, right)


def negate(operand: object) -> object:
    """`-operand`."""
    name = kind(operand)
    if name == INT.name:
        return within_int(-operand)  # type: ignore[operator]
    if name == DOUBLE.name:
        return -operand  # type: ignore[operator]
    raise _messages.no_such_overload("-", (name,))


def _apply(sign: str, table: _Table, left: object, right: object) -> object:
    kinds = kind(left), kind(right)
    operation = table.get(kinds)
    if operation is None:
        raise _messages.no_such_overload(sign, kinds)
    return operation(left, right)


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise _messages.divide_by_zero()
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _divide_int(left: int, right: int) -> int:
    return within_int(_quotient(left, right))


def _divide_double(left: float, right: float) -> float:
    if right:
        return left / right
    if math.isnan(left) or not left:
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _modulo_int(left: int, right: int) -> int:
    return left - right * within_int(_quotient(left, right))


def _modulo_uint(left: UInt, right: UInt) -> UInt:
    return UInt(left - right * _quotient(left, right))


def _add_instant(instant: object, duration: object) -> object:
    return timestamp_from(timestamp_nanoseconds(instant) + duration_nanoseconds(duration))


def _subtract_instant(instant: object, duration: object) -> object:
    return timestamp_from(timestamp_nanoseconds(instant) - duration_nanoseconds(duration))


def _add_durations(left: object, right: object) -> object:
    return duration_from(duration_nanoseconds(left) + duration_nanoseconds(right))


def _subtract_durations(left: object, right: object) -> object:
    return duration_from(duration_nanoseconds(left) - duration_nanoseconds(right))


def _between(later: object, earlier: object) -> object:
    return duration_from(timestamp_nanoseconds(later) - timestamp_nanoseconds(earlier))


def _pair(name: str) -> tuple[str, str]:
    return name, name


_ADD: _Table = {
    _pair(INT.name): lambda a, b: within_int(a + b),
    _pair(UINT.name): lambda a, b: within_uint(int(a) + int(b)),
    _pair(DOUBLE.name): lambda a, b: a + b,
    _pair(STRING.name): lambda a, b: a + b,
    _pair(BYTES.name): lambda a, b: a + b,
    _pair(LIST): lambda a, b: [*a, *b],
    _pair(DURATION.name): _add_durations,
    (TIMESTAMP.name, DURATION.name): _add_instant,
    (DURATION.name, TIMESTAMP.name): lambda duration, instant: _add_instant(instant, duration),
}
_SUBTRACT: _Table = {
    _pair(INT.name): lambda a, b: within_int(a - b),
    _pair(UINT.name): lambda a, b: within_uint(int(a) - int(b)),
    _pair(DOUBLE.name): lambda a, b: a - b,
    _pair(DURATION.name): _subtract_durations,
    _pair(TIMESTAMP.name): _between,
    (TIMESTAMP.name, DURATION.name): _subtract_instant,
}
_MULTIPLY: _Table = {
    _pair(INT.name): lambda a, b: within_int(a * b),
    _pair(UINT.name): lambda a, b: within_uint(int(a) * int(b)),
    _pair(DOUBLE.name): lambda a, b: a * b,
}
_DIVIDE: _Table = {
    _pair(INT.name): _divide_int,
    _pair(UINT.name): lambda a, b: UInt(_quotient(a, b)),
    _pair(DOUBLE.name): _divide_double,
}
_MODULO: _Table = {_pair(INT.name): _modulo_int, _pair(UINT.name): _modulo_uint}
