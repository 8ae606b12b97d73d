"""Applying a plan: only the plan that was reviewed, only if it still holds, and one run at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from remit.reconcile import _messages as messages
from remit.reconcile._change import Change
from remit.reconcile._errors import LeaseHeld, LeaseLost, PlanBlocked, PlanStale, ReconcileError
from remit.reconcile._execute import Execution
from remit.reconcile._journal import Journal
from remit.reconcile._memory import NOTHING, Memory
from remit.reconcile._outcome import Outcome, Result, TargetOutcome
from remit.reconcile._plan import Plan, TargetPlan
from remit.reconcile._planner import plan as plan_again
from remit.reconcile._revoked import note_of, revocations
from remit.reconcile._run import READ_BACK_ATTEMPTS, Run
from remit.reconcile._standing import begin, end, held_results, journal_of, tell_held
from remit.reconcile._survey import Readers, explained, survey
from remit.reconcile._verify import fault
from remit.reconcile._wanted import Desired


def apply(plan: Plan, desired: Desired, readers: Readers, run: Run) -> Outcome:
    """Make the targets as planned. `desired` is what is declared now, by the bundle that the plan was made from.

    Everything is read and compared anew first. Raises PlanBlocked for a limit, PlanStale when a target, the
    declarations or the state differ from when it was planned: nothing is applied then. What goes wrong at one
    target afterwards is in the Outcome, and keeps no other from being applied.
    """
    if plan.blocked:
        raise PlanBlocked(plan.exceeded)
    if plan.bundle != desired.bundle:
        raise PlanStale(messages.stale_bundle())
    with ExitStack() as leases:
        held = {target.name: _leased(target, run, leases) for target in plan.targets}
        memory = run.state.memory()
        now = plan_again(desired, readers, memory, sinks=run.sinks, sleep=run.sleep, judge=run.judge)
        _refuse_stale(plan, now, held)
        if now.blocked:
            raise PlanBlocked(now.exceeded)
        current = {target.name: target for target in now.targets}
        outcomes = []
        for target in plan.targets:
            made = held[target.name] or _apply_target(current[target.name], plan, readers, run, memory)
            outcomes.append(_ended(made, current[target.name], now, run, memory))
    _settle(desired, memory, run)
    return Outcome(plan.digest, plan.bundle, tuple(outcomes), plan.problems)


def _ended(made: TargetOutcome, current: TargetPlan, now: Plan, run: Run, memory: Memory) -> TargetOutcome:
    """With what was held, and what the ledger is to know of the target as a whole."""
    if current.status != "ready":
        return made
    outcome = replace(made, results=(*made.results, *held_results(current, now)))
    tell_held(current, now, run, memory)
    end(current, outcome, now, run, memory)
    return outcome


def _settle(desired: Desired, memory: Memory, run: Run) -> None:
    """Git says by now what was revoked at once, so from here on it is git that says whether the key works."""
    working = {key for keys in desired.keys.values() for key, wanted in keys.items() if wanted.in_force}
    for target in desired.targets:
        for key in revocations(memory.get(target, NOTHING).notes):
            if key not in working:
                run.state.unnote(target, note_of(key))


def _leased(target: TargetPlan, run: Run, leases: ExitStack) -> TargetOutcome | None:
    """None when the target is ours to change, else how it ends at once."""
    if target.status == "unreadable":
        return TargetOutcome(target.name, "unreadable", message=target.error)
    if target.status in ("suspended", "waiting", "observed"):
        return TargetOutcome(target.name, target.status)
    if not target.changes:
        return TargetOutcome(target.name, "unchanged")
    try:
        leases.enter_context(_lease(target.name, run))
    except LeaseHeld as error:
        return TargetOutcome(target.name, "held", message=error.message)
    return None


@contextmanager
def _lease(target: str, run: Run) -> Iterator[None]:
    run.keep(target)
    try:
        yield
    finally:
        with suppress(ReconcileError):
            run.state.release(target, run.holder)


def _refuse_stale(plan: Plan, now: Plan, held: dict[str, TargetOutcome | None]) -> None:
    """Compares what is about to be applied only; a target that cannot be read any more is told in the outcome."""
    current = {target.name: target for target in now.targets}
    differing: set[str] = set()
    for target in plan.targets:
        again = current.get(target.name)
        if again is None:
            differing.add(target.name)
        elif held[target.name] is None and again.status != "unreadable":
            differing.update(_differing(target.changes, again.changes))
            if again.status != target.status:
                differing.add(target.name)
    if differing:
        raise PlanStale(messages.stale(sorted(differing)), sorted(differing))


def _differing(planned: tuple[Change, ...], current: tuple[Change, ...]) -> Iterator[str]:
    """Addresses of changes that only one side has."""
    for ours, theirs in ((planned, current), (current, planned)):
        effects: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
        for each in theirs:
            effects[each.address].append(each.effect)
        yield from (each.address for each in ours if each.effect not in effects[each.address])


def _apply_target(target: TargetPlan, plan: Plan, readers: Readers, run: Run, memory: Memory) -> TargetOutcome:
    """`target` is as planned just now, so that what a plan file says of approvals is not believed."""
    if target.status == "unreadable":
        return TargetOutcome(target.name, "unreadable", message=target.error)
    try:
        writer = run.writers[target.name]()
    except Exception as error:
        return TargetOutcome(target.name, "unreadable", message=explained(error))
    known = memory.get(target.name, NOTHING)
    journal = journal_of(target.name, plan, run)
    execution = Execution(target.name, run, writer, known, journal, concurrency=target.concurrency)
    try:
        begin(target, plan, run)
        execution.perform(target.changes)
    except LeaseLost as error:
        return TargetOutcome(target.name, "held", message=error.message)
    if not target.pending:
        return TargetOutcome(target.name, "unchanged")
    results = _read_back(target, readers, execution)
    _tell(target, results, journal, run)
    return TargetOutcome(target.name, "applied", results)


def _tell(target: TargetPlan, results: tuple[Result, ...], journal: Journal, run: Run) -> None:
    """Accepted and in force are different states, and the ledger knows which it was."""
    seen = [
        journal.read_back(change, result.message)
        for change, result in zip(target.pending, results, strict=True)
        if result.status in ("in-force", "accepted")
    ]
    if seen:
        run.state.append(*seen)


def _read_back(target: TargetPlan, readers: Readers, execution: Execution) -> tuple[Result, ...]:
    """Some targets take seconds to show what they accepted."""
    results: tuple[Result, ...] = ()
    for attempt in range(READ_BACK_ATTEMPTS):
        if attempt:
            execution.run.sleep(2.0 ** (attempt - 1))
        results = tuple(_results(target, readers, execution))
        if not any(result.status == "accepted" for result in results):
            break
    return results


def _results(target: TargetPlan, readers: Readers, execution: Execution) -> Iterator[Result]:
    seen = survey({target.name: None}, readers, execution.run.sleep)[target.name]
    found = {each.id: each for each in seen.keys}
    for change in target.pending:
        created = execution.ids.get(id(change), "")
        trouble = messages.not_read_back(seen.error) if seen.error else fault(change, found, created)
        yield execution.result(change, trouble)
