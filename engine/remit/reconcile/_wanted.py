"""What every target should hold, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from remit.reconcile._change import Reason
from remit.resources import ChangeLimits, Delivery, LimitOverride, Target
from remit.targets import TargetObject

UTC = ZoneInfo("UTC")
OVERLAP = timedelta(days=1)
"""How long the former value of a rotated key works, where the key does not say."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One key or space as one target should hold it, and where each property was declared."""

    goal: TargetObject
    in_force: bool
    reasons: tuple[Reason, ...]
    exclusions: Mapping[str, Reason]
    origins: Mapping[str, str]
    position: str
    delivery: Delivery | None
    rotate_every: timedelta | None = None
    overlap: timedelta = OVERLAP

    def origin(self, name: str) -> str:
        """Where the property was declared, or the key."""
        return self.origins.get(name, self.position)


@dataclass(frozen=True, slots=True)
class Desired:
    """The keys and spaces of every target (by target, then by slot) at one instant.

    `rotate` names keys that get a new value although it is not time yet. `targets` are those to plan; `declared`
    names all there are, so that a run over some forgets no other. `total` and `overrides` bound all targets together.
    """

    organization: str
    bundle: str
    commit: str | None
    at: datetime
    targets: Mapping[str, Target]
    keys: Mapping[str, Mapping[str, Wanted]]
    declared: frozenset[str]
    zone: ZoneInfo = UTC
    rotate: frozenset[str] = frozenset()
    total: ChangeLimits | None = None
    overrides: tuple[LimitOverride, ...] = ()
