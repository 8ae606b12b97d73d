"""What a check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from remit.bundle import Bundle
from remit.source import Finding, Severity

SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class Report:
    """`findings` in the order of the files; `bundle` is None when the tree does not compile."""

    findings: tuple[Finding, ...]
    bundle: Bundle | None

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings of each severity."""
        found = [finding.severity for finding in self.findings]
        return {severity: found.count(severity) for severity in SEVERITIES}

    @property
    def ok(self) -> bool:
        """Whether there is a bundle and no error."""
        return self.bundle is not None and not self.counts["error"]
