"""`remit apply`: make the targets as declared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remit.cli import _messages as messages
from remit.cli._errors import Misuse
from remit.cli._exit import ExitCode
from remit.cli._options import (
    DEFAULT_POLICIES,
    JsonOption,
    PoliciesOption,
    RefOption,
    RotateOption,
    StateOption,
    TargetOption,
)


def apply(
    plan: Annotated[
        Path | None, typer.Argument(metavar="PLANFILE", help="A plan of `remit plan --out`; else a new one is made.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    target: TargetOption = None,
    rotate: RotateOption = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
    json: JsonOption = False,
) -> int:
    """Make the targets as declared.

    Plans, shows the plan, asks, applies, and reads back. A plan file is applied only as it is, and only while it
    still holds. Exits with 0 when every target is as declared, with 2 when the answer was no, with 1 when anything
    failed.

    \b
    Example:
      remit apply --yes
    """
    from remit.cli._applying import applied, is_agreed, show_outcome
    from remit.cli._place import open_bundle, state_directory
    from remit.cli._planning import planned, read_plan, show_plan
    from remit.reconcile import update_ledger

    if plan is not None and (target or rotate):
        raise Misuse(messages.target_of_plan())
    bundle, place = open_bundle(policies, ref), state_directory(state, policies)
    update_ledger(place)
    found = read_plan(plan) if plan is not None else planned(bundle, place, target, None, rotate, policies)
    if not json:
        show_plan(found, "text")
    if not is_agreed(found, yes=yes, silent=json):
        return ExitCode.PENDING
    outcome = applied(found, bundle, place, policies)
    show_outcome(outcome, json=json)
    return ExitCode.OK if outcome.ok else ExitCode.ERROR
