"""`remit fmt`: the canonical layout of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remit.cli._options import JsonOption

PathsArgument = Annotated[
    list[Path] | None, typer.Argument(metavar="PATHS", help="Files and directories; the policies by default.")
]


def fmt(
    paths: PathsArgument = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 3 when a file differs.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the differences, and write nothing.")] = False,
    json: JsonOption = False,
) -> int:
    """Rewrite files in the canonical layout.

    Two spaces, envelope first; comments, quotes and values stay. Exits with 1 when a file cannot be read; the others
    are rewritten all the same.

    \b
    Example:
      remit fmt --check
    """
    from remit.cli._rewrite import rewrite
    from remit.source import format_text

    return rewrite(paths, format_text, keep=check or diff, fail=check, diff=diff, json=json)
