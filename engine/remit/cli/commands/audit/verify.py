"""`remit audit verify`: whether the record of what happened is as it was written."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PoliciesOption, StateOption


def verify(
    anchor: Annotated[
        str | None,
        typer.Option(metavar="NUMBER:HASH", help="A point of the chain that an earlier `verify` printed."),
    ] = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    state: StateOption = None,
    json: JsonOption = False,
) -> int:
    """Prove that no event was altered, removed, inserted or moved.

    Computes the whole chain again and prints its end. Keep that end where whoever can write the ledger cannot, and
    pass it as --anchor later: only so a chain is found out that was written anew as a whole. Exits with 3 when the
    chain is broken, and says where.

    \b
    Example:
      remit audit verify
    """
    from remit.cli._auditing import parsed_anchor, place_of, show_verification

    point = parsed_anchor(anchor)
    found = place_of(state, policies).verify(point)
    show_verification(found, point, json=json)
    return ExitCode.OK if found.ok else ExitCode.FINDINGS
