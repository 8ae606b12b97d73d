"""Who enforces what is declared: each target, `evaluate`, a person, or nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.reconcile._wanted import Desired
from remit.targets import Capabilities, Support


@dataclass(frozen=True, slots=True)
class Covered:
    """How one target supports one property, and how many keys in force declare it there."""

    target: str
    property: str
    support: Support
    note: str
    keys: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything that keys declare, on every target that they name."""

    rows: tuple[Covered, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many pairs of key and property there are of each support."""
        found: Counter[str] = Counter()
        for row in self.rows:
            found[row.support] += row.keys
        return dict(sorted(found.items()))


def coverage(desired: Desired, capabilities: Mapping[str, Capabilities]) -> Coverage:
    """By target and property; `capabilities` by target. A target without an entry supports nothing."""
    return Coverage(tuple(_rows(desired, capabilities)))


def _rows(desired: Desired, capabilities: Mapping[str, Capabilities]) -> Iterator[Covered]:
    for target in sorted(desired.targets):
        known = capabilities.get(target, Capabilities())
        wanted = [each for each in desired.keys.get(target, {}).values() if each.in_force]
        counted = Counter(
            name for each in wanted if each.goal.kind == "key" for name in _declared(each.goal.properties)
        )
        for name, keys in sorted(counted.items()):
            capability = known.of(name)
            yield Covered(target, name, capability.support, capability.note, keys)


def _declared(properties: Mapping[str, object]) -> Iterator[str]:
    """The caps of single models together: there may be hundreds of models."""
    yield from {".".join(name.split(".")[:2]) if name.startswith("model_caps.") else name for name in properties}
