"""Numbers as a report writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from remit.render.report_facts import EFFECTS, Effect

_MICRO = 1_000_000
_MILLISECOND = 1_000_000
_Item = TypeVar("_Item")


def amount(micro: int) -> str:
    """Micro-units of money with two decimals, or with more where two would show nothing."""
    value = micro / _MICRO
    return f"{value:,.4f}" if 0 < abs(value) < 0.01 else f"{value:,.2f}"


def micros(nanoseconds: int) -> str:
    """`35.1 µs`, `2.4 ms`."""
    if nanoseconds >= _MILLISECOND:
        return f"{nanoseconds / _MILLISECOND:,.1f} ms"
    return f"{nanoseconds / 1_000:,.1f} µs"


def percent(share: float) -> str:
    """`79.5 %`; a little of something is never shown as none of it."""
    return "< 0.1 %" if 0 < share < 0.001 else f"{share:.1%}".replace("%", " %")


def seconds(value: float) -> str:
    """`1s`, `0.5s`."""
    return f"{value:g} s"


def effect_shares(effects: Mapping[Effect, int]) -> Iterator[tuple[Effect, int, float]]:
    """(effect, how many, share of all) of those that occurred."""
    total = sum(effects.values())
    for effect in EFFECTS:
        number = effects.get(effect, 0)
        if number:
            yield effect, number, number / total


def top(items: Sequence[_Item], count: int) -> Sequence[_Item]:
    """The first `count`."""
    return items[:count]
