"""What may exceed the limits: changes that somebody named by their digest, in git, for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from remit.resources import LimitOverride


def override(declared: Sequence[LimitOverride], digest: str, at: datetime, zone: ZoneInfo) -> str:
    """The reason of the override that names `digest` and holds at `at`, or empty."""
    return next((each.reason for each in declared if each.plan == digest and at < _ends(each.expires, zone)), "")


def _ends(expires: date | datetime, zone: ZoneInfo) -> datetime:
    """A bare date is its midnight in the organisation's timezone."""
    return expires if isinstance(expires, datetime) else datetime.combine(expires, time(), zone)
