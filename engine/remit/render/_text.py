"""Findings as plain text: one line each, then the line of source with a caret under the column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from remit.render._escape import plain
from remit.render._excerpt import Excerpt, Excerpts
from remit.source import Finding, Severity

NOTES = 20
"""Of one sort, more than anybody reads."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


def findings_text(findings: Sequence[Finding], excerpts: Excerpts | None = None) -> str:
    """What `for_people` shows, and the count of all, ending in a line end."""
    shown, left = for_people(findings)
    lines = [line for finding in shown for line in _finding(finding, excerpts)]
    return "\n".join([*lines, *left, summary(findings)]) + "\n"


def for_people(findings: Iterable[Finding]) -> tuple[list[Finding], list[str]]:
    """Errors, warnings and the first notes of each sort, and a line for each sort of which more were left out."""
    shown: list[Finding] = []
    notes: Counter[str] = Counter()
    for finding in findings:
        if finding.severity == "note":
            notes[finding.code] += 1
        if finding.severity != "note" or notes[finding.code] <= NOTES:
            shown.append(finding)
    left = [(code, count - NOTES) for code, count in sorted(notes.items()) if count > NOTES]
    return shown, [f"… and {count:,} more notes [{code}]: `--json` has them all" for code, count in left]


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
