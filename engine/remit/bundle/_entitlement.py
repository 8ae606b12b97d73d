"""What one key may do, resolved: the same facts feed `evaluate` and `reconcile`.

Every bound names where it comes from: a declared field, or the rule that set it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Self

from remit.resources import Delivery, Money
from remit.source import Path, Position

Pool = Literal["organization", "team", "project", "key"]


class Origin:
    """Where a bound comes from: `rule` is `policy/rule`, or empty for a declared field.

    Compared by rule and position. The position of a declared field is looked up when somebody asks:
    of ten thousand keys most are never complained about.
    """

    __slots__ = ("_find", "_path", "_position", "rule")

    def __init__(self, position: Position, rule: str = "") -> None:
        self._position: Position | None = position
        self._find: Callable[[Path], Position] | None = None
        self._path: Path = ()
        self.rule = rule

    @classmethod
    def at(cls, find: Callable[[Path], Position], path: Path) -> Self:
        """The origin that is a declared field: `find` gives the position of a path of its document."""
        origin = cls.__new__(cls)
        origin._position, origin._find, origin._path, origin.rule = None, find, path, ""
        return origin

    @property
    def position(self) -> Position:
        """File, line and column."""
        if self._position is None:
            assert self._find is not None  # noqa: S101  # one of the two is always there
            self._position = self._find(self._path)
        return self._position

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Origin):
            return NotImplemented
        return (self.rule, self.position) == (other.rule, other.position)

    def __hash__(self) -> int:
        return hash((self.rule, self.position))

    def __str__(self) -> str:
        return f"{self.rule} ({self.position})" if self.rule else str(self.position)

    def __repr__(self) -> str:
        return f"Origin({self.position!r}, {self.rule!r})"


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
    rotate_overlap: timedelta | None = None

    @property
    def in_force(self) -> bool:
        """Whether the key may be used at all at `at`."""
        expired = self.expires is not None and self.at >= self.expires
        return not (self.violations or self.suspended or expired)
