"""When a window ends: pure functions of an instant and a timezone; nothing resets anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from remit.bundle import aware
from remit.decide import _messages as messages


def moment(now: datetime) -> datetime:
    """`now` in UTC. Raises ValueError for a time without a zone, and where the calendar has no next month."""
    if not MINYEAR < now.year < MAXYEAR:
        raise ValueError(messages.beyond_the_calendar())
    return now if now.tzinfo is UTC else aware(now).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Day:
    """A stretch of one day of a zone, from an instant up to midnight, and when the month ends."""

    since: datetime
    until: datetime
    month: datetime


_days: dict[ZoneInfo, _Day] = {}


def next_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The next midnight in `zone`, in UTC; a day is 23 or 25 hours long where clocks change."""
    day = _days.get(zone)
    return day.until if day is not None and day.since <= now < day.until else _day(now, zone).until


def next_month(now: datetime, zone: ZoneInfo) -> datetime:
    """The first midnight of the next month in `zone`, in UTC."""
    day = _days.get(zone)
    return day.month if day is not None and day.since <= now < day.until else _day(now, zone).month


def _day(now: datetime, zone: ZoneInfo) -> _Day:
    """What is left of the day that holds `now`; remembered, unless clocks change in it."""
    local = now.astimezone(zone)
    today = local.date()
    end = datetime.combine(today + timedelta(days=1), time(), zone)
    first = today.replace(day=1) + timedelta(days=32)
    month = datetime.combine(first.replace(day=1), time(), zone)
    found = _Day(now.astimezone(UTC), end.astimezone(UTC), month.astimezone(UTC))
    if local.utcoffset() == end.utcoffset():
        _days[zone] = found
    return found


def resets(period: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When the `daily` or `monthly` window that holds `now` ends."""
    return next_day(now, zone) if period == "daily" else next_month(now, zone)
