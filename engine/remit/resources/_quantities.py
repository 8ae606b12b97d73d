"""Quantities as people write them: `500 USD`, `30d`, `100k`, `80%`.

Each has one parser, one JSON Schema pattern and one canonical text, so an editor, `remit check`
and `remit fmt` agree on what is accepted. The parsers also take the parsed value, and check its bounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from remit.resources import _messages as messages

MICRO = 1_000_000
INT64_MAX = 2**63 - 1

# below 10^12: a larger amount would not fit 64 bits of micro-units, nor a larger count 64 bits of millions
_WHOLE = r"(0|[1-9][0-9]{0,2}(_[0-9]{3}){1,3}|[1-9][0-9]{0,11})"
MONEY_PATTERN = rf"^{_WHOLE}(\.[0-9]{{1,6}})? [A-Z]{{3}}$"
DURATION_PATTERN = r"^[1-9][0-9]{0,5}[smhdw]$"
# as many decimals as the suffix has zeros, so that no text is a fraction of one
COUNT_PATTERN = rf"^{_WHOLE}((\.[0-9]{{1,3}})?k|(\.[0-9]{{1,6}})?M)?$"
PERCENT_PATTERN = r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,2})?%$"

_MONEY = re.compile(MONEY_PATTERN).fullmatch
_DURATION = re.compile(DURATION_PATTERN).fullmatch
_COUNT = re.compile(COUNT_PATTERN).fullmatch
_PERCENT = re.compile(PERCENT_PATTERN).fullmatch
_CURRENCY = re.compile(r"[A-Z]{3}").fullmatch

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SCALES = {"k": 1_000, "M": 1_000_000}


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in micro-units of `currency` (an ISO 4217 code); never a float."""

    micro: int
    currency: str

    def __str__(self) -> str:
        whole, part = divmod(abs(self.micro), MICRO)
        digits = f"{part:06d}".rstrip("0")
        sign = "-" if self.micro < 0 else ""
        return f"{sign}{whole}.{digits:0<2} {self.currency}" if digits else f"{sign}{whole} {self.currency}"


def parse_money(value: object) -> Money:
    """`"12.50 USD"` → Money; raises ValueError for anything not matching MONEY_PATTERN."""
    if isinstance(value, Money) and 0 <= value.micro <= INT64_MAX and _CURRENCY(value.currency):
        return value
    if not isinstance(value, str) or not _MONEY(value):
        raise ValueError(messages.not_money())
    amount, currency = value.split(" ")
    return Money(int(Decimal(amount) * MICRO), currency)


def parse_duration(value: object) -> timedelta:
    """`"30d"` → timedelta; units s, m, h, d (24 h) and w (7 d); raises ValueError for anything else."""
    if isinstance(value, timedelta) and value > timedelta() and not value.microseconds:
        return value
    if not isinstance(value, str) or not _DURATION(value):
        raise ValueError(messages.not_duration())
    return timedelta(seconds=int(value[:-1]) * _SECONDS[value[-1]])


def render_duration(value: timedelta) -> str:
    """The shortest exact text of a duration of whole seconds: `timedelta(days=14)` → `2w`."""
    seconds = int(value.total_seconds())
    if seconds == 0:
        return "0s"
    unit = max((u for u, size in _SECONDS.items() if seconds % size == 0), key=_SECONDS.__getitem__)
    return f"{seconds // _SECONDS[unit]}{unit}"


def parse_count(value: object) -> int:
    """`1000`, `"100_000"`, `"100k"`, `"1.5M"` → int; raises ValueError for a fraction, a float or a bool."""
    if type(value) is int and 0 <= value <= INT64_MAX:
        return value
    if not isinstance(value, str) or not _COUNT(value):
        raise ValueError(messages.not_count())
    scale = _SCALES.get(value[-1])
    return int(Decimal(value[:-1]) * scale) if scale else int(value)


def parse_percent(value: object) -> Decimal:
    """`"80%"` → Decimal("0.8"), exactly; raises ValueError for anything not matching PERCENT_PATTERN."""
    if isinstance(value, Decimal) and value.is_finite() and _PERCENT(render_percent(value)):
        return value
    if not isinstance(value, str) or not _PERCENT(value):
        raise ValueError(messages.not_percent())
    return Decimal(value[:-1]) / 100


def render_percent(value: Decimal) -> str:
    """`Decimal("0.8")` → `80%`."""
    return f"{(value * 100).normalize():f}%"


def _text(pattern: str, description: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": pattern, "description": description, "examples": list(examples)}
    )


MoneyField = Annotated[
    Money,
    BeforeValidator(parse_money),
    PlainSerializer(str),
    _text(MONEY_PATTERN, "An amount and its currency", "500 USD", "12.50 USD"),
]
DurationField = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(render_duration),
    _text(DURATION_PATTERN, "A whole number of seconds, minutes, hours, days or weeks", "30d", "12h"),
]
CountField = Annotated[
    int,
    BeforeValidator(parse_count),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": INT64_MAX},
                {"type": "string", "pattern": COUNT_PATTERN},
            ],
            "description": "A whole number, 0 or more",
            "examples": [600, "100_000", "100k"],
        }
    ),
]
PercentField = Annotated[
    Decimal,
    BeforeValidator(parse_percent),
    PlainSerializer(render_percent),
    _text(PERCENT_PATTERN, "A percentage", "80%"),
]
