"""Drift: a target is not any more as Remit left it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from remit.reconcile._census import Census
from remit.reconcile._change import Problem
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
    """The drift of every target that could be read, and why the others (by name) could not.

    `revoked`: keys that do not work because somebody revoked them at once, and that git still declares. Those have not
    drifted.
    """

    drifted: tuple[Drifted, ...]
    unreadable: Mapping[str, str]
    revoked: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything was read and nothing drifted."""
        return not (self.drifted or self.unreadable)


def drifted(target: str, census: Census, memory: TargetMemory, revoked: Collection[str]) -> Iterator[Drifted]:
    """Only what Remit wrote is compared; a property that it never set may be anything.

    That a key which was `revoked` is switched off, or gone, is the doing of Remit itself.
    """
    for key, applied in sorted(memory.applied.items()):
        observed = census.known(key, applied.key.id)
        off = key in revoked and (observed is None or not observed.enabled)
        names = set(_differing(applied.key, observed)) if observed else set()
        names -= {"enabled"} if off else set()
        if names or (observed is None and not off):
            yield Drifted(target, key, applied.key, observed, tuple(sorted(names)))


def _differing(applied: TargetObject, observed: TargetObject) -> Iterator[str]:
    theirs = observed.properties
    yield from (name for name, value in applied.properties.items() if theirs.get(name) != value)
    if applied.alias != observed.alias:
        yield "alias"
