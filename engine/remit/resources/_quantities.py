"""Quantities as people write them: `500 USD`, `30d`, `100k`, `80%`.

Each has one parser, one JSON Schema pattern and one canonical text, so an editor, `remit check`
and `remit fmt` agree on what is accepted.
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

MONEY_PATTERN = r"^(0|[1-9][0-9]{0,2}(_[0-9]{3})+|[1-9][0-9]{0,11})(\.[0-9]{1,6})? [A-Z]{3}$"
DURATION_PATTERN = r"^[1-9][0-9]{0,5}[smhdw]$"
COUNT_PATTERN = r"^(0|[1-9][0-9]{0,2}(_[0-9]{3})+|[1-9][0-9]{0,11})(\.[0-9]{1,3})?[kM]?$"
PERCENT_PATTERN = r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,2})?%$"

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SCALES = {"": 1, "k": 1_000, "M": 1_000_000}


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in micro-units of `currency` (an ISO 4217 code); never a float."""

    micro: int
    currency: str

    def __str__(self) -> str:
        whole, part = divmod(self.micro, MICRO)
        digits = f"{part:06d}".rstrip("0")
        return f"{whole}.{digits:0<2} {self.currency}" if digits else f"{whole} {self.currency}"


def parse_money(value: object) -> Money:
    """`"12.50 USD"` → Money; raises ValueError for anything not matching MONEY_PATTERN."""
    if isinstance(value, Money):
        return value
    if not isinstance(value, str) or not re.fullmatch(MONEY_PATTERN, value):
        raise ValueError(messages.not_money())
    amount, currency = value.split(" ")
    micro = int(Decimal(amount.replace("_", "")) * MICRO)
    if micro > INT64_MAX:
        raise ValueError(messages.too_large())
    return Money(micro, currency)


def parse_duration(value: object) -> timedelta:
    """`"30d"` → timedelta; units s, m, h, d (24 h) and w (7 d)."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not re.fullmatch(DURATION_PATTERN, value):
        raise ValueError(messages.not_duration())
    return timedelta(seconds=int(value[:-1]) * _SECONDS[value[-1]])


def render_duration(value: timedelta) -> str:
    """The shortest exact text of a duration: `timedelta(days=14)` → `2w`."""
    seconds = int(value.total_seconds())
    unit = max((u for u, size in _SECONDS.items() if seconds % size == 0), key=_SECONDS.__getitem__)
    return f"{seconds // _SECONDS[unit]}{unit}"


def parse_count(value: object) -> int:
    """`1000`, `"100_000"`, `"100k"`, `"1.5M"` → int; a fraction of one is refused."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= INT64_MAX:
        return value
    if not isinstance(value, str) or not re.fullmatch(COUNT_PATTERN, value):
        raise ValueError(messages.not_count())
    suffix = value[-1] if value[-1] in "kM" else ""
    number = Decimal(value.removesuffix(suffix).replace("_", "")) * _SCALES[suffix]
    if number != int(number):
        raise ValueError(messages.not_count())
    return int(number)


def parse_percent(value: object) -> Decimal:
    """`"80%"` → Decimal("0.8"), exactly."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not re.fullmatch(PERCENT_PATTERN, value):
        raise ValueError(messages.not_percent())
    return Decimal(value[:-1]) / 100


def render_percent(value: Decimal) -> str:
    """`Decimal("0.8")` → `80%`."""
    return f"{(value * 100).normalize():f}%"


def _text(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


MoneyField = Annotated[Money, BeforeValidator(parse_money), PlainSerializer(str), _text(MONEY_PATTERN, "500 USD")]
DurationField = Annotated[
    timedelta, BeforeValidator(parse_duration), PlainSerializer(render_duration), _text(DURATION_PATTERN, "30d")
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
            "examples": ["100k"],
        }
    ),
]
PercentField = Annotated[
    Decimal, BeforeValidator(parse_percent), PlainSerializer(render_percent), _text(PERCENT_PATTERN, "80%")
]
