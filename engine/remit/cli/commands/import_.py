"""`remit import`: keys that exist already, as declarations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remit.cli._complete import target_names
from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, PoliciesOption, RefOption, StateOption


def import_(
    target: Annotated[str, typer.Argument(metavar="TARGET", autocompletion=target_names, help="The name of a target.")],
    project: Annotated[
        str | None, typer.Option("--project", metavar="NAME", help="For keys that do not say where they belong.")
    ] = None,
    environment: Annotated[
        str | None, typer.Option("--environment", metavar="NAME", help="For keys that do not say where they are used.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="A file for each key, in this directory.")
    ] = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    state: StateOption = None,
) -> int:
    """Write the keys that exist on a target and are nobody's, as YAML.

    Changes nothing on the target. What cannot be declared is a comment. With `adopt: true` on the target, the next plan
    takes the keys over as they are; their values stay with whoever has them.

    \b
    Example:
      remit import local --project assistant --environment dev --out policies/imported
    """
    from remit.cli._importing import show_imports, write_imports
    from remit.cli._place import open_bundle, state_directory
    from remit.cli._planning import known_targets
    from remit.reconcile import Defaults, import_target

    bundle = open_bundle(policies, ref)
    known_targets(bundle, [target])
    found = import_target(bundle, target, Defaults(project, environment), state_dir=state_directory(state, policies))
    write_imports(found, out) if out is not None else show_imports(found)
    return ExitCode.OK
