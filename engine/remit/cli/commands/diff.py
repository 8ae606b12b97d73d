"""`remit diff`: two versions of the policies, compared by meaning."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, NowOption, PoliciesOption


def diff(
    before: Annotated[str, typer.Argument(metavar="REF_A", help="A commit, branch or tag, or a saved bundle.")],
    after: Annotated[
        str | None, typer.Argument(metavar="REF_B", help="Another one; the policies as they lie there by default.")
    ] = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 2 when anything differs.")] = False,
    json: JsonOption = False,
    now: NowOption = None,
) -> int:
    """Compare two versions of the policies by meaning.

    Shows declarations and rules that differ, what each key gains and loses, and whether that loosens or tightens.

    \b
    Example:
      remit diff origin/main HEAD
    """
    from remit.bundle._diff import diff_bundles
    from remit.cli._diffing import open_side, show_difference
    from remit.cli._place import instant

    found = diff_bundles(open_side(policies, before), open_side(policies, after), instant(now))
    show_difference(found, json=json)
    return ExitCode.PENDING if exit_code and not found.empty else ExitCode.OK
