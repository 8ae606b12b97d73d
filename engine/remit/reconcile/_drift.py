"""Drift: a target is not any more as Remit left it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.reconcile._census import Census
from remit.reconcile._memory import TargetMemory
from remit.targets import TargetObject


@dataclass(frozen=True, slots=True)
class Drifted:
    """A key that was applied with `applied` and is now `observed` (None: gone); `properties` names what differs."""

    target: str
    key: str
    applied: TargetObject
    observed: TargetObject | None
    properties: tuple[str, ...]

    @property
    def address(self) -> str:
        """`<target>/<key>`."""
        return f"{self.target}/{self.key}"


@dataclass(frozen=True, slots=True)
class Drift:
    """The drift of every target that could be read, and why the others (by name) could not."""

    drifted: tuple[Drifted, ...]
    unreadable: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether everything was read and nothing drifted."""
        return not (self.drifted or self.unreadable)


def drifted(target: str, census: Census, memory: TargetMemory) -> Iterator[Drifted]:
    """Only what Remit wrote is compared; a property that it never set may be anything."""
    for key, applied in sorted(memory.applied.items()):
        observed = census.known(key, applied.key.id)
        names = tuple(sorted(_differing(applied.key, observed))) if observed else ()
        if observed is None or names:
            yield Drifted(target, key, applied.key, observed, names)


def _differing(applied: TargetObject, observed: TargetObject) -> Iterator[str]:
    theirs = observed.properties
    yield from (name for name, value in applied.properties.items() if theirs.get(name) != value)
    if applied.alias != observed.alias:
        yield "alias"
