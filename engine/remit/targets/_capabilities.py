"""What a target can hold and enforce, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Support = Literal["native", "approximated", "evaluate-only", "manual", "unsupported"]
"""`native`: enforced by the target. `approximated`: enforced, not exactly as declared. `evaluate-only`: enforced
where `evaluate` is called. `manual`: a person must set it. `unsupported`: by nobody."""


@dataclass(frozen=True, slots=True)
class Capability:
    """How a target supports one property. `kept`: it stores the value although it does not enforce it."""

    support: Support
    note: str = ""
    kept: bool = False

    @property
    def written(self) -> bool:
        """Whether the property is sent to the target and compared with what it answers."""
        return self.kept or self.support in ("native", "approximated")


_UNSUPPORTED = Capability("unsupported")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """By property, or by its group: `caps` speaks for `caps.requests_per_minute` unless that has its own entry."""

    entries: Mapping[str, Capability] = field(default_factory=dict)

    def of(self, name: str) -> Capability:
        """The capability for the property `name`; not listed means unsupported."""
        while name:
            if name in self.entries:
                return self.entries[name]
            name = name.rpartition(".")[0]
        return _UNSUPPORTED
