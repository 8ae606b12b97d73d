"""Findings as plain text: one line each, then the line of source with a caret under the column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from remit.render._escape import plain
from remit.render._excerpt import Excerpt, Excerpts
from remit.source import Finding, Severity

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


def findings_text(findings: Sequence[Finding], excerpts: Excerpts | None = None) -> str:
    """All findings and their count, ending in a line end."""
    lines = [line for finding in findings for line in _finding(finding, excerpts)]
    return "\n".join([*lines, summary(findings)]) + "\n"


def summary(findings: Iterable[Finding]) -> str:
    """`1 error, 2 warnings`, or `no findings`."""
    found = Counter(finding.severity for finding in findings)
    counts = [(found[severity], severity) for severity in SEVERITIES]
    parts = [f"{count} {severity}{'s' if count > 1 else ''}" for count, severity in counts if count]
    return ", ".join(parts) or "no findings"


def gutter(excerpt: Excerpt) -> tuple[str, str]:
    """(the numbered line, the line with the caret)."""
    number = f"{excerpt.number:>5}"
    return f"{number} | {excerpt.line}", f"{'':>5} | {'':>{excerpt.caret}}^"


def _finding(finding: Finding, excerpts: Excerpts | None) -> list[str]:
    excerpt = excerpts.at(finding.position) if excerpts else None
    return [plain(str(finding)), *(gutter(excerpt) if excerpt else ())]
