"""The terminal renderer: the one place that prints. Colours appear only where rich finds a terminal.

Text of others is never read as rich's markup: it goes in as `Text`, made printable first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from remit.render._escape import plain
from remit.render._excerpt import Excerpts
from remit.render._text import gutter, summary
from remit.source import Finding
from remit.testing import Coverage, TestReport

_STYLES: Mapping[str, str] = {
    "error": "bold red",
    "warning": "yellow",
    "note": "cyan",
    "passed": "green",
    "failed": "bold red",
    "errored": "bold red",
    "allow": "bold green",
    "deny": "bold red",
    "throttle": "yellow",
}


def print_findings(
    findings: Sequence[Finding], *, excerpts: Excerpts | None = None, console: Console | None = None
) -> None:
    """Each finding, its line of source, and the count."""
    out = console or Console()
    for finding in findings:
        _line(out, *_finding(finding))
        excerpt = excerpts.at(finding.position) if excerpts else None
        for part, style in zip(gutter(excerpt), ("dim", _STYLES[finding.severity]), strict=True) if excerpt else ():
            _line(out, (part, style))
    _line(out, (summary(findings), "bold"))


def print_tests(report: TestReport, *, console: Console | None = None) -> None:
    """What did not pass and why, what is not covered, and the counts."""
    out = console or Console()
    for case in report.cases:
        if case.outcome == "passed":
            continue
        name = f" {case.test}/{case.suite}: {case.name}: {case.message}"
        _line(out, (f"{case.position}: ", "bold"), (case.outcome, _STYLES[case.outcome]), (name, ""))
        for label, text in (("expected", case.expected), ("actual", case.actual)):
            if text:
                _line(out, (f"  {label:<8} ", "dim"), (text, ""))
    _print_coverage(out, report.coverage)
    counts = ", ".join(f"{report.count(outcome)} {outcome}" for outcome in ("passed", "failed", "errored"))
    _line(out, (counts, _STYLES["passed" if report.ok else "failed"]))


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "", console: Console | None = None
) -> None:
    """A table of text; every cell is data."""
    table = Table(title=_text((title, "bold")) if title else None, title_justify="left")
    for heading in headings:
        table.add_column(_text((heading, "bold")), overflow="fold")
    for row in rows:
        table.add_row(*(_text((cell, "")) for cell in row))
    (console or Console()).print(table)


def _finding(finding: Finding) -> tuple[tuple[str, str], ...]:
    remedy = f": {finding.remedy}" if finding.remedy else ""
    return (
        (f"{finding.position}: ", "bold"),
        (finding.severity, _STYLES[finding.severity]),
        (f": {finding.message}{remedy} ", ""),
        (f"[{finding.code}]", "dim"),
    )


def _print_coverage(out: Console, coverage: Coverage) -> None:
    for gap in coverage.gaps:
        _line(out, (f"{gap.position}: ", "bold"), (gap.missing, "yellow"), (f": {gap.rule}: `{gap.text}`", ""))
    for policy in coverage.policies:
        _line(out, (f"{policy.policy}: rules {policy.rules.percent:.1f}%, branches {policy.branches.percent:.1f}%", ""))
    _line(out, (f"coverage: {coverage.percent:.1f}%", "bold"))


def _line(out: Console, *parts: tuple[str, str]) -> None:
    out.print(_text(*parts), soft_wrap=True)


def _text(*parts: tuple[str, str]) -> Text:
    return Text.assemble(*((plain(text), style) for text, style in parts))
