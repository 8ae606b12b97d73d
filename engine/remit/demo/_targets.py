"""Plan and apply as of the demonstrated day, whatever today is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from remit.bundle import Bundle
from remit.reconcile import Outcome, Plan, Run, State, apply, desired, plan_bundle
from remit.resources import Target
from remit.targets import TARGET_TYPES, Context, Writer

_PRIVATE = 0o600


def plan_at(bundle: Bundle, at: datetime, state: Path) -> Plan:
    """What would change on every target. Raises ReconcileError."""
    return plan_bundle(bundle, at=at, state_dir=state, environ={})


def apply_at(plan: Plan, bundle: Bundle, at: datetime, state: Path) -> Outcome:
    """Make every target as planned. Raises ReconcileError."""
    context = Context(bundle.organization.metadata.name, state, {})
    opened = bundle.targets.items()
    wishes = desired(
        bundle.entitlements(at),
        bundle.targets,
        organization=bundle.organization.metadata.name,
        bundle=bundle.digest,
        commit=bundle.commit,
        at=at,
    )
    readers = {name: TARGET_TYPES.load(target.spec.type).open_reader(target, context) for name, target in opened}
    writers = {name: _opener(target, context) for name, target in opened}
    return apply(plan, wishes, readers, Run(writers, State(state), state, environ={}))


def _opener(target: Target, context: Context) -> Callable[[], Writer]:
    """Opens the writer when the target's turn comes."""
    return lambda: TARGET_TYPES.load(target.spec.type).open_writer(target, context)


def private_files(state: Path) -> tuple[int, int]:
    """(files below the state's `keys`, those that only their owner can read)."""
    modes = [path.stat().st_mode & 0o777 for path in (state / "keys").rglob("*") if path.is_file()]
    return len(modes), modes.count(_PRIVATE)
