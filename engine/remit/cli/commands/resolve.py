"""`remit resolve`: what a key may do."""

from __future__ import annotations

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, KeyArgument, NowOption, PoliciesOption, RefOption


def resolve(
    key: KeyArgument,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    json: JsonOption = False,
    now: NowOption = None,
) -> int:
    """Show what a key may do.

    Lists models, scopes, caps and budgets, and where each bound comes from.

    \b
    Example:
      remit resolve ranker-prod --ref main
    """
    from remit.cli._errors import CommandError
    from remit.cli._messages import unknown_name
    from remit.cli._output import console, write_json
    from remit.cli._place import instant, open_bundle

    bundle = open_bundle(policies, ref)
    if key not in bundle.keys:
        raise CommandError(unknown_name("Key", key, bundle.keys))
    entitlement = bundle.resolve(key, instant(now))
    if json:
        write_json({"bundle": bundle.digest, "in_force": entitlement.in_force, "entitlement": entitlement})
    else:
        from remit.render.terminal import print_entitlement

        print_entitlement(entitlement, console=console())
    return ExitCode.OK
