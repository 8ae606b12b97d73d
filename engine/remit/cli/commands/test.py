"""`remit test`: policy tests, and what they cover."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from remit.cli._exit import ExitCode
from remit.cli._format import chosen
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PathArgument, RefOption

Format = Literal["text", "json", "junit"]


def run(
    path: PathArgument = DEFAULT_POLICIES,
    ref: RefOption = None,
    suite: Annotated[
        list[str] | None,
        typer.Option("--suite", metavar="NAME", help="Only this `test`, or `test/suite`; may be repeated."),
    ] = None,
    fail_under: Annotated[
        float, typer.Option("--fail-under", metavar="PERCENT", min=0, max=100, help="Coverage that must be reached.")
    ] = 0,
    form: Annotated[Format | None, typer.Option("--format", help="How to say it; `text` by default.")] = None,
    json: JsonOption = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List what passed, too.")] = False,
) -> int:
    """Run the policy tests, and measure what they cover.

    Coverage counts rules and branches of their expressions. Exits with 4 when a test does not pass, or too little is
    covered. Each suite says itself what time it is.

    \b
    Example:
      remit test --suite everyday/production --verbose
    """
    from remit.cli._testing import run_suites, show_tests

    shape = chosen(form, json)
    report = run_suites(path, ref, suite)
    show_tests(report, shape, verbose=verbose, fail_under=fail_under)
    return ExitCode.OK if report.ok and report.coverage.percent >= fail_under else ExitCode.TESTS
