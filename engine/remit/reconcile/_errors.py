"""What stops a run as a whole. What goes wrong at one target, or with one key, is told in the Outcome.

ReconcileError
├── PlanBlocked     the plan exceeds limits; carries the verdicts
├── PlanStale       what the plan was made from has changed since; carries the addresses
├── PlanInvalid     a plan file that is damaged, altered, or of another format
├── LeaseHeld       another run is at work on a target; carries the target, its holder and until when
├── LeaseAlive      the lease of a run that may be at work was to be released; carries the target and its holder
├── LeaseLost       the lease of this run was released, or taken over; carries the target
├── Stopped         a run was asked to end between two steps
└── StateFailed     the state file cannot be read or written
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from remit.reconcile import _messages as messages

if TYPE_CHECKING:
    from remit.reconcile._limits import Verdict


class ReconcileError(Exception):
    """One sentence; never the value of a key."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PlanBlocked(ReconcileError):
    """Nothing was applied."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        super().__init__(messages.blocked([verdict.message for verdict in verdicts]))
        self.verdicts = tuple(verdicts)


class PlanStale(ReconcileError):
    """Nothing was applied."""

    def __init__(self, message: str, addresses: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.addresses = tuple(addresses)


class PlanInvalid(ReconcileError):
    """A plan that cannot be trusted or understood."""


class LeaseHeld(ReconcileError):
    """The target is left to the other run."""

    def __init__(self, target: str, holder: str, until: datetime) -> None:
        super().__init__(messages.lease_held(target, holder, until.isoformat(timespec="seconds")))
        self.target = target
        self.holder = holder
        self.until = until


class LeaseAlive(ReconcileError):
    """The lease stays as it is."""

    def __init__(self, target: str, holder: str, until: datetime) -> None:
        super().__init__(messages.lease_alive(target, holder, until.isoformat(timespec="seconds")))
        self.target = target
        self.holder = holder


class LeaseLost(ReconcileError):
    """This run writes no more to the target."""

    def __init__(self, target: str) -> None:
        super().__init__(messages.lease_lost(target))
        self.target = target


class Stopped(ReconcileError):
    """Raised by whoever watches a run (`on_progress`), to end it before the next step."""

    def __init__(self) -> None:
        super().__init__(messages.stopped())


class StateFailed(ReconcileError):
    """Without its state, a run would not know what it did."""
