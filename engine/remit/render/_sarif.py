"""Findings as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote

from remit import __version__
from remit.render._escape import plain
from remit.render._paths import under
from remit.source import Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def findings_sarif(findings: Sequence[Finding], *, base: str = "") -> str:
    """One run of `remit`; `base` is the folder of the tree inside the repository."""
    codes = sorted({finding.code for finding in findings})
    driver = {"name": "remit", "version": __version__, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code), base) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, object]:
    return {"id": code, "shortDescription": {"text": code.replace("-", " ")}}


def _result(finding: Finding, index: int, base: str) -> dict[str, object]:
    text = f"{finding.message}: {finding.remedy}" if finding.remedy else finding.message
    place = {
        "artifactLocation": {"uri": quote(plain(under(base, finding.position.file)))},
        "region": {"startLine": finding.position.line, "startColumn": finding.position.column},
    }
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": plain(text, lines=True)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"remit/v1": _fingerprint(finding)},
    }


def _fingerprint(finding: Finding) -> str:
    """The same finding after lines moved keeps its fingerprint."""
    parts = (finding.code, finding.position.file, finding.message)
    return sha256("\0".join(map(plain, parts)).encode()).hexdigest()
