"""In which order: everything that takes away comes before anything that gives.

A run that dies half-way leaves each target stricter than it found it, never laxer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from remit.reconcile._change import Change
from remit.reconcile._direction import meet
from remit.targets import KeyObject

Verb = Literal["disable", "update", "delete", "create", "remember"]


class Stage(IntEnum):
    """The order of one target's steps. From `LOOSEN` on, something becomes possible that was not."""

    REVOKE = 0
    TIGHTEN = 1
    DELETE = 2
    REMEMBER = 3
    LOOSEN = 4
    CREATE = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One call to a writer. `last`: with it the change is done."""

    stage: Stage
    change: Change
    verb: Verb
    key: KeyObject | None = None
    changed: frozenset[str] = frozenset()
    last: bool = True


def steps(changes: Iterable[Change]) -> tuple[Step, ...]:
    """All steps of one target in their order; within a stage by key."""
    every = [step for change in changes for step in _of(change)]
    return tuple(sorted(every, key=lambda step: (step.stage, step.change.key)))


def _of(change: Change) -> Iterator[Step]:
    before, after = change.before, change.after
    match change.action:
        case "no-op":
            yield Step(Stage.REMEMBER, change, "remember")
        case "revoke":
            yield Step(Stage.REVOKE, change, "disable")
        case "delete":
            if before is not None and before.enabled:
                yield Step(Stage.REVOKE, change, "disable", last=False)
            yield Step(Stage.DELETE, change, "delete")
        case "create" | "replace":
            if before is not None:
                yield Step(Stage.DELETE, change, "delete", last=False)
            yield Step(Stage.CREATE, change, "create", after)
        case "update" | "adopt":
            if before is not None and after is not None:
                yield from _update(change, before, after)


def _update(change: Change, before: KeyObject, after: KeyObject) -> Iterator[Step]:
    """Two steps where a change gives and takes: first the meet of both sides, then the rest."""
    named = {each.name: each.direction for each in change.properties}
    old, new = before.properties, after.properties
    halfway = {name: meet(name, old.get(name), new.get(name)) for name in named}
    taking = {name for name, value in halfway.items() if named[name] != "neutral" and value != old.get(name)}
    giving = {name for name, value in halfway.items() if named[name] != "neutral" and value != new.get(name)}
    neutral = named.keys() - taking - giving
    if not taking:
        yield Step(Stage.LOOSEN, change, "update", after, frozenset(named))
        return
    kept = {name: value for name, value in halfway.items() if value is not None}
    unnamed = {name: value for name, value in new.items() if name not in named}
    first = after.with_properties({**unnamed, **kept, **{name: new[name] for name in neutral if name in new}})
    yield Step(Stage.TIGHTEN, change, "update", first, frozenset(taking | neutral), last=not giving)
    if giving:
        yield Step(Stage.LOOSEN, change, "update", after, frozenset(giving))
