"""What is to be done about one key on one target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from remit.reconcile import _messages as messages
from remit.reconcile._census import Census
from remit.reconcile._change import UNFINISHED, Action, Cause, Change, Problem, PropertyChange, Reason, Withheld
from remit.reconcile._direction import direction
from remit.reconcile._fixed import Fixed
from remit.reconcile._memory import Applied, TargetMemory
from remit.reconcile._wanted import Wanted
from remit.targets import GENERATION, Capabilities, Marker, TargetObject, Value, kind_of

SUPERSEDED = "superseded"
"""The reason of a deletion after which the key itself is still there, as another object."""

RETIRING = "retiring"
"""The reason of a change to an object that another one has replaced."""

Item = Change | Problem | Withheld


@dataclass(frozen=True, slots=True)
class Draft:
    """Compares one target's keys as wanted, observed and last applied (three ways, so that a property which
    git never mentioned is left alone, and one which git dropped is cleared)."""

    target: str
    organization: str
    adopt: bool
    wanted: Mapping[str, Wanted]
    census: Census
    memory: TargetMemory
    capabilities: Capabilities
    undeliverable: Mapping[str, Problem]
    addresses: Mapping[str, str]
    at: datetime
    rotate: frozenset[str] = frozenset()
    occupied: frozenset[str] = frozenset()

    def items(self) -> Iterator[Item]:
        """Everything there is to do or to say, by key."""
        for key in sorted({*self.wanted, *self.census.ours, *self.memory.applied, *self.memory.intents}):
            yield from self._key(key)

    def _key(self, key: str) -> Iterator[Item]:
        objects, applied = self.census.ours.get(key, ()), self.memory.applied.get(key)
        current = [each for each in objects if applied is not None and each.id == applied.key.id]
        if key in self.memory.intents and objects and not current and kind_of(key) == "key":
            yield from self._undelivered(key, objects)
            return
        kept = current or list(objects)
        if len(kept) > 1 and kind_of(key) != "key":
            kept, twins = _twins(kept)
            for each in twins:
                yield self._delete(key, each, Reason(SUPERSEDED, messages.made_twice()))
            objects = tuple(each for each in objects if each not in twins)
        if len(kept) > 1:
            yield Problem("duplicate", self.target, key, messages.duplicate(key, len(kept)))
            return
        for each in objects:
            if each not in kept:
                yield from self._former(key, each, applied)
        yield from self._present(key, kept[0], applied) if kept else self._absent(key)

    def _former(self, key: str, former: TargetObject, applied: Applied | None) -> Iterator[Item]:
        """An object beside the one in use: its overlap runs, or has ended, or it should not be there at all."""
        until = next((each.until for each in applied.retiring if each.id == former.id), None) if applied else None
        wanted = self.wanted.get(key)
        if until is None and self._is_cut_short(key, applied):
            if key not in self.undeliverable:
                yield self._delete(key, former, Reason(UNFINISHED, messages.cut_short()))
        elif until is None:
            yield self._delete(key, former, Reason(SUPERSEDED, messages.superseded()))
        elif wanted is None or not wanted.in_force or until <= self.at:
            yield self._delete(key, former, Reason(SUPERSEDED, messages.overlap_ended()))
        else:
            change, _ = self._possible(key, former, former, wanted, None)
            if any(each.direction == "tighten" or each.name in ("team", "project") for each in change.properties):
                yield replace(change, reasons=(Reason(RETIRING, messages.retiring()), *change.reasons))

    def _undelivered(self, key: str, objects: tuple[TargetObject, ...]) -> Iterator[Item]:
        """Nobody has the value, so nobody misses the object. The intent outlives all but the last of them."""
        wanted = self.wanted.get(key)
        replaced = wanted is not None and wanted.in_force and key not in self.undeliverable
        *others, last = objects
        for each in others:
            yield self._delete(key, each, Reason(SUPERSEDED, messages.undelivered()))
        reason = Reason("undelivered", messages.undelivered())
        if wanted is not None and replaced:
            yield replace(self._new("replace", key, wanted), before=last, reasons=(reason,))
        else:
            yield self._delete(key, last, reason)

    def _absent(self, key: str) -> Iterator[Item]:
        wanted = self.wanted.get(key)
        vanished = key in self.memory.applied
        if wanted is None or not wanted.in_force:
            if wanted is not None:
                yield Withheld(self.target, key, wanted.reasons)
            if vanished:
                yield Change(self.target, key, "no-op", None, None)
        elif key in self.census.strangers:
            yield self._taken(key, wanted)
        elif key not in self.undeliverable:
            code, message = ("vanished", messages.vanished()) if vanished else ("declared", messages.declared())
            yield replace(self._new("create", key, wanted), reasons=(Reason(code, message, wanted.position),))

    def _taken(self, key: str, wanted: Wanted) -> Item:
        """A stranger has the name."""
        stranger, ownership = self.census.strangers[key]
        if not (self.adopt and ownership == "unmarked"):
            return Problem("conflict", self.target, key, messages.conflict(key, ownership), wanted.position)
        change = self._update(key, stranger, self._marked(key, stranger), wanted, None)
        return replace(change, action="adopt", reasons=(Reason("adopted", messages.adopted()), *change.reasons))

    def _marked(self, key: str, observed: TargetObject) -> TargetObject:
        """With the marker that it shall have: a space whose creation was cut short still has that of its intent."""
        return replace(observed, marker=str(Marker(self.organization, key, observed.id)))

    def _new(self, action: Action, key: str, wanted: Wanted) -> Change:
        after = _bare(wanted.goal).with_properties(self._written(wanted))
        names = tuple(sorted(after.properties))
        cause: Cause = "drift" if action == "create" and key in self.memory.applied else "intent"
        properties = tuple(PropertyChange(name, "loosen", cause, wanted.origin(name)) for name in names)
        address = self.addresses.get(key, "")
        return Change(self.target, key, action, None, after, properties, (), names, wanted.delivery, address)

    def _present(self, key: str, observed: TargetObject, applied: Applied | None) -> Iterator[Item]:
        wanted = self.wanted.get(key)
        if wanted is None:
            if key not in self.occupied:
                yield self._delete(key, observed, Reason("not-declared", messages.not_declared()))
            return
        change, fixed = (
            self._possible(key, observed, self._marked(key, observed), wanted, applied)
            if wanted.in_force
            else (self._revoke(key, observed, wanted, applied), ())
        )
        if change.properties or applied is None or not _remembered(change, applied) or key in self.memory.intents:
            yield change if change.properties else replace(change, action="no-op")
        if not wanted.in_force or applied is None:
            return
        declared = sorted(each.name for each in fixed if each.cause != "drift")
        if self._is_due(key, wanted, applied) or (declared and key not in self.undeliverable):
            yield self._rotation(key, observed, wanted, applied, declared)
        elif fixed and not declared:
            names = sorted(each.name for each in fixed)
            yield Problem("fixed", self.target, key, messages.fixed_by_hand(names), wanted.position)

    def _possible(
        self, key: str, observed: TargetObject, basis: TargetObject, wanted: Wanted, applied: Applied | None
    ) -> tuple[Change, tuple[PropertyChange, ...]]:
        """The update as far as the target can make it, and what it cannot."""
        change = self._update(key, observed, basis, wanted, applied)
        fixed = self._fixed.of(change)
        if not fixed:
            return change, ()
        left = wanted.goal.overlaid(observed, (each.name for each in fixed))
        return self._update(key, observed, basis, replace(wanted, goal=left), applied), fixed

    @property
    def _fixed(self) -> Fixed:
        return Fixed(self.capabilities, self.at)

    def _is_due(self, key: str, wanted: Wanted, applied: Applied) -> bool:
        """Whether the value is to be replaced, and can be delivered."""
        if kind_of(key) != "key" or key in self.undeliverable:
            return False
        if key in self.rotate or self._is_cut_short(key, applied):
            return True
        every, issued = wanted.rotate_every, applied.issued
        return every is not None and issued is not None and issued + every <= self.at

    def _is_cut_short(self, key: str, applied: Applied | None) -> bool:
        """Whether the value that was delivered last may be another one: a rotation ended half-way, or what it made is
        gone while the former object still works."""
        wanted = self.wanted.get(key)
        if applied is None or wanted is None or not wanted.in_force:
            return False
        vanished = self.census.known(key, applied.key.id) is None
        return vanished or applied.uncertain or key in self.memory.intents

    def _rotation(
        self, key: str, observed: TargetObject, wanted: Wanted, applied: Applied, fixed: Sequence[str]
    ) -> Change:
        """`fixed`: what git changed and only a new value can have."""
        name = observed.alias.partition(GENERATION)[0]
        latest = max(_generation(each) for each in (applied.key, *self.census.ours.get(key, (observed,))))
        goal = replace(wanted.goal, alias=f"{name}{GENERATION}{latest + 1}")
        change = self._new("rotate", key, replace(wanted, goal=goal))
        reasons = (Reason("rotation", self._why(key, applied, fixed), wanted.position),)
        return replace(change, before=observed, reasons=reasons, overlap=wanted.overlap)

    def _why(self, key: str, applied: Applied, fixed: Sequence[str]) -> str:
        if key in self.rotate:
            return messages.asked_for()
        if self._is_cut_short(key, applied):
            return messages.cut_short()
        return messages.fixed(fixed) if fixed else messages.due()

    def _update(
        self, key: str, observed: TargetObject, basis: TargetObject, wanted: Wanted, applied: Applied | None
    ) -> Change:
        """`basis` is `observed`, with the marker it shall have."""
        wishes, last = self._written(wanted), applied.key.properties if applied else {}
        before = observed.properties
        after = {**before, **wishes}
        for name in last:
            if name not in wishes and self.capabilities.of(name, observed.kind).written:
                after.pop(name, None)
        alias = applied.key.alias if applied else wanted.goal.alias if observed is not basis else observed.alias
        made = replace(basis.with_properties(after), alias=alias)
        names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        properties = [self._property(name, before, wishes, applied, wanted) for name in names]
        for name in ("alias", "marker"):
            if getattr(observed, name) != getattr(made, name):
                properties.append(PropertyChange(name, "neutral", "drift", wanted.position))
        reasons = tuple(_excluded(before, after, wanted))
        return Change(self.target, key, "update", observed, made, tuple(properties), reasons, tuple(sorted(wishes)))

    def _property(
        self,
        name: str,
        before: Mapping[str, Value],
        wishes: Mapping[str, Value],
        applied: Applied | None,
        wanted: Wanted,
    ) -> PropertyChange:
        last = applied.key.properties if applied else {}
        intended = applied is None or last.get(name) != wishes.get(name)
        drifted = applied is not None and last.get(name) != before.get(name)
        cause: Cause = "both" if intended and drifted else "drift" if drifted else "intent"
        at_once = self.capabilities.of(name, wanted.goal.kind).at_once
        way = direction(name, before.get(name), wishes.get(name))
        return PropertyChange(name, way, cause, wanted.origin(name), at_once)

    def _revoke(self, key: str, observed: TargetObject, wanted: Wanted, applied: Applied | None) -> Change:
        """Nothing but `enabled` changes: what a key may do while it may do nothing is of no importance."""
        after = replace(observed, enabled=False)
        names = ("enabled",) if observed.enabled else ()
        properties = tuple(self._property(name, observed.properties, {name: False}, applied, wanted) for name in names)
        return Change(self.target, key, "revoke", observed, after, properties, wanted.reasons, ("enabled",))

    def _delete(self, key: str, observed: TargetObject, reason: Reason) -> Change:
        return Change(self.target, key, "delete", observed, None, (), (reason,))

    def _written(self, wanted: Wanted) -> dict[str, Value]:
        """What the target takes of the properties that are wanted."""
        flat, kind = wanted.goal.properties, wanted.goal.kind
        return {name: value for name, value in flat.items() if self.capabilities.of(name, kind).written}


def _excluded(before: Mapping[str, Value], after: Mapping[str, Value], wanted: Wanted) -> Iterator[Reason]:
    """Why models leave the list."""
    old, new = before.get("models"), after.get("models")
    if isinstance(old, tuple) and isinstance(new, tuple):
        yield from (wanted.exclusions[model] for model in old if model not in new and model in wanted.exclusions)


def _remembered(change: Change, applied: Applied) -> bool:
    """Whether the state already holds what the target has."""
    return change.after is not None and remembered(change, change.after, applied) == applied.key


def remembered(change: Change, after: TargetObject, applied: Applied | None) -> TargetObject:
    """What the state is to hold once `change` led to `after`: the id, and the properties that Remit answers for.

    A key that is off keeps what was known of its other properties, for the day it comes back.
    """
    flat = after.properties
    held = {name: flat[name] for name in change.managed if name in flat}
    if not after.enabled and applied is not None and applied.key.id == after.id:
        held = {**applied.key.properties, **held}
    return replace(_bare(after), id=after.id).with_properties(held)


def _generation(object_: TargetObject) -> int:
    """The first has no number."""
    number = object_.alias.partition(GENERATION)[2]
    return int(number) if number.isdecimal() else 1


def _twins(spaces: list[TargetObject]) -> tuple[list[TargetObject], list[TargetObject]]:
    """(those to keep, those whose making was never finished): the same ones each time."""
    finished = [each for each in spaces if (marker := Marker.parse(each.marker)) is not None and marker.nonce is None]
    kept = finished or [min(spaces, key=lambda each: each.id)]
    return kept, [each for each in spaces if each not in kept]


def _bare(object_: TargetObject) -> TargetObject:
    """What it is called, and nothing else."""
    return TargetObject(alias=object_.alias, kind=object_.kind)
