"""A clock that tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The time a fake believes in: it stands still at `at`, or runs with the machine's where `at` is not given."""

    def __init__(self, at: datetime | None = None) -> None:
        self._at = at
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Now, in UTC."""
        return (self._at or datetime.now(UTC)) + self._ahead

    def advance(self, **by: float) -> None:
        """Move on; the arguments are those of `timedelta`."""
        self._ahead += timedelta(**by)
