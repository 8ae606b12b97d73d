"""What differs between two bundles: declarations by meaning, and what that does to every key and budget.

A difference in layout, in order or in how a quantity is written (`10k`, `10_000`) is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from remit.bundle._bundle import Bundle, aware
from remit.bundle._diff_shift import Direction, Shift
from remit.source import Position

DiffAction = Literal["add", "remove", "change"]


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One declaration (a rule counts by itself, as `Rule` `policy/rule`), and where it stands, or stood.

    `renamed_from` is its former name. The direction of an added or removed one is that of the whole; a changed
    one loosens when any of its `shifts` does.
    """

    kind: str
    name: str
    action: DiffAction
    direction: Direction
    position: Position
    shifts: tuple[Shift, ...] = ()
    renamed_from: str = ""


@dataclass(frozen=True, slots=True)
class EntitlementChange:
    """What a key may do now that it could not, or no longer; for a new key only what it may use."""

    key: str
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class PoolChange:
    """Money of one pool in one window, as `team` `search` per month; None is unbounded."""

    pool: str
    name: str
    shift: Shift


@dataclass(frozen=True, slots=True)
class Difference:
    """From the bundle with the digest `before` to the one with the digest `after`."""

    before: str
    after: str
    resources: tuple[ResourceChange, ...]
    entitlements: tuple[EntitlementChange, ...]
    pools: tuple[PoolChange, ...]

    @property
    def empty(self) -> bool:
        """Whether both say the same."""
        return not (self.resources or self.entitlements or self.pools)

    def count(self, direction: Direction) -> int:
        """How many declarations, keys and pools have anything that goes this way."""
        whole = sum(each.direction == direction for each in self.resources)
        keys = sum(any(shift.direction == direction for shift in each.shifts) for each in self.entitlements)
        return whole + keys + sum(each.shift.direction == direction for each in self.pools)


def diff_bundles(before: Bundle, after: Bundle, at: datetime | None = None) -> Difference:
    """Compare two bundles as of `at` (aware; default: now). Raises ValueError for a time without a zone."""
    from remit.bundle._diff_entitlements import entitlement_changes, pool_changes
    from remit.bundle._diff_resources import resource_changes

    instant = aware(at)
    if before.digest == after.digest:
        return Difference(before.digest, after.digest, (), (), ())
    old = {each.key: each for each in before.entitlements(instant)}
    new = {each.key: each for each in after.entitlements(instant)}
    former = {name: key.metadata.previously or name for name, key in after.keys.items()}
    return Difference(
        before.digest,
        after.digest,
        tuple(resource_changes(before, after)),
        tuple(entitlement_changes(old, new, former)),
        tuple(pool_changes(old, new)),
    )
