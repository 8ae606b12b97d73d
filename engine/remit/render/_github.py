"""Findings as GitHub workflow commands, which become annotations on the pull request."""

from __future__ import annotations

from collections.abc import Sequence

from remit.render._escape import plain
from remit.render._paths import under
from remit.source import Finding

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def findings_github(findings: Sequence[Finding], *, base: str = "") -> str:
    """One `::error file=…::message` a line; `base` is the folder of the tree inside the repository."""
    return "".join(_command(finding, base) for finding in findings)


def _command(finding: Finding, base: str) -> str:
    position = finding.position
    properties = {
        "file": under(base, position.file),
        "line": str(position.line),
        "col": str(position.column),
        "title": finding.code,
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = f"{finding.message}: {finding.remedy}" if finding.remedy else finding.message
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(text)}\n"


def _data(text: str) -> str:
    """A message: line ends and the escape character itself are encoded, so that no text starts a command."""
    return plain(text, lines=True).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
