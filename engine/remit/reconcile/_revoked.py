"""Keys that somebody revoked at once, before git says so: they stay revoked until it does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from remit.reconcile import _messages as messages
from remit.reconcile._change import Problem, Reason
from remit.reconcile._memory import NOTHING, Memory
from remit.reconcile._wanted import Wanted

_PREFIX = "revoked:"
REVOKED = "revoked"
"""The code of the problem that git still declares in force what was revoked."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """Who revoked a key, when (None: not known), and why."""

    by: str
    at: datetime | None
    reason: str

    def document(self) -> str:
        """Its JSON text."""
        return _ADAPTER.dump_json(self).decode()


_ADAPTER: TypeAdapter[Revocation] = TypeAdapter(Revocation)


def note_of(key: str) -> str:
    """The name of the note about a key."""
    return _PREFIX + key


def revocations(notes: Mapping[str, str]) -> dict[str, Revocation]:
    """By key. A note that cannot be read revokes as well."""
    found: dict[str, Revocation] = {}
    for name, text in notes.items():
        if name.startswith(_PREFIX):
            found[name.removeprefix(_PREFIX)] = _read(text)
    return found


def _read(text: str) -> Revocation:
    try:
        return _ADAPTER.validate_json(text)
    except ValueError:
        return Revocation("somebody", None, "the note about it is damaged")


def standing(memory: Memory, target: str, declared: Collection[str]) -> dict[str, Revocation]:
    """Those that hold on `target`: of a key that was revoked on any declared target, for it was revoked everywhere."""
    found: dict[str, Revocation] = {}
    for name in (*sorted(declared), target):
        found |= revocations(memory.get(name, NOTHING).notes)
    return found


def held(wanted: Mapping[str, Wanted], revoked: Mapping[str, Revocation]) -> dict[str, Wanted]:
    """What is wanted, with the revoked keys not in force."""
    return {slot: _held(each, revoked[slot]) if slot in revoked else each for slot, each in wanted.items()}


def _held(wanted: Wanted, revoked: Revocation) -> Wanted:
    if not wanted.in_force:
        return wanted
    message = messages.revoked(revoked.by, _said(revoked.at), revoked.reason)
    return replace(wanted, in_force=False, reasons=(Reason("revoked", message),))


def outstanding(target: str, wanted: Mapping[str, Wanted], revoked: Mapping[str, Revocation]) -> tuple[Problem, ...]:
    """What git must still say about the revoked keys."""
    return tuple(
        Problem(REVOKED, target, key, _told(revoked[key], wanted[key].position), wanted[key].position)
        for key in sorted(revoked)
        if key in wanted and wanted[key].in_force
    )


def _told(revoked: Revocation, place: str) -> str:
    return messages.still_declared(revoked.by, _said(revoked.at), revoked.reason, place)


def _said(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
