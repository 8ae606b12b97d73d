"""`remit plan`: what would change on the targets."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from remit.cli._format import chosen
from remit.cli._options import (
    DEFAULT_POLICIES,
    JsonOption,
    NowOption,
    OutOption,
    PoliciesOption,
    RefOption,
    RotateOption,
    StateOption,
    TargetOption,
)

Format = Literal["text", "json", "markdown"]


def plan(
    target: TargetOption = None,
    rotate: RotateOption = None,
    out: OutOption = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
    form: Annotated[Format | None, typer.Option("--format", help="How to say it; `text` by default.")] = None,
    json: JsonOption = False,
    now: NowOption = None,
) -> int:
    """Show what would change on the targets.

    Says why, and whether the limits allow it; changes nothing. Exits with 0 when there is nothing to change, with 2
    when there is, with 1 when a target cannot be read, a limit forbids the plan, or something needs mending first.

    \b
    Example:
      remit plan --out plan.json && remit apply plan.json
    """
    from remit.cli._place import open_bundle, state_directory
    from remit.cli._planning import planned, save_plan, show_plan, verdict

    shape = chosen(form, json)
    found = planned(open_bundle(policies, ref), state_directory(state, policies), target, now, rotate, policies)
    if out is not None:
        save_plan(found, out)
    show_plan(found, shape)
    return verdict(found)
