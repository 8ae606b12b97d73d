"""What a report tells: facts only, gathered by whoever ran things. Times are in seconds, money in micro-units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from remit.bundle import Bundle, Entitlement
from remit.reconcile import Plan
from remit.source import Finding
from remit.testing import TestReport

Effect = Literal["allow", "deny", "throttle"]
EFFECTS: tuple[Effect, ...] = ("allow", "throttle", "deny")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was run: what it does, what came of it, and how long it took."""

    name: str
    purpose: str
    result: str
    seconds: float
    ok: bool


@dataclass(frozen=True, slots=True)
class Timed:
    """One decision and the nanoseconds it took."""

    nanoseconds: int
    key: str
    model: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Latency:
    """How long decisions took, in nanoseconds. The first for a key and a model also prepares it: counted apart.

    `histogram` is (upper bound in microseconds, decisions), of which the last has no bound.
    """

    p50: int
    p99: int
    fastest: Timed
    slowest: Timed
    prepared: int
    preparing_p50: int
    histogram: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a reason was given; a request may have several. `message` is one example."""

    id: str
    effect: Effect
    requests: int
    message: str


@dataclass(frozen=True, slots=True)
class PoolSpend:
    """A budget: spent in its window before the traffic, and with it."""

    pool: str
    name: str
    period: str
    before: int
    after: int
    limit: int

    @property
    def share(self) -> float:
        """Of the limit, 1 being all of it."""
        return self.after / self.limit if self.limit else 1.0


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What one key asked for and got."""

    key: str
    team: str
    effects: Mapping[Effect, int]
    spent: int

    @property
    def requests(self) -> int:
        """All of them."""
        return sum(self.effects.values())


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """An alert rule that the traffic set off."""

    rule: str
    severity: str
    pool: str
    name: str
    message: str
    notify: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """A day of requests, decided. `hours` counts effects by the hour; `delays` counts throttles by their seconds.

    `caveat` says in sentences what of it is not real.
    """

    origin: str
    seconds: float
    hours: tuple[Mapping[Effect, int], ...]
    reasons: tuple[ReasonCount, ...]
    pools: tuple[PoolSpend, ...]
    keys: tuple[KeyUse, ...]
    latency: Latency
    delays: Mapping[float, int]
    caps: Mapping[str, int]
    alerts: tuple[AlertRaised, ...]
    caveat: str = ""

    @property
    def effects(self) -> Mapping[Effect, int]:
        """How many decisions of each effect."""
        return {effect: sum(hour.get(effect, 0) for hour in self.hours) for effect in EFFECTS}

    @property
    def requests(self) -> int:
        """How many were decided."""
        return sum(self.effects.values())

    def spend(self, pool: str) -> tuple[PoolSpend, ...]:
        """The budgets of one sort of pool, the fullest first."""
        return tuple(sorted((each for each in self.pools if each.pool == pool), key=lambda each: -each.share))


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything that one report shows; what is None was not run, and is left out."""

    bundle: Bundle
    version: str
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    tests: TestReport | None = None
    plan: Plan | None = None
    entitlements: tuple[Entitlement, ...] = field(default=(), repr=False)
    traffic: Traffic | None = None
