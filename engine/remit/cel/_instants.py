"""Timestamps and durations as exact nanoseconds, and back.

Everything about time is computed on these integers, so that neither time zones with their repeated
hours nor nanoseconds can change an answer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from remit.cel import _messages
from remit.cel._values import INT_MAX, INT_MIN, FineDuration, FineTimestamp

SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = 1_000


def timestamp_nanoseconds(value: object) -> int:
    """Nanoseconds since 1970 of an aware datetime or FineTimestamp."""
    if isinstance(value, FineTimestamp):
        return value.nanoseconds
    return duration_nanoseconds(cast("datetime", value) - _EPOCH)


def duration_nanoseconds(value: object) -> int:
    """Nanoseconds of a timedelta or FineDuration."""
    if isinstance(value, FineDuration):
        return value.nanoseconds
    delta = cast("timedelta", value)
    return ((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * _MICROSECOND


TIMESTAMP_MIN = timestamp_nanoseconds(datetime(1, 1, 1, tzinfo=UTC))
TIMESTAMP_MAX = timestamp_nanoseconds(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)) + SECOND - 1


def timestamp_from(nanoseconds: int) -> datetime | FineTimestamp:
    """The timestamp so many nanoseconds after 1970, in UTC.

    Raises:
        CelEvaluationError: `overflow` outside the years 1 to 9999.
    """
    if not TIMESTAMP_MIN <= nanoseconds <= TIMESTAMP_MAX:
        raise _messages.out_of_range("timestamp")
    if nanoseconds % _MICROSECOND:
        return FineTimestamp(nanoseconds)
    return _EPOCH + timedelta(microseconds=nanoseconds // _MICROSECOND)


def duration_from(nanoseconds: int) -> timedelta | FineDuration:
    """The duration of so many nanoseconds.

    Raises:
        CelEvaluationError: `overflow` past about 292 years, where nanoseconds leave 64 bits.
    """
    if not INT_MIN <= nanoseconds <= INT_MAX:
        raise _messages.out_of_range("duration")
    if nanoseconds % _MICROSECOND:
        return FineDuration(nanoseconds)
    return timedelta(microseconds=nanoseconds // _MICROSECOND)
