"""`remit schema`: JSON Schemas for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remit.cli import _messages as messages
from remit.cli._complete import kind_names
from remit.cli._errors import Misuse
from remit.cli._exit import ExitCode
from remit.cli._options import JsonOption


def schema(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", autocompletion=kind_names, help="Such as `key`; else any kind.")
    ] = None,
    write: Annotated[Path | None, typer.Option("--write", metavar="DIR", help="Write all schemas there.")] = None,
    check: Annotated[
        Path | None, typer.Option("--check", metavar="DIR", help="Exit with 3 unless the schemas there are current.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Print the JSON Schema of a kind, or write them all.

    They are of draft 2020-12, for editors to complete and check by.

    \b
    Example:
      remit schema --write schemas
    """
    from remit.cli._schemas import outdated, print_schema, write_all

    if write is not None and check is not None:
        raise Misuse(messages.write_or_check())
    if write is not None:
        write_all(write, json=json)
    elif check is not None:
        return ExitCode.FINDINGS if outdated(check, json=json) else ExitCode.OK
    else:
        print_schema(kind)
    return ExitCode.OK
