"""When a target may be written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from remit.resources import WEEKDAYS, Window

_DAY = timedelta(days=1)


def is_open(windows: Sequence[Window], at: datetime, zone: ZoneInfo) -> bool:
    """Whether `at` (aware) is in any of the windows, by the clocks of `zone`; without windows always."""
    local = at.astimezone(zone)
    return not windows or any(_holds(window, local) for window in windows)


def _holds(window: Window, local: datetime) -> bool:
    begins, ends, now = _minutes(window.begins), _minutes(window.ends), local.hour * 60 + local.minute
    if begins < ends:
        return _begins_on(window, local) and begins <= now < ends
    return (_begins_on(window, local) and now >= begins) or (_begins_on(window, local - _DAY) and now < ends)


def _begins_on(window: Window, local: datetime) -> bool:
    return WEEKDAYS[local.weekday()] in window.days


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
