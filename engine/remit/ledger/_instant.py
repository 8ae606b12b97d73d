"""Instants as text of one width, so that text sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime

from remit.ledger import _messages as messages


def stamp(instant: datetime) -> str:
    """`2026-11-25T16:00:00.000000Z`. Raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError(messages.naive_instant())
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def instant(text: str) -> datetime:
    """The instant of a stamp. Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
