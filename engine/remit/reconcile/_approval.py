"""Changes that give more than was approved are held, each alone; what takes away goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from remit.provenance import Explanation, joined
from remit.reconcile._change import Change, Problem
from remit.reconcile._direction import direction
from remit.reconcile._memory import Applied, Memory, TargetMemory
from remit.reconcile._wanted import Wanted
from remit.targets import TargetObject, kind_of

UNAPPROVED = "unapproved"
"""The code of the problem that says why a change is held."""

UNASKING = "unasking"
"""The note about a target that names the commit applied last, where that asks for no approvals."""

Own = frozenset[tuple[str, str]]


class Judge(Protocol):
    """Tells whether what happened since a commit was approved; `remit.provenance.Provenance` does."""

    def explain(self, base: str | None, target: str, own: Own) -> Explanation:
        """What became of the declarations `own` (kind, name), and of all that has a say in them."""
        ...

    def cover(self, base: str | None) -> Explanation:
        """All of it."""
        ...

    @property
    def asks(self) -> bool:
        """Whether the commit that is applied declares that what follows it needs approvals."""
        ...


@dataclass(frozen=True, slots=True)
class Review:
    """The approvals of one target's changes; without a `judge` none is needed.

    `base`: the commit from which on they are needed.
    """

    target: str
    judge: Judge | None
    base: str | None
    wanted: Mapping[str, Wanted]
    memory: TargetMemory

    def sifted(self, changes: Iterable[Change]) -> tuple[tuple[Change, ...], tuple[Change, ...], tuple[Problem, ...]]:
        """(what may be done, what is held, and why)."""
        free: list[Change] = []
        held: list[Change] = []
        problems: list[Problem] = []
        for change in changes:
            found = self._explanation(change)
            if found.missing:
                held.append(change)
                problems.append(Problem(UNAPPROVED, self.target, change.key, found.missing, self._origin(change)))
            else:
                free.append(replace(change, approval=joined(found.facts)))
        return tuple(free), tuple(held), tuple(problems)

    def _explanation(self, change: Change) -> Explanation:
        """What gives no more than was last applied is repair, or the passing of time."""
        applied = self.memory.applied.get(change.key)
        if self.judge is None or change.after is None or not _gives(change, change.after, applied):
            return Explanation()
        return self.judge.explain(self.base, self.target, frozenset(self._own(change)))

    def _own(self, change: Change) -> Iterator[tuple[str, str]]:
        kind = kind_of(change.key)
        yield kind.capitalize(), change.key.rpartition(":")[2]
        if change.key in self.wanted:
            goal = self.wanted[change.key].goal
            yield "Team", goal.team or ""
            yield "Project", goal.project or ""

    def _origin(self, change: Change) -> str:
        return self.wanted[change.key].position if change.key in self.wanted else ""


def base_of(target: str, memory: Memory) -> str | None:
    """The commit that was last applied there. To a new target, what leads to it begins where the oldest other stands,
    so that nobody slips one in; None where nothing was ever applied from a commit."""
    own = memory[target].succeeded if target in memory else None
    if own is not None:
        return _commit(own.commit)
    others = sorted((each.succeeded.at, each.succeeded.commit) for each in memory.values() if each.succeeded)
    return _commit(others[0][1]) if others else None


def _commit(name: str) -> str | None:
    """A bundle that was at no commit has its digest for a name."""
    return None if ":" in name else name


def _gives(change: Change, after: TargetObject, applied: Applied | None) -> bool:
    if applied is None:
        return change.action != "revoke"
    old, new = applied.key.properties, after.properties
    names = {each.name for each in change.properties} | old.keys() | set(change.managed)
    return any(direction(name, old.get(name), new.get(name)) == "loosen" for name in names)
