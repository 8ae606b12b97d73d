"""Revoking a key at once: the targets first, git afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from remit.ledger import Event
from remit.reconcile import _messages as messages
from remit.reconcile._census import census
from remit.reconcile._errors import StateFailed
from remit.reconcile._memory import NOTHING, Memory, TargetMemory
from remit.reconcile._retry import patiently
from remit.reconcile._revoked import Revocation, note_of
from remit.reconcile._run import Run
from remit.reconcile._survey import Readers, Survey, explained, survey
from remit.targets import TargetObject

RevokedStatus = Literal["revoked", "absent", "failed"]


@dataclass(frozen=True, slots=True)
class Revoked:
    """How it went on one target. `absent`: there was no such key, or none that worked."""

    target: str
    status: RevokedStatus
    message: str = ""


@dataclass(frozen=True, slots=True)
class Emergency:
    """One key, revoked everywhere, and why."""

    organization: str
    key: str
    revocation: Revocation
    run: Run

    def revoke(self, targets: Mapping[str, object], readers: Readers) -> tuple[Revoked, ...]:
        """Revoke on each target, by all that is known of it; one that fails does not keep the others from it.

        A ledger that cannot be written is told last: a key that must not work is worth more than its record.
        """
        memory, trouble = self._memory()
        surveys = survey(targets, readers, self.run.sleep)
        results = tuple(self._target(name, surveys[name], memory.get(name, NOTHING)) for name in sorted(targets))
        if trouble is not None:
            raise trouble
        return results

    def _memory(self) -> tuple[Memory, StateFailed | None]:
        try:
            return self.run.state.memory(), None
        except StateFailed as error:
            return {}, error

    def _target(self, name: str, seen: Survey, known: TargetMemory) -> Revoked:
        objects = self._objects(seen, known)
        trouble = self._note(name)
        try:
            for each in objects:
                patiently(lambda each=each: self.run.writers[name]().disable(each), self.run.sleep)  # type: ignore[misc]
        except Exception as error:
            return Revoked(name, "failed", explained(error))
        if trouble:
            return Revoked(name, "failed", messages.revoked_and_not_noted(trouble))
        if seen.error and not objects:
            return Revoked(name, "failed", seen.error)
        return self._told(name, objects)

    def _told(self, name: str, objects: tuple[TargetObject, ...]) -> Revoked:
        try:
            self.run.state.append(*(self._event(name, each) for each in objects))
        except StateFailed as error:
            return Revoked(name, "failed", messages.revoked_and_not_noted(error.message))
        return Revoked(name, "revoked" if objects else "absent")

    def _objects(self, seen: Survey, known: TargetMemory) -> tuple[TargetObject, ...]:
        """Every object of the key that works; where the target cannot be read, those that are remembered."""
        if seen.error:
            return tuple(self._remembered(known))
        ours = census(seen.keys, self.organization, known.intents).ours.get(self.key, ())
        return tuple(each for each in ours if each.enabled)

    def _remembered(self, known: TargetMemory) -> Iterator[TargetObject]:
        applied = known.applied.get(self.key)
        if applied is not None:
            yield applied.key
            for each in applied.retiring:
                yield TargetObject(alias=self.key, id=each.id)

    def _note(self, target: str) -> str:
        """So that no later run makes it work again; returns what went wrong."""
        try:
            with self.run.state.writing() as writing:
                writing.note(target, note_of(self.key), self.revocation.document())
                writing.append(self._event(target, None))
        except StateFailed as error:
            return error.message
        return ""

    def _event(self, target: str, found: TargetObject | None) -> Event:
        return Event(
            at=self.run.clock(),
            kind="intended" if found is None else "disabled",
            actor=self.revocation.by,
            run=self.run.holder,
            target=target,
            key=self.key,
            before=found.to_json() if found is not None else None,
            note="revoke",
            cause=self.revocation.reason,
        )
