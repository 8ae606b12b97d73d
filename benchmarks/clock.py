"""Timing that stands some noise: medians of many, and rivals in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter_ns

Call = Callable[[], object]


def per_call(call: Call, number: int = 200) -> float:
    """Seconds for one of `number` calls in a row."""
    began = perf_counter_ns()
    for _ in range(number):
        call()
    return (perf_counter_ns() - began) / number / 1e9


def least_per_call(call: Call, *, batches: int = 5, number: int = 100) -> float:
    """Seconds for one call in the quietest of some batches: what others do on the machine only ever adds."""
    return min(per_call(call, number) for _ in range(batches))


def in_turns(calls: Mapping[str, Call], *, rounds: int = 15, number: Mapping[str, int] | int = 200) -> dict[str, float]:
    """The median over rounds of the seconds for one call of each; every round runs all of them once, in turn."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    gc.disable()
    try:
        for call in calls.values():
            call()
        for _ in range(rounds):
            for name, call in calls.items():
                found[name].append(per_call(call, number if isinstance(number, int) else number[name]))
    finally:
        gc.enable()
    return {name: median(each) for name, each in found.items()}
