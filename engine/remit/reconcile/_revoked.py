"""Keys that somebody revoked at once, before git says so: they stay revoked until it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from remit.reconcile import _messages as messages
from remit.reconcile._change import Problem, Reason
from remit.reconcile._wanted import Wanted

_PREFIX = "revoked:"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Who revoked a key, when, and why."""

    by: str
    at: datetime
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
        return Revocation("somebody", datetime.min, "the note about it is damaged")


def held(wanted: Mapping[str, Wanted], revoked: Mapping[str, Revocation]) -> dict[str, Wanted]:
    """What is wanted, with the revoked keys not in force."""
    return {slot: _held(each, revoked[slot]) if slot in revoked else each for slot, each in wanted.items()}


def _held(wanted: Wanted, revoked: Revocation) -> Wanted:
    if not wanted.in_force:
        return wanted
    return replace(wanted, in_force=False, reasons=(Reason("revoked", messages.revoked(revoked.by, revoked.reason)),))


def outstanding(target: str, wanted: Mapping[str, Wanted], revoked: Mapping[str, Revocation]) -> tuple[Problem, ...]:
    """What git must still say about the revoked keys."""
    return tuple(
        Problem("revoked", target, key, messages.still_declared(key), wanted[key].position)
        for key in sorted(revoked)
        if key in wanted and wanted[key].in_force
    )
