"""Making, keeping and showing plans."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from remit.bundle import Bundle
from remit.cli import _messages as messages
from remit.cli._errors import CommandError, Misuse
from remit.cli._exit import ExitCode
from remit.cli._output import console, progress, write, write_file
from remit.cli._place import instant
from remit.reconcile import Plan, plan_bundle


def planned(
    bundle: Bundle,
    state: Path,
    targets: Sequence[str] | None,
    now: datetime | None,
    rotate: Sequence[str] | None = None,
    policies: Path | None = None,
) -> Plan:
    """The plan for some targets, or for all. `policies`: where the bundle was read.

    Raises Misuse for a target or a key that is not declared.
    """
    known_targets(bundle, targets)
    for key in rotate or ():
        if key not in bundle.keys:
            raise Misuse(messages.unknown_name("Key", key, bundle.keys))
    with progress("reading targets"):
        return plan_bundle(
            bundle, at=instant(now), state_dir=state, targets=targets or None, rotate=rotate or (), policies=policies
        )


def known_targets(bundle: Bundle, targets: Sequence[str] | None) -> None:
    """Raises Misuse for a target that is not declared."""
    for name in targets or ():
        if name not in bundle.targets:
            raise Misuse(messages.unknown_target(name, bundle.targets))


def verdict(plan: Plan) -> ExitCode:
    """How a plan ends the command that made it."""
    if not plan.ok:
        return ExitCode.ERROR
    return ExitCode.OK if plan.empty else ExitCode.PENDING


def show_plan(plan: Plan, form: str) -> None:
    """On stdout."""
    if form == "json":
        write(_document(plan))
    elif form == "markdown":
        from remit.render import plan_markdown

        write(plan_markdown(plan))
    else:
        from remit.render.terminal import print_plan

        print_plan(plan, console=console())


def save_plan(plan: Plan, path: Path) -> None:
    """As one file, for review and for `apply`."""
    write_file(path, _document(plan).encode())


def read_plan(path: Path) -> Plan:
    """A plan from its file. Raises CommandError, and PlanInvalid for one that was altered."""
    try:
        data = json.loads(path.read_bytes())
    except ValueError:
        raise CommandError(messages.not_a_plan(str(path))) from None
    return Plan.from_json(data)


def _document(plan: Plan) -> str:
    return json.dumps(plan.to_json(), indent=2) + "\n"
