"""Running policy tests, and saying how they went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from remit.cli import _messages as messages
from remit.cli._errors import Misuse, say
from remit.cli._output import console, progress, write, write_line
from remit.render import tests_json, tests_junit
from remit.source import open_tree
from remit.testing import TestReport, run_tests


def run_suites(place: Path, ref: str | None, names: Sequence[str] | None) -> TestReport:
    """The outcome of the tests and suites called so, or of all. Raises Misuse for a name that nothing has."""
    tree = open_tree(place, ref)
    with progress("testing"):
        report = run_tests(tree, only=names or None)
    broken = any(case.test == "" for case in report.cases)
    ran = {case.test for case in report.cases} | {f"{case.test}/{case.suite}" for case in report.cases}
    for name in names or () if not broken else ():
        if name not in ran:
            every = run_tests(tree).cases
            known = {case.test for case in every} | {f"{case.test}/{case.suite}" for case in every}
            raise Misuse(messages.unknown_suite(name, known))
    return report


def show_tests(report: TestReport, form: str, *, verbose: bool, fail_under: float) -> None:
    """The report on stdout; on stderr what fails besides the cases."""
    if form == "json":
        write(tests_json(report))
    elif form == "junit":
        write(tests_junit(report))
    else:
        _show_text(report, verbose=verbose)
    if not report.cases:
        say(messages.no_tests())
    if report.coverage.percent < fail_under:
        say(messages.too_little_covered(report.coverage.percent, fail_under))


def _show_text(report: TestReport, *, verbose: bool) -> None:
    from remit.render.terminal import print_tests

    for case in report.cases if verbose else ():
        if case.outcome == "passed":
            write_line(f"passed: {case.test}/{case.suite}: {case.name}")
    print_tests(report, console=console())
