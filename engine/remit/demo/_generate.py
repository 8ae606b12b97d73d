"""A made-up day with the shapes of a real one: skewed tenants, a daily rhythm, bursts, heavy-tailed tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

from remit.demo._traffic import Event

DAY_OF_REQUESTS = 180_000
_SEED = 20_261_123
_MINUTES = 1_440
# (model class, tenants, median input, median output): what sets the classes apart in recorded traffic
_CLASSES = (("small", 15, 220, 40), ("mid", 15, 320, 60), ("large", 15, 700, 120), ("reason", 14, 260, 900))
_LONGEST = 120_000


def generate(count: int = DAY_OF_REQUESTS, seed: int = _SEED) -> list[Event]:
    """About `count` requests of 59 tenants over 24 hours; the same for the same arguments."""
    chance = Random(seed)  # noqa: S311  # nothing here is secret
    tenants = [(name, each) for each in _CLASSES for name in range(each[1])]
    weights = [chance.paretovariate(1.6) for _ in tenants]
    scale = count / sum(weights)
    events: list[Event] = []
    for (number, (sort, _, asked, answered)), weight in zip(tenants, weights, strict=True):
        requests = max(2, round(weight * scale))
        events.extend(_tenant(chance, f"key-{sort}-{number:02}", sort, requests, (asked, answered)))
    return sorted(events)


def _tenant(chance: Random, source: str, sort: str, requests: int, medians: tuple[int, int]) -> Iterator[Event]:
    asked = medians[0] * chance.lognormvariate(0, 0.9)
    answered = medians[1] * chance.lognormvariate(0, 0.9)
    for minute in chance.choices(range(_MINUTES), weights=_rhythm(chance), k=requests):
        seconds = round(minute * 60 + chance.random() * 60, 3)
        yield Event(min(seconds, 86_399.999), source, sort, _tokens(chance, asked), _tokens(chance, answered))


def _rhythm(chance: Random) -> list[float]:
    """A weight for each minute: busiest in the afternoon, and a few bursts of about ten minutes."""
    peak, depth = chance.gauss(15 * 60, 90), chance.uniform(0.3, 0.8)
    weights = [1 + depth * math.cos((minute - peak) / _MINUTES * math.tau) for minute in range(_MINUTES)]
    for _ in range(chance.randint(1, 4)):
        start, force = chance.randrange(_MINUTES), chance.uniform(6, 30)
        for minute in range(start, min(_MINUTES, start + chance.randint(5, 15))):
            weights[minute] *= force
    return weights


def _tokens(chance: Random, median: float) -> int:
    return max(1, min(_LONGEST, int(median * chance.lognormvariate(0, 1.1))))
