"""`remit check`: everything there is to say about a tree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from remit.cli._exit import ExitCode
from remit.cli._format import chosen
from remit.cli._options import DEFAULT_POLICIES, JsonOption, NowOption, PathArgument, RefOption

Format = Literal["text", "json", "sarif", "github", "junit"]


def check(
    path: PathArgument = DEFAULT_POLICIES,
    ref: RefOption = None,
    form: Annotated[Format | None, typer.Option("--format", help="How to say it; `text` by default.")] = None,
    json: JsonOption = False,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write to this file.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Read every file anew.")] = False,
    now: NowOption = None,
) -> int:
    """Find what is wrong with the policies.

    Looks at text, schema, references, expressions, and what they add up to. Exits with 3 when there is an error;
    with --strict, when there is a warning too.

    \b
    Example:
      remit check --format sarif --output findings.sarif
    """
    from remit.cli._checking import run_check, show_report
    from remit.cli._place import instant

    shape = chosen(form, json)
    report, tree = run_check(path, ref, instant(now), cached=not no_cache)
    show_report(report, tree, path, shape, output)
    counts = report.counts
    return ExitCode.FINDINGS if counts["error"] or (strict and counts["warning"]) else ExitCode.OK
