"""Findings and test results as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remit.render._excerpt import Excerpts
from remit.render._lines import BOLD, DIM, PLAIN, STYLES, Line
from remit.render._text import for_people, gutter, summary
from remit.source import Finding

if TYPE_CHECKING:
    from remit.testing import Case, Coverage, TestReport


def finding_lines(findings: Sequence[Finding], excerpts: Excerpts | None) -> Iterator[Line]:
    """What `for_people` shows, each with its line of source, and the count of all."""
    shown, left = for_people(findings)
    for finding in shown:
        remedy = f": {finding.remedy}" if finding.remedy else ""
        style = STYLES[finding.severity]
        words = (f": {finding.message}{remedy} ", PLAIN), (f"[{finding.code}]", DIM)
        yield (f"{finding.position}: ", BOLD), (finding.severity, style), *words
        excerpt = excerpts.at(finding.position) if excerpts else None
        if excerpt:
            line, caret = gutter(excerpt)
            yield ((line, DIM),)
            yield ((caret, style),)
    yield from (((text, DIM),) for text in left)
    yield ((summary(findings), BOLD),)


def outcome_lines(report: TestReport) -> Iterator[Line]:
    """What did not pass and why, what is not covered, and the counts."""
    for case in report.cases:
        if case.outcome != "passed":
            yield from _case(case)
    yield from _coverage(report.coverage)
    counts = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in ("passed", "failed", "errored"))
    yield ((counts, STYLES["passed" if report.ok else "failed"]),)


def _case(case: Case) -> Iterator[Line]:
    name = f" {case.test}/{case.suite}: {case.name}: {case.message}"
    yield (f"{case.position}: ", BOLD), (case.outcome, STYLES[case.outcome]), (name, PLAIN)
    for label, text in (("expected", case.expected), ("actual", case.actual)):
        if text:
            yield (f"  {label:<8} ", DIM), (text, PLAIN)


def _coverage(coverage: Coverage) -> Iterator[Line]:
    for gap in coverage.gaps:
        place = (f"{gap.position}: ", BOLD)
        yield place, (gap.missing, STYLES["warning"]), (f": {gap.rule}: `{gap.text}`", PLAIN)
    for policy in coverage.policies:
        yield ((f"{policy.policy}: rules {policy.rules.percent:.1f}%, branches {policy.branches.percent:.1f}%", PLAIN),)
    yield ((f"coverage: {coverage.percent:.1f}%", BOLD),)
