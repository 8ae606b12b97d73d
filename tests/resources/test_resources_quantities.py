"""Quantities: one parser, one pattern, one canonical text each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from remit.resources import Money, parse_count, parse_duration, parse_money, render_duration
from remit.resources._base import INSTANT_PATTERN, Instant, parse_instant
from remit.resources._quantities import (
    COUNT_PATTERN,
    DURATION_PATTERN,
    INT64_MAX,
    MONEY_PATTERN,
    PERCENT_PATTERN,
    parse_percent,
    render_percent,
)

Parser = Callable[[object], object]

READ = [
    (parse_money, "0 USD", Money(0, "USD")),
    (parse_money, "12.50 USD", Money(12_500_000, "USD")),
    (parse_money, "1_000_000.000001 EUR", Money(1_000_000_000_001, "EUR")),
    (parse_money, "999_999_999_999.999999 JPY", Money(10**18 - 1, "JPY")),
    (parse_duration, "30d", timedelta(days=30)),
    (parse_duration, "2w", timedelta(weeks=2)),
    (parse_duration, "90s", timedelta(seconds=90)),
    (parse_duration, "15m", timedelta(minutes=15)),
    (parse_duration, "720h", timedelta(hours=720)),
    (parse_count, 0, 0),
    (parse_count, INT64_MAX, INT64_MAX),
    (parse_count, "600", 600),
    (parse_count, "100_000", 100_000),
    (parse_count, "100k", 100_000),
    (parse_count, "1.5M", 1_500_000),
    (parse_count, "1.000001M", 1_000_001),
    (parse_percent, "80%", Decimal("0.8")),
    (parse_percent, "0%", Decimal(0)),
    (parse_percent, "12.25%", Decimal("0.1225")),
    (parse_instant, "2027-02-01", date(2027, 2, 1)),
    (parse_instant, "2028-02-29", date(2028, 2, 29)),
    (parse_instant, "2027-02-01T09:00Z", datetime(2027, 2, 1, 9, tzinfo=UTC)),
    (parse_instant, "2027-02-01T09:00:00.25+00:00", datetime(2027, 2, 1, 9, 0, 0, 250_000, tzinfo=UTC)),
]
NUMBERS_THAT_ARE_NONE = [
    "-1",
    "-0",
    "+1",
    "NaN",
    "nan",
    "inf",
    "1e9",
    "0x10",
    "0o17",
    "017",
    "1,000",
    " 1",
    "1 ",
    "1\n",
]
REFUSED = [
    *((parse_money, f"{text} USD") for text in NUMBERS_THAT_ARE_NONE if text.strip() != "1"),
    *((parse_count, text) for text in NUMBERS_THAT_ARE_NONE),
    *((parse_percent, f"{text}%") for text in NUMBERS_THAT_ARE_NONE if text != " 1"),
    *((parse_duration, f"{text}d") for text in NUMBERS_THAT_ARE_NONE if text != " 1"),
    *(
        (parse, value)
        for parse in (parse_money, parse_duration, parse_percent, parse_instant, parse_count)
        for value in (1.0, 0.5, float("nan"), float("inf"), True, False, None, "", [], {}, b"1", "\uff11")
    ),
    *((parse, 500) for parse in (parse_money, parse_duration, parse_percent, parse_instant)),
    (parse_money, "500"),
    (parse_money, "500USD"),
    (parse_money, "500 usd"),
    (parse_money, "500  USD"),
    (parse_money, "500 USD\n"),
    (parse_money, "0.0000001 USD"),
    (parse_money, "1000000000000 USD"),
    (parse_money, "1_00 USD"),
    (parse_money, Money(-1, "USD")),
    (parse_money, Money(INT64_MAX + 1, "USD")),
    (parse_money, Money(1, "usd")),
    (parse_count, -1),
    (parse_count, INT64_MAX + 1),
    (parse_count, "1.5"),
    (parse_count, "1.0"),
    (parse_count, "1.0005k"),
    (parse_count, "1K"),
    (parse_count, "1_00"),
    (parse_count, "10_00k"),
    (parse_duration, "0d"),
    (parse_duration, "1.5h"),
    (parse_duration, "30"),
    (parse_duration, "30 d"),
    (parse_duration, "1h30m"),
    (parse_duration, timedelta(0)),
    (parse_duration, timedelta(seconds=-1)),
    (parse_duration, timedelta(microseconds=1)),
    (parse_percent, "80"),
    (parse_percent, "0.125%%"),
    (parse_percent, "12.345%"),
    (parse_percent, Decimal("-0.1")),
    (parse_percent, Decimal("NaN")),
    (parse_percent, Decimal("0.00001")),
    (parse_instant, "2027-02-29"),
    (parse_instant, "2027-04-31"),
    (parse_instant, "2027-13-01"),
    (parse_instant, "2027-00-01"),
    (parse_instant, "1999-12-31"),
    (parse_instant, "2100-01-01"),
    (parse_instant, "2027-02-01T09:00:00"),
    (parse_instant, "2027-02-01T24:00Z"),
    (parse_instant, "2027-02-01 09:00Z"),
    (parse_instant, "2027-02-01T09:00:60Z"),
    (parse_instant, "2027-02-01T09:00+24:00"),
    (parse_instant, "\uff12\uff1027-02-01"),
    (parse_instant, datetime(2027, 2, 1, 9)),
]
PATTERNS = [
    (parse_money, MONEY_PATTERN),
    (parse_duration, DURATION_PATTERN),
    (parse_count, COUNT_PATTERN),
    (parse_percent, PERCENT_PATTERN),
    (parse_instant, INSTANT_PATTERN),
]


@pytest.mark.parametrize(("parse", "text", "value"), READ)
def test_reads(parse: Parser, text: object, value: object) -> None:
    """The text means this value, exactly; and the value itself is taken again."""
    assert value == parse(text)
    assert value == parse(value)


@pytest.mark.parametrize(("parse", "value"), REFUSED)
def test_refuses(parse: Parser, value: object) -> None:
    """Nothing that is negative, fractional, infinite, a float, a bool or without its unit is taken."""
    with pytest.raises(ValueError, match=r"^is not an? .+: write "):
        parse(value)


def accepts(parse: Parser, text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(("parse", "pattern"), PATTERNS)
def test_every_text_of_the_pattern_is_read(parse: Parser, pattern: str) -> None:
    """What an editor accepts by the pattern, the parser accepts."""

    @given(st.from_regex(pattern, fullmatch=True))
    def holds(text: str) -> None:
        # a regular expression of Python lets `$` stand before a last line feed, one of JSON Schema does not
        assert accepts(parse, text) is not text.endswith("\n")

    holds()


@pytest.mark.parametrize(("parse", "pattern"), PATTERNS)
def test_every_text_that_is_read_has_the_pattern(parse: Parser, pattern: str) -> None:
    """What the parser accepts, an editor accepts: tried with text near to quantities."""
    letters = st.text("0123456789._-+:TZkMsmhdw% USDeExN\n٣", max_size=22)

    @given(letters | st.text(max_size=12))
    @example("1k\n")
    def holds(text: str) -> None:
        matches = re.fullmatch(pattern.replace("$", r"\Z"), text) is not None
        assert matches is accepts(parse, text)

    holds()


@given(st.integers(0, 10**18 - 1), st.from_regex("[A-Z]{3}", fullmatch=True))
def test_money_reads_back(micro: int, currency: str) -> None:
    """The canonical text of an amount is that amount."""
    amount = Money(micro, currency)
    assert amount == parse_money(str(amount))


@given(st.integers(1, 999_999), st.sampled_from([1, 60, 3_600, 86_400, 604_800]))
def test_durations_read_back(number: int, size: int) -> None:
    """The canonical text of a duration is that duration."""
    duration = timedelta(seconds=number * size)
    assert duration == parse_duration(render_duration(duration))


@given(st.integers(0, 999_999))
def test_percentages_read_back(hundredths: int) -> None:
    """The canonical text of a percentage is that percentage."""
    percentage = Decimal(hundredths) / 10_000
    assert percentage == parse_percent(render_percent(percentage))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money(-1_500_000, "USD"), "-1.50 USD"),
        (Money(-1, "USD"), "-0.000001 USD"),
        (Money(5_000_000, "USD"), "5 USD"),
        (Money(50_000, "USD"), "0.05 USD"),
    ],
)
def test_money_is_written_with_its_sign(value: Money, text: str) -> None:
    """A difference of amounts may be negative, and is written so."""
    assert text == str(value)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (1, "1s"), (90, "90s"), (3_600, "1h"), (86_400, "1d"), (1_209_600, "2w")]
)
def test_durations_are_written_shortest(seconds: int, text: str) -> None:
    """The largest unit that is exact."""
    assert text == render_duration(timedelta(seconds=seconds))


def test_dates_and_times_stay_what_they_are() -> None:
    """A bare date is no midnight of anywhere, until the organisation's clock is known."""
    adapter: TypeAdapter[Any] = TypeAdapter(Instant)
    assert type(adapter.validate_python("2027-02-01")) is date
    assert type(adapter.validate_python("2027-02-01T00:00Z")) is datetime
