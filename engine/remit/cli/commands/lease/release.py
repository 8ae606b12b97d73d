"""`remit lease release`: give a target back that a killed run holds."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._complete import target_names
from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PoliciesOption, StateOption


def release(
    target: Annotated[str, typer.Argument(metavar="TARGET", autocompletion=target_names, help="The name of a target.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: it is kept in the ledger.")],
    force: Annotated[bool, typer.Option("--force", help="Although the lease has not ended yet.")] = False,
    policies: PoliciesOption = DEFAULT_POLICIES,
    state: StateOption = None,
    json: JsonOption = False,
) -> int:
    """Give a target back that a run holds which was killed.

    A run that is alive all the same stops before the next thing that it would write, and records nothing more. While
    the lease runs this needs `--force`, and exits with 1 without it. Who did it and why is an event of the audit chain.

    \b
    Example:
      remit lease release gateway-prod --force --reason "the runner was shut down"
    """
    from remit.cli._leasing import show_released
    from remit.cli._place import state_directory
    from remit.reconcile import release_lease

    found = release_lease(target, reason, force=force, state_dir=state_directory(state, policies))
    show_released(target, found, json=json)
    return ExitCode.OK
