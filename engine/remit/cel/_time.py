"""Timestamps and durations: their texts, and the parts that the getters give."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from remit.cel import _messages
from remit.cel._instants import (
    SECOND,
    duration_from,
    duration_nanoseconds,
    timestamp_from,
    timestamp_nanoseconds,
)
from remit.cel._kinds import kind
from remit.cel._types import DURATION, STRING, TIMESTAMP

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_OFFSET = re.compile(r"([+-]?)(\d\d):([0-5]\d)", re.ASCII)
_UNITS = {"ns": 1, "us": 10**3, "\u00b5s": 10**3, "\u03bcs": 10**3, "ms": 10**6}
_UNITS |= {"s": SECOND, "m": 60 * SECOND, "h": 3_600 * SECOND}
_AMOUNT = r"(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)"
_STEP = re.compile(_AMOUNT, re.ASCII)
_DURATION = re.compile(rf"([+-]?)(0|(?:(?=\.?\d){_AMOUNT})+)", re.ASCII)
_LONGEST = 100


def read_timestamp(text: str) -> object:
    """The timestamp of a text in RFC 3339; digits past the nanosecond are dropped."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise _messages.not_convertible(STRING.name, "timestamp")
    *parts, fraction, offset = match.groups()
    year, month, day, hour, minute, second = map(int, parts)
    if year == 0:
        raise _messages.out_of_range("timestamp")
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise _messages.not_convertible(STRING.name, "timestamp") from None
    nanoseconds = timestamp_nanoseconds(local) - duration_nanoseconds(_offset(offset))
    return timestamp_from(nanoseconds + int((fraction or "0")[:9].ljust(9, "0")))


def timestamp_text(value: object) -> str:
    """RFC 3339 in UTC, with as many digits of a second as it takes."""
    seconds, nanoseconds = divmod(timestamp_nanoseconds(value), SECOND)
    whole = cast("datetime", timestamp_from(seconds * SECOND))
    return f"{whole.isoformat()[:19]}{_fraction(nanoseconds)}Z"


def read_duration(text: str) -> object:
    """The duration of a text such as `1h30m` or `-1.5s`."""
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise _messages.not_convertible(STRING.name, "duration")
    total = sum(_span(*step.groups()) for step in _STEP.finditer(match.group(2)))
    return duration_from(-total if match.group(1) == "-" else total)


def duration_text(value: object) -> str:
    """Seconds, such as `90s` or `-0.5s`."""
    nanoseconds = duration_nanoseconds(value)
    seconds, rest = divmod(abs(nanoseconds), SECOND)
    return f"{'-' if nanoseconds < 0 else ''}{seconds}{_fraction(rest)}s"


def _span(whole: str, fraction: str | None, unit: str) -> int:
    digits = fraction or ""
    return int(whole + digits) * _UNITS[unit] // int("1" + "0" * len(digits))


def _fraction(nanoseconds: int) -> str:
    return f".{nanoseconds:09d}".rstrip("0").rstrip(".")


def _offset(text: str) -> timedelta:
    """`+02:00`, `-02:30`, `02:00` or `Z`."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        return timedelta()
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if sign == "-" else offset


def _zone(name: str) -> tzinfo:
    try:
        return timezone(_offset(name)) if _OFFSET.fullmatch(name) else ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise _messages.unknown_time_zone() from None


def _local(value: object, zone: str) -> datetime:
    whole = timestamp_nanoseconds(value) // SECOND * SECOND
    try:
        return cast("datetime", timestamp_from(whole)).astimezone(_zone(zone))
    except OverflowError:
        raise _messages.out_of_range("timestamp") from None


_PARTS: Mapping[str, Callable[[datetime], int]] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDate": lambda at: at.day,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getDayOfYear": lambda at: at.timetuple().tm_yday - 1,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
}
_SPANS = {"getHours": 3_600 * SECOND, "getMinutes": 60 * SECOND, "getSeconds": SECOND}
_OF_DURATION = frozenset({*_SPANS, "getMilliseconds"})


def _of_timestamp(name: str, value: object, zone: object = "UTC") -> int:
    local = _local(value, cast("str", zone))
    part = _PARTS.get(name)
    return part(local) if part else timestamp_nanoseconds(value) % SECOND // 10**6


def _whole(nanoseconds: int, unit: int) -> int:
    count = abs(nanoseconds) // unit
    return -count if nanoseconds < 0 else count


def _of_duration(name: str, nanoseconds: int) -> int:
    """Hours, minutes and seconds are of the whole duration, milliseconds are of its last second."""
    if name == "getMilliseconds":
        return _whole(nanoseconds, 10**6) - _whole(nanoseconds, SECOND) * 1_000
    return _whole(nanoseconds, _SPANS[name])


def _getter(name: str) -> Callable[..., object]:
    def get(value: object, *zone: object) -> int:
        kinds = (kind(value), *map(kind, zone))
        if kinds in ((TIMESTAMP.name,), (TIMESTAMP.name, STRING.name)):
            return _of_timestamp(name, value, *zone)
        if kinds == (DURATION.name,) and name in _OF_DURATION:
            return _of_duration(name, duration_nanoseconds(value))
        raise _messages.no_such_overload(name, kinds)

    return get


GETTERS: Mapping[str, Callable[..., object]] = {name: _getter(name) for name in (*_PARTS, "getMilliseconds")}
