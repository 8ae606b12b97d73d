"""Values of entitlements and targets as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from remit.resources import Money, render_duration

UNBOUNDED = "unbounded"


def spell(value: object) -> str:
    """A count with its thousands set apart, a list with commas, an instant in UTC; None is unbounded."""
    match value:
        case None:
            return UNBOUNDED
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case timedelta():
            return render_duration(value)
        case str() | Money():
            return str(value)
        case Sequence():
            return ", ".join(str(each) for each in value) or "none"
        case _:
            return str(value)


def counted(number: int, noun: str) -> str:
    """`1 key`, `2 keys`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
