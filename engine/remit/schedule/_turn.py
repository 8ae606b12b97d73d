"""One turn: read the policies, plan, apply, and tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from remit.bundle import Bundle
from remit.reconcile import (
    Outcome,
    Plan,
    PlanStale,
    Progress,
    State,
    Stopped,
    TargetStatus,
    apply_plan,
    plan_bundle,
    statuses,
    update_ledger,
)
from remit.schedule import _messages as messages
from remit.schedule._clone import Clone, FetchFailed
from remit.schedule._log import Log
from remit.schedule._policies import Policies
from remit.schedule._standing import Ending, Turn


@dataclass(frozen=True, slots=True)
class Settings:
    """`stop`: set by whoever wants the process to end; a run ends before its next step then.

    `clone`: where the policies come from, if it is to be brought up to date before each turn.
    """

    policies: Policies
    state_dir: Path
    log: Log
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    stop: Event = field(default_factory=Event)
    targets: tuple[str, ...] = ()
    clone: Clone | None = None


def turn(settings: Settings) -> Turn:
    """Never raises but `Stopped`: a turn that fails is told, and the next may succeed."""
    began = datetime.now(UTC)
    unfetched = _updated(settings)
    return replace(_turned(settings, began), unfetched=unfetched)


def _updated(settings: Settings) -> str:
    """Why the clone is not up to date, or empty; what is there is applied all the same."""
    if settings.clone is None:
        return ""
    try:
        settings.clone.update()
    except FetchFailed as error:
        settings.log.warning("not-fetched", message=error.message)
        return error.message
    return ""


def _turned(settings: Settings, began: datetime) -> Turn:
    bundle, rejected = _bundle(settings, began)
    if bundle is None:
        settings.log.error("no-policies", message=messages.nothing_good())
        return Turn("failed", began, datetime.now(UTC), rejected=rejected)
    try:
        ending, targets, failures = _run(settings, bundle)
    except Stopped:
        raise
    except Exception as error:
        settings.log.error("failed", message=_said(error), commit=bundle.commit)
        return Turn("failed", began, datetime.now(UTC), bundle.commit, bundle.digest, rejected)
    return Turn(ending, began, datetime.now(UTC), bundle.commit, bundle.digest, rejected, targets, failures)


def _bundle(settings: Settings, at: datetime) -> tuple[Bundle | None, str]:
    """(what to apply, why it is not the newest)."""
    try:
        return settings.policies.newest(at), ""
    except Exception as error:
        settings.log.error("rejected", message=_said(error))
        return settings.policies.last_good(), _said(error)


def _run(settings: Settings, bundle: Bundle) -> tuple[Ending, tuple[TargetStatus, ...], dict[str, int]]:
    options = {"state_dir": settings.state_dir, "environ": settings.environ, "policies": settings.policies.place}
    update_ledger(settings.state_dir, settings.environ)
    plan = plan_bundle(bundle, targets=settings.targets or None, **options)  # type: ignore[arg-type]
    _tell_plan(settings.log, plan)
    outcome = None if plan.blocked else _applied(settings, plan, bundle)
    found = statuses(plan, State(settings.state_dir, settings.environ).memory(), outcome)
    for each in found:
        facts = {"in_sync": each.in_sync, "healthy": each.healthy, "pending": each.pending, "held": each.held}
        settings.log.info("target", target=each.name, **facts, drifted=each.drifted)
    return _ending(plan, outcome), found, _failures(outcome)


def _applied(settings: Settings, plan: Plan, bundle: Bundle) -> Outcome | None:
    """None where the world moved between planning and applying, which the next turn sees."""

    def watch(step: Progress) -> None:
        if settings.stop.is_set():
            raise Stopped
        settings.log.info("step", target=step.target, key=step.key, verb=step.verb, done=step.done, total=step.total)

    try:
        outcome = apply_plan(
            plan,
            bundle,
            state_dir=settings.state_dir,
            environ=settings.environ,
            policies=settings.policies.place,
            on_progress=watch,
        )
    except PlanStale as error:
        settings.log.warning("stale", message=error.message)
        return None
    for result in outcome.results:
        tell = settings.log.info if result.status == "in-force" else settings.log.warning
        facts = {"action": result.action, "status": result.status, "message": result.message}
        tell("result", target=result.target, key=result.key, **facts)
    for target in outcome.targets:
        if target.status in ("held", "unreadable"):
            settings.log.warning(target.status, target=target.name, message=target.message)
    return outcome


def _tell_plan(log: Log, plan: Plan) -> None:
    log.info("plan", digest=plan.digest, commit=plan.commit, pending=len(plan.changes), blocked=plan.blocked)
    for problem in plan.problems:
        log.warning("problem", target=problem.target, key=problem.key, code=problem.code, message=problem.message)
    for verdict in plan.exceeded:
        log.error("blocked", target=verdict.scope, message=verdict.message)


def _ending(plan: Plan, outcome: Outcome | None) -> Ending:
    if plan.blocked:
        return "blocked"
    return "ok" if outcome is not None and outcome.ok else "incomplete"


def _failures(outcome: Outcome | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for target in outcome.targets if outcome else ():
        failed = sum(each.status in ("failed", "accepted") for each in target.results) + (target.status == "unreadable")
        found[target.name] = failed
    return found


def _said(error: Exception) -> str:
    """The text of our own errors; that of others might hold anything."""
    ours = any(base.__module__.startswith("remit.") for base in type(error).__mro__)
    return str(error) if ours else messages.unexpected(type(error).__name__)
