"""`remit keys`: when each key was last used."""

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


def keys(
    unused: Annotated[
        str | None, typer.Option("--unused", metavar="DURATION", help="Only those that nobody used for so long.")
    ] = None,
    target: TargetOption = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
    json: JsonOption = False,
    now: NowOption = None,
) -> int:
    """Show when each key was last used, and what it has cost.

    As far as the targets know: those that keep no account are named. A key that was never used counts from the day on
    which it got its value.

    \b
    Example:
      remit keys --unused 30d
    """
    from remit.cli._place import instant, open_bundle, state_directory
    from remit.cli._planning import known_targets
    from remit.cli._using import parsed_span, show_usage
    from remit.reconcile import usage_bundle

    span, bundle = parsed_span(unused), open_bundle(policies, ref)
    known_targets(bundle, target)
    place = state_directory(state, policies)
    show_usage(usage_bundle(bundle, at=instant(now), state_dir=place, targets=target or None), span, json=json)
    return ExitCode.OK
