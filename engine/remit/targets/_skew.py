"""Whose clock is wrong? Both are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Skew:
    """How far a vendor's clock is ahead of the one here, by the `Date` of its last answer (RFC 9110, 6.6.1).

    Exact to a second and the time that the answer took; nothing where it does not say.
    """

    clock: Callable[[], datetime] = _now
    ahead: timedelta = timedelta()

    def note(self, headers: Mapping[str, str]) -> None:
        """Learn from an answer that came just now."""
        with suppress(ValueError, TypeError):
            self.ahead = parsedate_to_datetime(headers.get("date", "")) - self.clock()
