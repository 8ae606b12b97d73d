"""`remit drift`: what changed on the targets behind Remit's back."""

from __future__ import annotations

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PoliciesOption, RefOption, StateOption, TargetOption


def drift(
    target: TargetOption = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
    json: JsonOption = False,
) -> int:
    """Show what was changed on the targets by others.

    Compares with what Remit last applied; changes nothing. A key that `remit revoke` switched off has not drifted, and
    is named with who did it and why for as long as git still declares it. Exits with 0 when nothing was changed, with
    2 when something was, with 1 when a target cannot be read.

    \b
    Example:
      remit drift --target gateway-prod
    """
    from remit.cli._drifting import found_drift, show_drift
    from remit.cli._place import open_bundle, state_directory

    found = found_drift(open_bundle(policies, ref), state_directory(state, policies), target)
    show_drift(found, json=json)
    if found.unreadable:
        return ExitCode.ERROR
    return ExitCode.PENDING if found.drifted else ExitCode.OK
