"""Bundles in, plans and outcomes out: what the command line and applications call."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from remit.bundle import Bundle
from remit.reconcile import _messages as messages
from remit.reconcile._apply import apply
from remit.reconcile._coverage import Coverage, coverage
from remit.reconcile._desired import desired
from remit.reconcile._drift import Drift
from remit.reconcile._errors import PlanStale, StateFailed
from remit.reconcile._import import Defaults, Imported, imports
from remit.reconcile._inventory import ForgivingInventory, KeptInventory, ReadInventory
from remit.reconcile._judge import provenance
from remit.reconcile._outcome import OnProgress, Outcome
from remit.reconcile._plan import Plan
from remit.reconcile._planner import plan
from remit.reconcile._revoke import Emergency, Revoked
from remit.reconcile._revoked import Revocation
from remit.reconcile._run import Run, silent, this_actor
from remit.reconcile._state import State
from remit.reconcile._status import TargetStatus, statuses
from remit.reconcile._survey import survey
from remit.reconcile._usage import Usage, usage
from remit.reconcile._wanted import Desired
from remit.resources import Target
from remit.targets import TARGET_TYPES, Capabilities, Context, Inventory, Kind, Reader, TargetError, Unreadable, Writer

STATE_DIRECTORY = Path(".remit")


def plan_bundle(
    bundle: Bundle,
    *,
    at: datetime | None = None,
    state_dir: Path = STATE_DIRECTORY,
    targets: Collection[str] | None = None,
    rotate: Collection[str] = (),
    environ: Mapping[str, str] = os.environ,
    policies: Path | None = None,
) -> Plan:
    """What would change on `targets` (all, when not given) for what `bundle` says at `at` (aware; default: now).

    `rotate` names keys that get a new value although it is not time yet. `policies`: where `bundle` was read, for the
    history of approvals. Reads targets and state, writes nothing.
    Raises KeyError for an unknown target or key, and StateFailed.
    """
    wishes = _desired(bundle, at, targets, rotate)
    state = State(state_dir, environ)
    judge = provenance(bundle, policies, state, environ)
    return plan(wishes, _readers(bundle, wishes, state_dir, environ), state.memory(), judge=judge)


def apply_plan(
    plan: Plan,
    bundle: Bundle,
    *,
    state_dir: Path = STATE_DIRECTORY,
    only_digest: str | None = None,
    on_progress: OnProgress | None = None,
    environ: Mapping[str, str] = os.environ,
    policies: Path | None = None,
) -> Outcome:
    """Apply `plan`, which was made from `bundle`; with `only_digest`, only if that is its digest.

    Raises PlanBlocked and PlanStale, with nothing applied, and StateFailed.
    """
    if only_digest is not None and only_digest != plan.digest:
        raise PlanStale(messages.other_digest(only_digest, plan.digest))
    if plan.bundle != bundle.digest:
        raise PlanStale(messages.stale_bundle())
    rotated = {change.key for change in plan.changes if change.action == "rotate"}
    wishes = _desired(bundle, None, [target.name for target in plan.targets], rotated)
    run = _run(bundle, wishes, state_dir, environ, on_progress)
    run = replace(run, judge=provenance(bundle, policies, run.state, environ))
    return apply(plan, wishes, _readers(bundle, wishes, state_dir, environ), run)


def drift_bundle(
    bundle: Bundle,
    *,
    at: datetime | None = None,
    state_dir: Path = STATE_DIRECTORY,
    targets: Collection[str] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Drift:
    """What changed on the targets since Remit last applied to them. Raises as `plan_bundle` does."""
    return plan_bundle(bundle, at=at, state_dir=state_dir, targets=targets, environ=environ).drift


def status_bundle(
    bundle: Bundle,
    *,
    at: datetime | None = None,
    state_dir: Path = STATE_DIRECTORY,
    targets: Collection[str] | None = None,
    environ: Mapping[str, str] = os.environ,
    policies: Path | None = None,
) -> tuple[TargetStatus, ...]:
    """How each target stands: in sync, healthy, last attempted, last applied. Raises as `plan_bundle` does."""
    made = plan_bundle(bundle, at=at, state_dir=state_dir, targets=targets, environ=environ, policies=policies)
    return statuses(made, State(state_dir, environ).memory())


def import_target(
    bundle: Bundle,
    target: str,
    defaults: Defaults,
    *,
    state_dir: Path = STATE_DIRECTORY,
    environ: Mapping[str, str] = os.environ,
) -> tuple[Imported, ...]:
    """The keys that somebody made by hand on `target`, as declarations. Raises KeyError, and Unreadable."""
    wishes = _desired(bundle, None, [target])
    (seen,) = survey(wishes.targets, _readers(bundle, wishes, state_dir, environ), time.sleep).values()
    if seen.error:
        raise Unreadable(seen.error)
    return imports(bundle, target, seen, defaults)


def usage_bundle(
    bundle: Bundle,
    *,
    at: datetime | None = None,
    state_dir: Path = STATE_DIRECTORY,
    targets: Collection[str] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Usage:
    """When each key was last used, as far as the targets know. Raises KeyError, and StateFailed."""
    wishes = _desired(bundle, at, targets)
    readers, memory = _readers(bundle, wishes, state_dir, environ), State(state_dir, environ).memory()
    return usage(readers, memory, wishes.organization, wishes.at)


def coverage_bundle(
    bundle: Bundle,
    *,
    at: datetime | None = None,
    targets: Collection[str] | None = None,
    ask: bool = False,
    state_dir: Path = STATE_DIRECTORY,
    environ: Mapping[str, str] = os.environ,
) -> Coverage:
    """Who enforces what the keys declare, by what is documented of each type of target; `ask` reads the targets, for
    what their own version does.

    Raises KeyError for an unknown target, and TargetError for one that cannot be asked.
    """
    wishes = _desired(bundle, at, targets)
    state = State(state_dir, environ)
    found = {
        name: _capabilities(each, _context(bundle, state_dir, environ, ReadInventory(state, name)), ask)
        for name, each in wishes.targets.items()
    }
    return coverage(wishes, found)


def _capabilities(target: Target, context: Context, ask: bool) -> Capabilities:
    found = TARGET_TYPES.load(target.spec.type)
    if not ask:
        return found.capabilities
    reader = found.open_reader(target, context)
    reader.read()
    return reader.capabilities


def update_ledger(state_dir: Path = STATE_DIRECTORY, environ: Mapping[str, str] = os.environ) -> None:
    """Bring the ledger of an older Remit up to date, as every run that may write does before it plans.

    Raises StateFailed for one that is newer or damaged.
    """
    State(state_dir, environ).update()


def revoke_key(
    bundle: Bundle,
    key: str,
    reason: str,
    *,
    by: str | None = None,
    state_dir: Path = STATE_DIRECTORY,
    environ: Mapping[str, str] = os.environ,
) -> tuple[Revoked, ...]:
    """Revoke `key` on every target at once, whatever git says; it stays so until git has said the same.

    Raises StateFailed when the ledger cannot be read, after having revoked all the same.
    """
    wishes = _desired(bundle, None, None)
    with suppress(StateFailed):
        update_ledger(state_dir, environ)
    actor = by or this_actor(environ)
    run = _run(bundle, wishes, state_dir, environ, None, ForgivingInventory)
    revocation = Revocation(actor, datetime.now(UTC), reason)
    emergency = Emergency(bundle.organization.metadata.name, key, revocation, run)
    return emergency.revoke(wishes.targets, _readers(bundle, wishes, state_dir, environ, ForgivingInventory))


def _desired(
    bundle: Bundle, at: datetime | None, only: Collection[str] | None, rotate: Collection[str] = ()
) -> Desired:
    for name in only or ():
        bundle.targets[name]
    for name in rotate:
        bundle.keys[name]
    instant = datetime.now(UTC) if at is None else at
    return desired(
        bundle.entitlements(instant),
        bundle.targets,
        organization=bundle.organization.metadata.name,
        bundle=bundle.digest,
        commit=bundle.commit,
        at=instant,
        only=only,
        spaces={name: _spaces(target) for name, target in bundle.targets.items()},
        alerts=dict(_alerts(bundle)),
        zone=bundle.zone,
        total=bundle.organization.spec.change_limits,
        overrides=bundle.organization.spec.change_overrides,
        rotate=rotate,
    )


def _spaces(target: Target) -> frozenset[Kind]:
    """None where the type cannot be loaded: its reader says why."""
    try:
        return TARGET_TYPES.load(target.spec.type).spaces
    except TargetError:
        return frozenset()


def _alerts(bundle: Bundle) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """At which parts of a budget somebody is told, by level and name."""
    for level, declared in (("team", bundle.teams), ("project", bundle.projects), ("key", bundle.keys)):
        for name, resource in declared.items():
            parts = sorted({alert.at for alert in resource.spec.budget.alerts})
            if parts:
                yield (level, name), tuple(f"{(part * 100).normalize():f}%" for part in parts)


def _run(
    bundle: Bundle,
    wishes: Desired,
    state_dir: Path,
    environ: Mapping[str, str],
    on_progress: OnProgress | None,
    inventory: type[KeptInventory] = KeptInventory,
) -> Run:
    state, actor = State(state_dir, environ), this_actor(environ)
    writers = {
        name: _writer(target, _context(bundle, state_dir, environ, inventory(state, name)))
        for name, target in wishes.targets.items()
    }
    return Run(writers, state, state_dir, environ=environ, on_progress=on_progress or silent, actor=actor)


def _context(bundle: Bundle, state_dir: Path, environ: Mapping[str, str], inventory: Inventory) -> Context:
    upstream = {name: model.spec.upstream for name, model in bundle.models.items()}
    return Context(bundle.organization.metadata.name, state_dir, environ, inventory, upstream)


def _readers(
    bundle: Bundle,
    wishes: Desired,
    state_dir: Path,
    environ: Mapping[str, str],
    inventory: type[KeptInventory] = ReadInventory,
) -> dict[str, Reader | TargetError]:
    state = State(state_dir, environ)
    return {
        name: _reader(target, _context(bundle, state_dir, environ, inventory(state, name)))
        for name, target in wishes.targets.items()
    }


def _reader(target: Target, context: Context) -> Reader | TargetError:
    try:
        return TARGET_TYPES.load(target.spec.type).open_reader(target, context)
    except TargetError as error:
        return error


def _writer(target: Target, context: Context) -> Callable[[], Writer]:
    return lambda: TARGET_TYPES.load(target.spec.type).open_writer(target, context)
