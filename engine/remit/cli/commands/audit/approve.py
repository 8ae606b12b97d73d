"""`remit audit approve`: record that somebody approved a commit."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PoliciesOption, StateOption


def approve(
    commit: Annotated[str, typer.Argument(metavar="COMMIT", help="The whole id of the commit.")],
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who approved it.")],
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why, or where it was said.")] = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    state: StateOption = None,
    json: JsonOption = False,
) -> int:
    """Record that somebody approved a commit.

    The approval is an event of the audit chain, so it can neither be changed nor taken back. It says what whoever ran
    this said; it proves nothing about who that was.

    \b
    Example:
      remit audit approve 4f1c0de9a7b35d2286e1f0c3b9d8a7e65f4c3b2a --by fay --note "change 1207"
    """
    from remit.cli._auditing import approved, place_of, show_approval

    show_approval(approved(place_of(state, policies), commit, by, note), json=json)
    return ExitCode.OK
