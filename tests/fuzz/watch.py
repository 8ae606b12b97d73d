"""What must hold at every step of every run, whatever goes wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reconcile.simulated import ORGANIZATION, Vault

from fuzz.farside import MASTER, FarSide, Objects
from remit.reconcile import Plan, State
from remit.reconcile._direction import direction
from remit.targets import Marker, TargetObject

_VERBS = {"created": ("create",), "deleted": ("delete", "disable"), "changed": ("update", "disable", "create")}
"""Which intents explain an effect; a creation may mark its object in a second step, and some targets disable a key by
deleting it."""


class Log(logging.Handler):
    """Everything that anybody logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@dataclass
class Watch:
    """Looks at every effect and at everything that is said. `broken` lists what did not hold."""

    directory: Path
    far: FarSide
    vault: Vault
    broken: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=lambda: {MASTER})
    loosened: str = ""
    moved: bool = False
    effects: int = 0

    def begins(self) -> None:
        """A run."""
        self.loosened, self.moved = "", False

    def effect(self, before: Objects, after: Objects) -> None:
        """One change at the target, while it happens."""
        for name in sorted(before.keys() | after.keys()):
            old, new = before.get(name), after.get(name)
            if old != new:
                self.effects += 1
                self._ours(old, new)
                self._intended(old, new)
                self._order(old, new, after)

    def said(self, *things: object) -> None:
        """A plan, an outcome, an error: kept, to be searched for secrets."""
        self.texts += [repr(each) for each in things]
        for each in things:
            if isinstance(each, Plan):
                self.texts.append(json.dumps(each.to_json()))
            if isinstance(each, BaseException):
                self.texts.append(f"{each} {each.__cause__!r} {each.__context__!r}")

    def after_run(self) -> None:
        """Nobody who holds a value was cut off by the run: what was delivered last is what is in use."""
        there = self.far.truth()
        for known in State(self.directory).memory().values():
            for key, applied in known.applied.items():
                delivered = self.vault.values.get(f"vault:{key}", "")
                if (
                    applied.uncertain
                    or applied.key.kind != "key"
                    or key in known.intents
                    or applied.key.id not in there
                ):
                    continue
                if self.far.working(delivered) != applied.key.id:
                    self._wrong(f"the value of `{key}` that was delivered last is not the one in use")
        self.secrets.update(self.vault.values.values())

    def at_end(self, log: Log) -> None:
        """The chain holds, and no value is anywhere but where it was delivered."""
        if not State(self.directory).ledger.verify().ok:
            self._wrong("the chain of the ledger does not verify")
        said = "\n".join((*self.texts, *log.texts))
        kept = b"".join(path.read_bytes() for path in self.directory.glob("*") if path.is_file())
        for secret in self.secrets:
            if secret in said or secret.encode() in kept:
                self._wrong("a value was leaked")

    def _ours(self, old: TargetObject | None, new: TargetObject | None) -> None:
        """Only what was marked as ours is changed."""
        if old is None:
            return
        marker = Marker.parse(old.marker)
        ours = marker is not None and marker.organization == ORGANIZATION
        if not ours or (marker is not None and marker.nonce is None and marker.object_id != old.id):
            self._wrong(f"`{old.alias}` was not ours, and was touched")

    def _intended(self, old: TargetObject | None, new: TargetObject | None) -> None:
        found = new or old
        kind = "created" if old is None else "deleted" if new is None else "changed"
        slot = found.slot if found is not None else ""
        marker = Marker.parse(found.marker) if found is not None else None
        slot = marker.key if marker is not None else slot
        entries = list(State(self.directory).ledger.events(key=slot, kind="intended", newest=1))
        if not entries or entries[0].event.note not in _VERBS[kind]:
            self._wrong(f"`{slot}` was {kind}, and the ledger did not know before")

    def _order(self, old: TargetObject | None, new: TargetObject | None, after: Objects) -> None:
        """Once anything was loosened in a run, nothing is tightened any more.

        Spaces close last, and so does what a rotation that was cut short left over, when another value is there. A
        space that is being made is bounded before there is a key in it.
        """
        if old is not None and old.kind != "key" and _unfinished(old):
            return
        ways, found = set(_ways(old, new)), new or old or TargetObject("")
        if "loosen" in ways:
            self.loosened = found.alias
            return
        replaced = any(each.slot == found.slot for each in after.values())
        late = new is None and (found.kind != "key" or replaced)
        if "tighten" in ways and self.loosened and not late:
            self._wrong(f"`{found.alias}` was tightened after `{self.loosened}` was loosened")

    def _wrong(self, what: str) -> None:
        self.broken.append(what)


def _unfinished(space: TargetObject) -> bool:
    marker = Marker.parse(space.marker)
    return marker is not None and marker.nonce is not None


def _ways(old: TargetObject | None, new: TargetObject | None) -> Iterator[str]:
    if old is None or new is None:
        yield "loosen" if old is None else "tighten"
        return
    before, after = old.properties, new.properties
    yield from (direction(name, before.get(name), after.get(name)) for name in before.keys() | after.keys())
