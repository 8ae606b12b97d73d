"""Amounts of money: 64-bit integers of micro-units, computed exactly.

`usd("12.50")` is 12_500_000 at run time. Amounts round half up, which is away from zero for a debt too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import cast

from remit.cel import _messages
from remit.cel._arithmetic import within_int
from remit.cel._currencies import MONEY_FUNCTIONS
from remit.cel._kinds import kind
from remit.cel._types import DOUBLE, INT, STRING

MICRO = 1_000_000

_AMOUNT = re.compile(r"(-?)([0-9]{1,20})(?:\.([0-9]{1,6}))?")


def amount(value: int | str) -> int:
    """Micro-units of whole units, or of a decimal text with at most six places.

    Raises:
        CelEvaluationError: `invalid_argument` for another text, `overflow` past 64 bits.
    """
    if not isinstance(value, str):
        return within_int(value * MICRO)
    match = _AMOUNT.fullmatch(value)
    if match is None:
        raise _messages.not_convertible(STRING.name, "an amount of money")
    sign, whole, fraction = match.groups()
    micro = int(whole) * MICRO + int((fraction or "").ljust(6, "0"))
    return within_int(-micro if sign else micro)


def multiply(micro: float, factor: float) -> int:
    """An amount times a factor, in either order; a double counts as exactly the number it holds.

    Raises:
        CelEvaluationError: `overflow`, or `invalid_argument` for a factor that is no finite number.
    """
    if isinstance(micro, float):
        micro, factor = factor, micro
    if not isinstance(factor, float):
        return within_int(cast("int", micro) * factor)
    if not math.isfinite(factor):
        raise _messages.not_convertible(DOUBLE.name, "a factor of money")
    return within_int(_half_up(Fraction(factor) * Fraction(micro)))


def divide(micro: int, by: int) -> float:
    """The ratio of two amounts, correctly rounded.

    Raises:
        CelEvaluationError: `divide_by_zero`, or `out_of_range` for what no amount can be.
    """
    if by == 0:
        raise _messages.divide_by_zero()
    try:
        return micro / by
    except OverflowError:
        raise _messages.out_of_range(DOUBLE.name) from None


def to_string(micro: int) -> str:
    """A decimal text with two to six places, such as `12.50`, that `usd` and its kin read back."""
    whole, fraction = divmod(abs(micro), MICRO)
    places = f"{fraction:06d}".rstrip("0").ljust(2, "0")
    return f"{'-' if micro < 0 else ''}{whole}.{places}"


def _half_up(value: Fraction) -> int:
    rounded = math.floor(abs(value) + Fraction(1, 2))
    return -rounded if value < 0 else rounded


def _checked(name: str, function: Callable[..., object], *signatures: tuple[str, ...]) -> Callable[..., object]:
    """`function` for arguments of these types only: to Python, True is a number too."""

    def call(*values: object) -> object:
        kinds = tuple(map(kind, values))
        if kinds not in signatures:
            raise _messages.no_such_overload(name, kinds)
        return function(*values)

    return call


MONEY: Mapping[str, Callable[..., object]] = {
    **{name: _checked(name, amount, (INT.name,), (STRING.name,)) for name in sorted(MONEY_FUNCTIONS)},
    "money.multiply": _checked("*", multiply, (INT.name, INT.name), (INT.name, DOUBLE.name), (DOUBLE.name, INT.name)),
    "money.divide": _checked("/", divide, (INT.name, INT.name)),
    "money.string": _checked("string", to_string, (INT.name,)),
}
