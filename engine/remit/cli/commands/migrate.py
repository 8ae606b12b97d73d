"""`remit migrate`: files of an older version of the format, brought forward."""

from __future__ import annotations

from typing import Annotated

import typer

from remit.cli._options import JsonOption
from remit.cli.commands.fmt import PathsArgument


def migrate(
    paths: PathsArgument = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 3 when a file is old.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the differences, and write nothing.")] = False,
    json: JsonOption = False,
) -> int:
    """Rewrite files of an older `apiVersion`.

    They come out in the current one, with comments and layout as they were.

    \b
    Example:
      remit migrate --diff
    """
    from remit.cli._migration import migrated
    from remit.cli._rewrite import rewrite

    return rewrite(paths, migrated, keep=check or diff, fail=check, diff=diff, json=json)
