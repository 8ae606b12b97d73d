"""The plan: what would change, why, and whether it may. Made by reading only; renderers only read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from remit.reconcile._change import ACTIONS, Change, Problem, Withheld
from remit.reconcile._drift import Drift, Drifted
from remit.reconcile._limits import Verdict
from remit.reconcile._revoked import REVOKED
from remit.targets import Support

Status = Literal["ready", "suspended", "waiting", "observed", "unreadable"]


@dataclass(frozen=True, slots=True)
class Note:
    """A property that the target does not enforce exactly as declared, and how many keys declare it."""

    property: str
    support: Support
    note: str
    keys: int


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """One target's part. `unreadable`: nothing is known. `suspended`: planned, never applied. `waiting`: planned, and
    applied when its window opens. `observed`: compared, and never to be changed. `held` are changes that no approval
    explains: each has a problem that says so, and is not among the `changes`."""

    name: str
    type: str
    status: Status
    identity: str = ""
    version: str = ""
    error: str = ""
    managed: int = 0
    unmanaged: int = 0
    changes: tuple[Change, ...] = ()
    drift: tuple[Drifted, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    notes: tuple[Note, ...] = ()
    held: tuple[Change, ...] = ()
    concurrency: int = 1

    @property
    def counts(self) -> Mapping[str, int]:
        """How many changes of each action, every action listed."""
        counted = Counter(change.action for change in self.changes)
        return {action: counted[action] for action in ACTIONS}

    @property
    def changes_digest(self) -> str:
        """`sha256:…` over what would be done here and nothing else, so that it outlives a commit that changes none of
        it: the name by which an override lets these changes exceed the limits."""
        from remit.reconcile._plan_json import changes_digest

        return changes_digest(self.pending)

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that would alter the target."""
        return tuple(change for change in self.changes if change.action != "no-op")


@dataclass(frozen=True, slots=True)
class Plan:
    """From what is observed to what is declared, for every target. Immutable; named by its `digest`.

    `verdicts` has one for every declared limit; `problems` are what a person must mend.
    """

    organization: str
    bundle: str
    commit: str | None
    at: datetime
    targets: tuple[TargetPlan, ...]
    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes to every target, suspended ones too."""
        return tuple(change for target in self.targets for change in target.pending)

    @property
    def drift(self) -> Drift:
        """What changed on the targets since the last run."""
        revoked = tuple(each for each in self.problems if each.code == REVOKED)
        return Drift(tuple(each for target in self.targets for each in target.drift), self.unreadable, revoked)

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Why a target could not be read, by its name."""
        return {target.name: target.error for target in self.targets if target.status == "unreadable"}

    @property
    def counts(self) -> Mapping[str, int]:
        """How many changes of each action."""
        return {action: sum(target.counts[action] for target in self.targets) for action in ACTIONS}

    @property
    def empty(self) -> bool:
        """Whether applying would alter nothing; what is pending where nothing is written now does not count."""
        return not any(target.pending for target in self.targets if target.status == "ready")

    @property
    def exceeded(self) -> tuple[Verdict, ...]:
        """The limits that forbid applying."""
        return tuple(verdict for verdict in self.verdicts if verdict.exceeded and not verdict.overridden)

    @property
    def blocked(self) -> bool:
        """Whether a limit forbids applying."""
        return bool(self.exceeded)

    @property
    def ok(self) -> bool:
        """Whether every target could be read and nothing needs mending."""
        return not (self.unreadable or self.problems or self.blocked)

    @property
    def digest(self) -> str:
        """`sha256:…` over everything but the time and the version of Remit: the name under which it is approved."""
        from remit.reconcile._plan_json import digest_of

        return digest_of(self)

    def to_json(self) -> dict[str, object]:
        """JSON data in the manner of Terraform's `show -json`, with the digest."""
        from remit.reconcile._plan_json import plan_to_json

        return plan_to_json(self)

    @classmethod
    def from_json(cls, data: object) -> Plan:
        """The inverse of `to_json`. Raises PlanInvalid when it was altered, or is something else."""
        from remit.reconcile._plan_json import plan_from_json

        return plan_from_json(data)
