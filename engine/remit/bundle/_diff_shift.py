"""One property that differs, and whether that gives more or less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from remit.resources import Money

Direction = Literal["loosen", "tighten", "neutral"]

# what is larger, or missing, gives more
_BOUNDS = ("limits", "user_limits", "budget", "caps", "user_caps", "model_caps")
_ENDS = frozenset({"expires", "rotate_every", "retires"})
# what is longer, or missing, gives more
_GRANTS = frozenset({"models", "scopes", "purposes", "data_classes"})
_FREEDOMS = frozenset({"in_force", "client_side", "adopt", "allow_empty"})


@dataclass(frozen=True, slots=True)
class Shift:
    """From `before` to `after`; None is absent: unbounded, unlimited, anything."""

    name: str
    before: object
    after: object
    direction: Direction


def shift(name: str, before: object, after: object) -> Shift:
    """The shift of a property called by its dotted path."""
    return Shift(name, before, after, direction(name, before, after))


def shifts(before: dict[str, object], after: dict[str, object]) -> Iterator[Shift]:
    """The shift of every property that differs; one that is missing is None."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield shift(name, old, new)


def overall(directions: Iterable[Direction]) -> Direction:
    """That of several together: what loosens anything loosens."""
    found = set(directions)
    if "loosen" in found:
        return "loosen"
    return "tighten" if "tighten" in found else "neutral"


def direction(name: str, before: object, after: object) -> Direction:
    """Whether a property that moved from `before` to `after` gives more (`loosen`) or less."""
    steps = name.split(".")
    last = steps[-1]
    if last in _GRANTS and len(steps) == 1:
        return _of_grants(before, after)
    if last in _FREEDOMS:
        return "loosen" if after else "tighten"
    if last == "suspended":
        return "tighten" if after else "loosen"
    if last == "starts":
        return _of_bounds(after, before)
    return _of_bounds(before, after) if last in _ENDS or steps[0] in _BOUNDS else "neutral"


def _of_grants(before: object, after: object) -> Direction:
    if before is None or after is None:
        return "tighten" if before is None else "loosen"
    old, new = _items(before), _items(after)
    if new - old:
        return "loosen"
    return "tighten" if old - new else "neutral"


def _items(value: object) -> set[object]:
    return set(value) if isinstance(value, tuple | list) else {value}


def _of_bounds(before: object, after: object) -> Direction:
    if before is None or after is None:
        return "tighten" if before is None else "loosen"
    old, new = _size(before), _size(after)
    # amounts of two currencies cannot be compared, nor can lists of alerts
    if old is None or new is None or old[0] != new[0] or old[1] == new[1]:
        return "neutral"
    return "loosen" if new[1] > old[1] else "tighten"


def _size(value: object) -> tuple[str, float | Decimal] | None:
    """(unit, number); None for what has no size."""
    match value:
        case Money():
            return value.currency, value.micro
        case timedelta():
            return "seconds", value.total_seconds()
        case datetime():
            return "instant", value.timestamp()
        case date():
            return "instant", datetime.combine(value, time(), UTC).timestamp()
        case bool():
            return None
        case int() | Decimal():
            return "count", value
    return None
