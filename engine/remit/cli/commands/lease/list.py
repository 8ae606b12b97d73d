"""`remit lease list`: which runs are at work."""

from __future__ import annotations

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PoliciesOption, StateOption


def list_(policies: PoliciesOption = DEFAULT_POLICIES, state: StateOption = None, json: JsonOption = False) -> int:
    """Show which run is at work on which target.

    With its host and process, since when it has the lease, and until when it has it unless it prolongs it. A lease
    that has ended, and that nobody gave back, is of a run that was killed; the next run takes it.

    \b
    Example:
      remit lease list
    """
    from remit.cli._leasing import show_leases
    from remit.cli._place import state_directory
    from remit.reconcile import leases

    show_leases(leases(state_directory(state, policies)), json=json)
    return ExitCode.OK
