"""The terminal renderer: the one place that prints. Colours appear only where rich finds a terminal.

Text of others is never read as rich's markup: it goes in as `Text`, made printable first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from remit.render._decision_lines import decision_lines, entitlement_lines, explanation_lines
from remit.render._escape import plain
from remit.render._excerpt import Excerpts
from remit.render._lines import BOLD, Line
from remit.render._plan_lines import plan_lines
from remit.render._report_lines import finding_lines, outcome_lines
from remit.source import Finding

if TYPE_CHECKING:
    from remit.bundle import Entitlement
    from remit.decide import Decision, Explanation
    from remit.reconcile import Plan
    from remit.testing import TestReport


def print_findings(
    findings: Sequence[Finding], *, excerpts: Excerpts | None = None, console: Console | None = None
) -> None:
    """Each finding, its line of source, and the count."""
    _print(finding_lines(findings, excerpts), console)


def print_tests(report: TestReport, *, console: Console | None = None) -> None:
    """What did not pass and why, what is not covered, and the counts."""
    _print(outcome_lines(report), console)


def print_plan(plan: Plan, *, console: Console | None = None) -> None:
    """Each target with its changes, then drift, what a person must mend, and the limits."""
    _print(plan_lines(plan), console)


def print_decision(decision: Decision, *, console: Console | None = None) -> None:
    """The effect, and why."""
    _print(decision_lines(decision), console)


def print_explanation(explanation: Explanation, *, console: Console | None = None) -> None:
    """The decision, and every rule that was looked at."""
    _print(explanation_lines(explanation), console)


def print_entitlement(entitlement: Entitlement, *, console: Console | None = None) -> None:
    """What a key may do, and where each bound comes from."""
    _print(entitlement_lines(entitlement), console)


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "", console: Console | None = None
) -> None:
    """A table of text; every cell is data."""
    table = Table(title=_text(((title, BOLD),)) if title else None, title_justify="left")
    for heading in headings:
        table.add_column(_text(((heading, BOLD),)), overflow="fold")
    for row in rows:
        table.add_row(*(_text(((cell, ""),)) for cell in row))
    (console or Console()).print(table)


def _print(lines: Iterable[Line], console: Console | None) -> None:
    out = console or Console()
    for line in lines:
        out.print(_text(line), soft_wrap=True)


def _text(line: Line) -> Text:
    return Text.assemble(*((plain(text), style) for text, style in line))
