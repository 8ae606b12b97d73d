"""Caps and budgets as one comparison each: Python's own code, with limits as constants, takes a third of a loop.

The text that is compiled holds numbers and names of this package alone, and nothing of a policy or a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import cast

from remit.decide._caps import Meter
from remit.decide._usage import POOLS, Usage

_REMEMBERED = 4_096
Capped = Callable[[Usage, int], bool]
Broke = Callable[[Callable[[str, int], int]], bool]


def capped_by(meters: Iterable[Meter]) -> Capped:
    """Whether (usage, tokens of input) go over one of the caps on what is counted over time."""
    terms = [
        f"usage.{_counter(each)} {'' if each.field is None else '+ size '}> {each.limit - (each.field is None):d}"
        for each in meters
        if each.counter
    ]
    return cast("Capped", _compiled("usage, size", tuple(terms)))


def broke_by(spending: Iterable[tuple[str, int]]) -> Broke:
    """Whether one of the pools, of (id, micro-units), is spent by what the argument, a dict's `get`, says of it."""
    terms = [f"spent({_pool(pool)!r}, 0) >= {micro:d}" for pool, micro in spending]
    return cast("Broke", _compiled("spent", tuple(terms)))


def _counter(meter: Meter) -> str:
    """Raises KeyError for a name that is no counter, which the table of caps does not have."""
    return Usage.__dataclass_fields__[str(meter.counter)].name


def _pool(name: str) -> str:
    """Raises KeyError for a pool that no budget can have."""
    if name not in POOLS:
        raise KeyError(name)
    return name


@lru_cache(maxsize=_REMEMBERED)
def _compiled(arguments: str, terms: tuple[str, ...]) -> object:
    text = f"lambda {arguments}: {' or '.join(terms) or False}"
    return eval(text, {"__builtins__": {}})  # noqa: S307  # of numbers and known names, see above
