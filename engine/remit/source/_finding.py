"""A finding: what is wrong (or worth a look), where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remit.source._position import Position

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One problem at one place. `code` is stable and kebab-case; `message` has no full stop."""

    position: Position
    code: str
    message: str
    remedy: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        remedy = f": {self.remedy}" if self.remedy else ""
        return f"{self.position}: {self.severity}: {self.message}{remedy} [{self.code}]"
