"""When a window ends: pure functions of an instant and a timezone; nothing resets anything."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from remit.bundle import aware
from remit.decide import _messages as messages


def moment(now: datetime) -> datetime:
    """`now` in UTC. Raises ValueError for a time without a zone, and where the calendar has no next month."""
    if not MINYEAR < now.year < MAXYEAR:
        raise ValueError(messages.beyond_the_calendar())
    return now if now.tzinfo is UTC else aware(now).astimezone(UTC)


def next_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The next midnight in `zone`, in UTC; a day is 23 or 25 hours long where clocks change."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)


def next_month(now: datetime, zone: ZoneInfo) -> datetime:
    """The first midnight of the next month in `zone`, in UTC."""
    today = now.astimezone(zone).date()
    first = today.replace(day=1) + timedelta(days=32)
    return datetime.combine(first.replace(day=1), time(), zone).astimezone(UTC)


def resets(period: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When the `daily` or `monthly` window that holds `now` ends."""
    return next_day(now, zone) if period == "daily" else next_month(now, zone)
