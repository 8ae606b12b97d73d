"""`remit show`: what is declared, and where."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._complete import kind_names, resource_names
from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PoliciesOption, RefOption


def show(
    kind: Annotated[
        str | None,
        typer.Argument(metavar="KIND", autocompletion=kind_names, help="Such as `key` or `keys`; else all, counted."),
    ] = None,
    name: Annotated[str | None, typer.Argument(metavar="NAME", autocompletion=resource_names, help="One.")] = None,
    policies: PoliciesOption = DEFAULT_POLICIES,
    ref: RefOption = None,
    json: JsonOption = False,
) -> int:
    """List what is declared and where, or print one.

    \b
    Example:
      remit show keys
      remit show key ranker-prod --json
    """
    from remit.cli._place import open_bundle
    from remit.cli._showing import show_kind, show_kinds, show_resource

    bundle = open_bundle(policies, ref)
    if kind is None:
        show_kinds(bundle, json=json)
    elif name is None:
        show_kind(bundle, kind, json=json)
    else:
        show_resource(bundle, kind, name, json=json)
    return ExitCode.OK
