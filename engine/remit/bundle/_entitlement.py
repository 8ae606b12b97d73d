"""What one key may do, resolved: the same facts feed `evaluate` and `reconcile`.

Every bound names where it comes from: a declared field, or the rule that set it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from remit.resources import Delivery, Money
from remit.source import Position

Pool = Literal["organization", "team", "project", "key"]


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where a bound comes from: `rule` is `policy/rule`, or empty for a declared field."""

    position: Position
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.rule} ({self.position})" if self.rule else str(self.position)


@dataclass(frozen=True, slots=True)
class Cap:
    """A rate cap: the minimum of all that apply."""

    name: str
    value: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class BudgetPool:
    """Money shared by all below `pool` `name` in one window of the organisation's timezone."""

    pool: Pool
    name: str
    period: Literal["daily", "monthly"]
    amount: Money
    origin: Origin

    @property
    def id(self) -> str:
        """`team.monthly`: how usage and refusals speak of it."""
        return f"{self.pool}.{self.period}"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A model that the key lists and cannot have, and why."""

    model: str
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule on a declared resource that this key, or something above it, breaks."""

    rule: str
    subject: str
    message: str
    origin: Origin
    error: bool = False


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a key may do at `at`. Not `in_force`: nothing at all, and it exists on no target."""

    key: str
    team: str
    project: str
    environment: str
    owner: str | None
    at: datetime
    models: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    scopes: tuple[str, ...]
    purposes: tuple[str, ...]
    data_classes: tuple[str, ...]
    caps: Mapping[str, Cap]
    user_caps: Mapping[str, Cap]
    budgets: tuple[BudgetPool, ...]
    expires: datetime | None
    rotate_every: timedelta | None
    client_side: bool
    suspended: bool
    targets: tuple[str, ...]
    deliver_to: Delivery | None
    violations: tuple[Violation, ...]
    position: Position
    model_caps: Mapping[str, Mapping[str, Cap]] = field(default_factory=dict)

    @property
    def in_force(self) -> bool:
        """Whether the key may be used at all at `at`."""
        expired = self.expires is not None and self.at >= self.expires
        return not (self.violations or self.suspended or expired)
