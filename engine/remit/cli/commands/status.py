"""`remit status`: how each target stands."""

from __future__ import annotations

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


def status(
    target: TargetOption = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
    json: JsonOption = False,
    now: NowOption = None,
) -> int:
    """Show how each target stands.

    In sync: it is as declared. Healthy: it can be read, and nothing keeps it from becoming so. With the commits that
    were last attempted and last applied. Exits with 0 when every target is both, with 1 when one is not healthy, with
    2 when one is only not in sync.

    \b
    Example:
      remit status --ref main
    """
    from remit.cli._place import open_bundle, state_directory
    from remit.cli._standing import found_status, show_status, status_code

    found = found_status(open_bundle(policies, ref), state_directory(state, policies), target, now, policies)
    show_status(found, json=json)
    return ExitCode(status_code(found))
