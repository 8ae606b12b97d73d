"""In which order: everything that takes away comes before anything that gives.

A run that dies half-way leaves each target stricter than it found it, never laxer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

from remit.reconcile._change import Change, PropertyChange
from remit.reconcile._direction import meet
from remit.targets import TargetObject, Value

Verb = Literal["disable", "update", "delete", "create", "remember"]


class Stage(IntEnum):
    """The order of one target's steps. From `OPEN` on, something becomes possible that was not.

    A space is there before its keys. It is closed last, when none of them is left in it. So is what a rotation that
    was cut short left over: its value may be the one in use until another is delivered.
    """

    REVOKE = 0
    TIGHTEN = 1
    DELETE = 2
    REMEMBER = 3
    OPEN = 4
    WIDEN = 5
    LOOSEN = 6
    CREATE = 7
    CLOSE = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One call to a writer. `last`: with it the change is done."""

    stage: Stage
    change: Change
    verb: Verb
    goal: TargetObject | None = None
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
        case "delete" if change.unfinished:
            yield Step(Stage.CLOSE, change, "delete")
        case "delete":
            if before is not None and before.enabled and before.kind == "key":
                yield Step(Stage.REVOKE, change, "disable", last=False)
            yield Step(_stage(Stage.DELETE, before), change, "delete")
        case "rotate":
            yield Step(Stage.CREATE, change, "create", after)
        case "create" | "replace":
            if before is not None:
                yield Step(Stage.DELETE, change, "delete", last=False)
            yield Step(_stage(Stage.CREATE, after), change, "create", after)
        case "update" | "adopt":
            if before is not None and after is not None:
                yield from _update(change, before, after)


def _update(change: Change, before: TargetObject, after: TargetObject) -> Iterator[Step]:
    """Two steps where a change gives and takes: first the meet of both sides, then the rest.

    A key enters its space with the second, for the space is made after everything that takes.
    """
    named = {each.name: each.direction for each in change.properties}
    old, new = before.properties, after.properties
    homes = {name: old.get(name) for name in ("team", "project") if name in named}
    halfway = {each.name: _halfway(each, old, new) for each in change.properties} | homes
    taking = {name for name, value in halfway.items() if named[name] != "neutral" and value != old.get(name)}
    giving = {name for name, value in halfway.items() if named[name] != "neutral" and value != new.get(name)}
    giving |= homes.keys()
    neutral = named.keys() - taking - giving
    if not taking:
        yield Step(_stage(Stage.LOOSEN, after), change, "update", after, frozenset(named))
        return
    if not giving:
        yield Step(Stage.TIGHTEN, change, "update", after, frozenset(named))
        return
    # where it belongs changes last: what it keeps for the moment may be nothing that its new team has
    kept = {name: value for name, value in halfway.items() if value is not None}
    unnamed = {name: value for name, value in new.items() if name not in named}
    still = {name: old[name] for name in neutral if name in old}
    first = replace(after.with_properties({**unnamed, **kept, **still}), alias=before.alias, marker=before.marker)
    yield Step(Stage.TIGHTEN, change, "update", first, frozenset(taking), last=False)
    yield Step(_stage(Stage.LOOSEN, after), change, "update", after, frozenset(giving | neutral))


def _halfway(changed: PropertyChange, old: Mapping[str, Value], new: Mapping[str, Value]) -> Value | None:
    """What both sides have in common; where a target has no word for that, it stays as it is until all may change."""
    before, after = old.get(changed.name), new.get(changed.name)
    both = meet(changed.name, before, after)
    return before if changed.at_once and both != after else both


_OF_SPACES = {Stage.DELETE: Stage.CLOSE, Stage.CREATE: Stage.OPEN, Stage.LOOSEN: Stage.WIDEN}


def _stage(of_key: Stage, object_: TargetObject | None) -> Stage:
    """The stage of the same step on a key or on a space."""
    return of_key if object_ is None or object_.kind == "key" else _OF_SPACES[of_key]
