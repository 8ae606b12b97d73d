"""The `math` extension: extremes, rounding, signs, special doubles and bits.

Rounding is of doubles and gives doubles. Bits are those of 64-bit two's complement; shifting right
fills with zeros, and shifting by 64 or more leaves none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from remit.cel import _messages
from remit.cel._arithmetic import nearest_double, within_int
from remit.cel._compare import less
from remit.cel._extension import Definition, function
from remit.cel._kinds import NUMERIC, kind
from remit.cel._types import BOOL, DOUBLE, DYN, INT, MONEY, UINT, Type, list_of
from remit.cel._values import INT_MAX, UINT_MAX, UInt

_NUMBERS = (INT, UINT, DOUBLE)
_BITS = 64


def _greater(first: object, second: object) -> object:
    return second if less(first, second) else first


def _lesser(first: object, second: object) -> object:
    return second if less(second, first) else first


def _of_list(name: str, choose: Callable[[object, object], object]) -> Callable[[Sequence[object]], object]:
    def run(numbers: Sequence[object]) -> object:
        if not numbers:
            raise _messages.extreme_of_none(name)
        for number in numbers:
            if kind(number) not in NUMERIC:
                raise _messages.no_such_overload(name, (kind(number),))
        return reduce(choose, numbers)

    return run


def _extreme(word: str, choose: Callable[[object, object], object]) -> list[Definition]:
    """One number, two of any types, or a list of them."""
    name = f"math.{word}"
    alone = [function(name, f"math_{word}_{t.name}", (t,), t, lambda number: number) for t in (*_NUMBERS, MONEY)]
    pairs = [
        function(name, f"math_{word}_{a.name}_{b.name}", (a, b), a if a == b else DYN, choose)
        for a, b in (*((a, b) for a in _NUMBERS for b in _NUMBERS), (MONEY, MONEY))
    ]
    of_list = _of_list(name, choose)
    lists = [function(name, f"math_{word}_list_{t.name}", (list_of(t),), t, of_list) for t in (*_NUMBERS, MONEY)]
    return [*alone, *pairs, *lists]


def _whole(rounded: Callable[[float], int]) -> Callable[[float], float]:
    """A rounding that keeps infinities, NaN and the sign of zero."""
    return lambda value: math.copysign(float(rounded(value)), value) if math.isfinite(value) else value


def _nearest(value: float) -> int:
    """Halves away from zero."""
    whole = math.trunc(value)
    return whole + int(math.copysign(1, value)) if abs(value - whole) >= 0.5 else whole


def _sign(value: float) -> float:
    """Of a double: NaN has the sign NaN."""
    if math.isnan(value):
        return value
    return math.copysign(1.0, value) if value else 0.0


def _root(value: float) -> float:
    number = nearest_double(value)
    return math.sqrt(number) if number >= 0 else math.nan


def _shift_count(count: int) -> int:
    if count < 0:
        raise _messages.negative_shift()
    return min(count, _BITS)


def _signed(bits: int) -> int:
    """64 bits read as an int."""
    bits &= UINT_MAX
    return bits if bits <= INT_MAX else bits - UINT_MAX - 1


def _unsigned(bits: int) -> UInt:
    return UInt(bits & UINT_MAX)


def _bitwise(word: str, combine: Callable[[int, int], int]) -> list[Definition]:
    name = f"math.bit{word}"
    return [
        function(name, f"math_bit_{word.lower()}_int", (INT, INT), INT, lambda a, b: _signed(combine(a, b))),
        function(name, f"math_bit_{word.lower()}_uint", (UINT, UINT), UINT, lambda a, b: _unsigned(combine(a, b))),
    ]


def _shift(word: str, shifted: Callable[[int, int], int]) -> list[Definition]:
    def run(read: Callable[[int], int]) -> Callable[[int, int], int]:
        return lambda bits, count: read(shifted(bits & UINT_MAX, _shift_count(count)))

    name = f"math.bitShift{word}"
    return [
        function(name, f"math_bit_shift_{word.lower()}_int", (INT, INT), INT, run(_signed)),
        function(name, f"math_bit_shift_{word.lower()}_uint", (UINT, INT), UINT, run(_unsigned)),
    ]


def _of_double(name: str, result: Type, run: Callable[[Any], object]) -> Definition:
    return function(f"math.{name}", f"math_{name}", (DOUBLE,), result, run)


MATH = (
    *_extreme("greatest", _greater),
    *_extreme("least", _lesser),
    _of_double("ceil", DOUBLE, _whole(math.ceil)),
    _of_double("floor", DOUBLE, _whole(math.floor)),
    _of_double("round", DOUBLE, _whole(_nearest)),
    _of_double("trunc", DOUBLE, _whole(math.trunc)),
    _of_double("isNaN", BOOL, math.isnan),
    _of_double("isInf", BOOL, math.isinf),
    _of_double("isFinite", BOOL, math.isfinite),
    function("math.abs", "math_abs_int", (INT,), INT, lambda value: within_int(abs(value))),
    function("math.abs", "math_abs_uint", (UINT,), UINT, lambda value: value),
    function("math.abs", "math_abs_double", (DOUBLE,), DOUBLE, math.fabs),
    function("math.sign", "math_sign_int", (INT,), INT, lambda value: (value > 0) - (value < 0)),
    function("math.sign", "math_sign_uint", (UINT,), UINT, lambda value: UInt(value > 0)),
    function("math.sign", "math_sign_double", (DOUBLE,), DOUBLE, _sign),
    *(function("math.sqrt", f"math_sqrt_{t.name}", (t,), DOUBLE, _root) for t in _NUMBERS),
    *_bitwise("And", int.__and__),
    *_bitwise("Or", int.__or__),
    *_bitwise("Xor", int.__xor__),
    function("math.bitNot", "math_bit_not_int", (INT,), INT, lambda bits: ~bits),
    function("math.bitNot", "math_bit_not_uint", (UINT,), UINT, lambda bits: _unsigned(~bits)),
    *_shift("Left", lambda bits, count: bits << count),
    *_shift("Right", lambda bits, count: bits >> count),
)
