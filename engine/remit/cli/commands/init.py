"""`remit init`: a repository to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remit.cli._exit import ExitCode
from remit.cli._options import JsonOption


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where; made if need be.")] = Path(),
    organization: Annotated[str, typer.Option("--organization", metavar="NAME", help="What it is called.")] = "example",
    owner: Annotated[str, typer.Option("--owner", metavar="LOGIN", help="Who answers for it.")] = "octavia",
    json: JsonOption = False,
) -> int:
    """Begin a governance repository.

    It has policies that check and test green, schemas, CODEOWNERS and workflows. Writes nothing when any of its
    files exists already.

    \b
    Example:
      remit init governance --organization acme --owner ana
    """
    from remit.cli._output import write_json, write_line
    from remit.cli._scaffold import Scaffold, scaffold

    written = scaffold(directory, Scaffold(organization, owner))
    if json:
        write_json({"directory": str(directory), "files": written})
        return ExitCode.OK
    for path in written:
        write_line(path)
    write_line(f"{len(written)} files written to `{directory}`: next, run `remit check` and `remit test` there")
    return ExitCode.OK
