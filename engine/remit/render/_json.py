"""Findings and test results as JSON for other programs; `format_version` says which shape."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from remit.render._text import SEVERITIES
from remit.source import Finding, Position

if TYPE_CHECKING:
    from remit.testing import Case, Coverage, PolicyCoverage, Tally, TestReport

FORMAT_VERSION = "1.0"


def to_json(content: Mapping[str, object]) -> str:
    """`content` with its format version, indented, ASCII only, ending in a line end."""
    return json.dumps({"format_version": FORMAT_VERSION, **content}, indent=2) + "\n"


def findings_json(findings: Sequence[Finding]) -> str:
    """`{"format_version", "counts": {severity: n}, "findings": [...]}`."""
    found = Counter(finding.severity for finding in findings)
    counts = {severity: found[severity] for severity in SEVERITIES}
    return to_json({"counts": counts, "findings": [finding_object(finding) for finding in findings]})


def finding_object(finding: Finding) -> dict[str, object]:
    """One finding as a JSON object."""
    return {
        **position_object(finding.position),
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def position_object(position: Position) -> dict[str, object]:
    """`{"file", "line", "column"}`."""
    return {"file": position.file, "line": position.line, "column": position.column}


def tests_json(report: TestReport) -> str:
    """`{"format_version", "ok", "counts", "cases": [...], "coverage": {...}}`."""
    return to_json(
        {
            "ok": report.ok,
            "counts": {outcome: report.count(outcome) for outcome in ("passed", "failed", "errored")},
            "cases": [_case(case) for case in report.cases],
            "coverage": _coverage(report.coverage),
        }
    )


def _case(case: Case) -> dict[str, object]:
    names = ("test", "suite", "name", "outcome", "message", "expected", "actual", "seconds")
    return {**position_object(case.position), **{name: getattr(case, name) for name in names}}


def _coverage(coverage: Coverage) -> dict[str, object]:
    return {
        "percent": round(coverage.percent, 2),
        "rules": _tally(coverage.rules),
        "branches": _tally(coverage.branches),
        "policies": [_policy(policy) for policy in coverage.policies],
    }


def _policy(policy: PolicyCoverage) -> dict[str, object]:
    return {
        "policy": policy.policy,
        "rules": _tally(policy.rules),
        "branches": _tally(policy.branches),
        "gaps": [
            {**position_object(gap.position), "rule": gap.rule, "text": gap.text, "missing": gap.missing}
            for gap in policy.gaps
        ],
    }


def _tally(tally: Tally) -> dict[str, object]:
    return {"covered": tally.covered, "total": tally.total, "percent": round(tally.percent, 2)}
