"""What a target can hold and enforce, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from remit.targets._object import Kind

Support = Literal["native", "approximated", "evaluate-only", "manual", "unsupported"]
"""`native`: enforced by the target. `approximated`: enforced, not exactly as declared. `evaluate-only`: enforced
where `evaluate` is called. `manual`: a person must set it. `unsupported`: by nobody."""

Changing = Literal["free", "moved", "fixed"]
"""`fixed`: only a new key can have another value. `moved`: an instant that has not come yet can be moved, and no key is
without it again. What cannot be changed is reached by a rotation."""


@dataclass(frozen=True, slots=True)
class Capability:
    """How a target supports one property. `kept`: it stores the value although it does not enforce it.

    `at`: it is the team or project of the key that carries it, so that nothing is written on the key. `changing`: how
    it changes on a key that is there. `at_once`: a list never passes through an empty one, which would mean everything.
    """

    support: Support
    note: str = ""
    kept: bool = False
    at: Kind | None = None
    changing: Changing = "free"
    at_once: bool = False

    @property
    def written(self) -> bool:
        """Whether the property is sent to the target and compared with what it answers."""
        return self.at is None and (self.kept or self.support in ("native", "approximated"))


_UNSUPPORTED = Capability("unsupported")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """By property, or by its group: `caps` speaks for `caps.requests_per_minute` unless that has its own entry.

    `entries` speak of keys, `spaces` of each kind of space. `concurrency`: how many calls it takes at a time.
    `renames`: a key that is there can get another alias and marker, and so be adopted.
    """

    entries: Mapping[str, Capability] = field(default_factory=dict)
    spaces: Mapping[Kind, Mapping[str, Capability]] = field(default_factory=dict)
    concurrency: int = 1
    renames: bool = True

    def of(self, name: str, kind: Kind = "key") -> Capability:
        """The capability for the property `name`; not listed means unsupported."""
        entries = self.entries if kind == "key" else self.spaces.get(kind, {})
        while name:
            if name in entries:
                return entries[name]
            name = name.rpartition(".")[0]
        return _UNSUPPORTED
