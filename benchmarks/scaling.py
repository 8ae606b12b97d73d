"""Whether deciding slows down as an organisation grows."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from benchmarks.clock import in_turns
from benchmarks.evaluating import bundle_of, request
from benchmarks.results import Row, Table, duration, times
from remit.decide import Engine

GOAL = 1.3
_ABOUT = (
    "One `evaluate` that is allowed, in organisations that differ in one number only; measured in turns in one process."
    " The reference is the smallest of each sort."
)


def measure(
    directory: Path,
    *,
    keys: tuple[int, ...] = (10, 100, 1_000, 10_000),
    idle: tuple[int, ...] = (20, 200, 2_000),
    rounds: int = 25,
) -> Table:
    """By the number of keys, and by the number of rules that cannot apply."""
    sizes = {f"{number:,} keys": {"keys": number, "rules": 40, "broad": True} for number in keys}
    more = {
        f"{number:,} rules that cannot apply": {"keys": 100, "rules": 40, "broad": True, "idle_rules": number}
        for number in idle
    }
    return Table(
        "Growing", _ABOUT, (*_rows(directory / "keys", sizes, rounds), *_rows(directory / "rules", more, rounds))
    )


def _rows(directory: Path, sizes: dict[str, dict[str, int]], rounds: int) -> list[Row]:
    calls = {}
    for name, size in sizes.items():
        engine = Engine(bundle_of(directory / name.replace(" ", "-"), **size))
        call = partial(engine.evaluate, **request(7, 2))
        if not call().allowed:
            raise ValueError("the request must be allowed")
        calls[name] = call
    took = in_turns(calls, rounds=rounds)
    least = next(iter(took))
    return [
        Row(
            f"`evaluate` with {name}",
            duration(each),
            duration(took[least]),
            times(each / took[least]),
            *_goal(each / took[least]),
        )
        for name, each in took.items()
    ]


def _goal(ratio: float) -> tuple[str, bool]:
    return f"under {GOAL} x", ratio < GOAL
