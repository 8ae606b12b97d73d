"""What a run leaves in the ledger about each target as a whole: which commit was tried, which holds, what was held."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from remit.reconcile._approval import UNASKING, base_of
from remit.reconcile._journal import Journal
from remit.reconcile._memory import NOTHING, Memory
from remit.reconcile._outcome import Result, TargetOutcome
from remit.reconcile._plan import Plan, TargetPlan
from remit.reconcile._run import Run

_BLOCKED = "blocked"


def name_of(plan: Plan) -> str:
    """What a run applies: a commit, or the digest of a bundle that is at none."""
    return plan.commit or plan.bundle


def begin(target: TargetPlan, plan: Plan, run: Run) -> None:
    """The target is about to be made as the plan says."""
    run.state.attempted(target.name, name_of(plan), run.clock())


def end(target: TargetPlan, outcome: TargetOutcome, plan: Plan, run: Run, memory: Memory) -> None:
    """Whether the target is as the plan says. The next approvals are counted from a commit that is wholly approved."""
    if outcome.status == "unchanged":
        begin(target, plan, run)
    elif outcome.status != "applied":
        return
    missed = outcome.status == "unchanged" and target.pending
    if missed or not outcome.ok or _problems(target.name, plan):
        return
    if run.judge is None or not run.judge.cover(base_of(target.name, memory)).missing:
        run.state.succeeded(target.name, name_of(plan), run.clock())
        _tell_unasking(target.name, plan, run, memory)


def _tell_unasking(target: str, plan: Plan, run: Run, memory: Memory) -> None:
    """Where there is no clone, only the ledger can tell the next run that this commit asks for no approvals."""
    known = memory.get(target, NOTHING).notes.get(UNASKING)
    if run.judge is not None and not run.judge.asks and plan.commit is not None:
        if known != plan.commit:
            run.state.note(target, UNASKING, plan.commit)
    elif known is not None:
        run.state.unnote(target, UNASKING)


def held_results(target: TargetPlan, plan: Plan) -> tuple[Result, ...]:
    """The changes that nobody approved, as they end."""
    whys = _whys(target.name, plan)
    return tuple(Result(target.name, each.key, each.action, "held", whys.get(each.key, "")) for each in target.held)


def tell_held(target: TargetPlan, plan: Plan, run: Run, memory: Memory) -> None:
    """In the ledger once, not with every run that finds the same."""
    whys = _whys(target.name, plan)
    known = memory.get(target.name, NOTHING).notes.get(_BLOCKED)
    if not target.held:
        if known is not None:
            run.state.unnote(target.name, _BLOCKED)
        return
    digest = sha256("\0".join(_told(target, plan)).encode("utf-8", "replace")).hexdigest()
    if digest != known:
        journal = journal_of(target.name, plan, run)
        run.state.append(*(journal.blocked(change, whys.get(change.key, "")) for change in target.held))
        run.state.note(target.name, _BLOCKED, digest)


def journal_of(target: str, plan: Plan, run: Run) -> Journal:
    """The events of this run about a target."""
    return Journal(run.state, run.clock, target, run.actor, run.holder, plan.digest, plan.bundle, plan.commit)


def _told(target: TargetPlan, plan: Plan) -> Iterator[str]:
    yield name_of(plan)
    for change in target.held:
        yield from (change.key, change.action)
    yield from _whys(target.name, plan).values()


def _whys(target: str, plan: Plan) -> dict[str, str]:
    return {each.key: each.message for each in plan.problems if each.target == target and each.code == "unapproved"}


def _problems(target: str, plan: Plan) -> bool:
    return any(each.target == target for each in plan.problems)
