"""How each target stands, on two axes: is it as declared, and does making it so work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from remit.ledger import Try
from remit.reconcile import _messages as messages
from remit.reconcile._memory import NOTHING, Memory, TargetMemory
from remit.reconcile._outcome import Outcome, TargetOutcome
from remit.reconcile._plan import Plan, TargetPlan

InSync = Literal["yes", "no", "unknown"]
Healthy = Literal["yes", "degraded", "no"]


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """`in_sync`: nothing is pending. `healthy`: it can be read, and nothing keeps it from becoming in sync.

    `attempted` and `applied`: the commits of the last run that began to write, and of the last after which all was as
    declared. `pending`, `held` and `drifted` count changes and objects; `reasons` say what is not well.
    """

    name: str
    type: str
    in_sync: InSync
    healthy: Healthy
    attempted: Try | None
    applied: Try | None
    pending: int
    held: int
    drifted: int
    reasons: tuple[str, ...] = ()


def statuses(plan: Plan, memory: Memory, outcome: Outcome | None = None) -> tuple[TargetStatus, ...]:
    """As planned, or as it is after `outcome` of that plan; `memory` is what the ledger says after it."""
    ended = {each.name: each for each in outcome.targets} if outcome else {}
    return tuple(_status(each, plan, memory.get(each.name, NOTHING), ended.get(each.name)) for each in plan.targets)


def _status(target: TargetPlan, plan: Plan, known: TargetMemory, ended: TargetOutcome | None) -> TargetStatus:
    pending = _pending(target, ended)
    reasons = tuple(_reasons(target, plan, known, ended))
    unreadable = target.status == "unreadable" or (ended is not None and ended.status == "unreadable")
    return TargetStatus(
        name=target.name,
        type=target.type,
        in_sync="unknown" if unreadable else "no" if pending or target.held else "yes",
        healthy="no" if unreadable else "degraded" if reasons else "yes",
        attempted=known.attempted,
        applied=known.succeeded,
        pending=pending,
        held=len(target.held),
        drifted=len(target.drift),
        reasons=reasons,
    )


def _pending(target: TargetPlan, ended: TargetOutcome | None) -> int:
    """What is left to do: everything, unless a run did it."""
    if ended is None or ended.status != "applied":
        return len(target.pending)
    return sum(result.status not in ("in-force", "held") for result in ended.results)


def _reasons(target: TargetPlan, plan: Plan, known: TargetMemory, ended: TargetOutcome | None) -> Iterator[str]:
    if target.error:
        yield target.error
    if ended is not None and ended.message:
        yield ended.message
    yield from (each.message for each in plan.problems if each.target == target.name)
    yield from (each.message for each in plan.exceeded if each.scope in (target.name, "total"))
    if ended is not None:
        yield from (
            f"{each.address}: {each.message}" for each in ended.results if each.status in ("failed", "accepted")
        )
    attempted, applied = known.attempted, known.succeeded
    if attempted is not None and attempted.commit != (applied.commit if applied else None):
        yield messages.not_yet_applied(attempted.commit)
