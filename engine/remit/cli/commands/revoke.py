"""`remit revoke`: make a key unusable at once."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, KeyArgument, PoliciesOption, RefOption, StateOption


def revoke(
    key: KeyArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why: it is kept in the ledger.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
    json: JsonOption = False,
) -> int:
    """Make a key unusable at once, on every target.

    Acts before git: the key stays revoked until git says the same, and this says which change must follow. Exits with
    1 when a target could not be reached, so that the key may still work there.

    \b
    Example:
      remit revoke ranker-prod --reason "seen in a public log"
    """
    from remit.cli._consent import agreed_to
    from remit.cli._errors import CommandError
    from remit.cli._messages import revoke_question, unknown_name
    from remit.cli._place import open_bundle, state_directory
    from remit.cli._revoking import show_revoked
    from remit.reconcile import revoke_key

    bundle = open_bundle(policies, ref)
    if key not in bundle.keys:
        raise CommandError(unknown_name("Key", key, bundle.keys))
    if not yes and not agreed_to(revoke_question(key), silent=json):
        return ExitCode.PENDING
    found = revoke_key(bundle, key, reason, state_dir=state_directory(state, policies))
    show_revoked(found, bundle, key, json=json)
    return ExitCode.ERROR if any(each.status == "failed" for each in found) else ExitCode.OK
