"""`remit audit migrate`: bring the ledger to the layout of this version."""

from __future__ import annotations

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PoliciesOption, StateOption


def migrate(policies: PoliciesOption = DEFAULT_POLICIES, state: StateOption = None, json: JsonOption = False) -> int:
    """Create the ledger, or bring it up to date.

    Commands that write do so by themselves; this is for doing it before, with the rights that it needs.

    \b
    Example:
      remit audit migrate
    """
    from remit.cli._auditing import place_of, show_head

    ledger = place_of(state, policies)
    ledger.migrate()
    show_head(ledger, json=json)
    return ExitCode.OK
