"""`remit coverage`: who enforces what is declared."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._exit import ExitCode
from remit.cli._options import (
    DEFAULT_POLICIES,
    JsonOption,
    NowOption,
    PoliciesOption,
    RefOption,
    StateOption,
    TargetOption,
)


def coverage(
    target: TargetOption = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask the targets what their own version does.")] = False,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
    json: JsonOption = False,
    now: NowOption = None,
) -> int:
    """Show who enforces what keys declare.

    For each target and property: the target itself, exactly or nearly; `evaluate`, where it is asked; a person; or
    nobody.

    \b
    Example:
      remit coverage --target litellm-main
    """
    from remit.cli._covering import show_coverage
    from remit.cli._place import instant, open_bundle, state_directory
    from remit.cli._planning import known_targets
    from remit.reconcile import coverage_bundle

    bundle = open_bundle(policies, ref)
    known_targets(bundle, target)
    place = state_directory(state, policies)
    found = coverage_bundle(bundle, at=instant(now), targets=target or None, ask=ask, state_dir=place)
    show_coverage(found, json=json)
    return ExitCode.OK
