"""Which keys nobody uses, as far as the targets know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from remit.reconcile import _messages as messages
from remit.reconcile._census import census
from remit.reconcile._memory import NOTHING, Memory
from remit.reconcile._survey import Readers, explained
from remit.resources import Money
from remit.targets import Activity, ActivityReader, Reader


@dataclass(frozen=True, slots=True)
class Use:
    """One key on one target. `last_used` None: never, as far as is known. `issued`: since when its value is in use."""

    target: str
    key: str
    last_used: datetime | None
    spend: Money | None
    issued: datetime | None

    def idle(self, at: datetime) -> timedelta | None:
        """How long nobody has used it; None where nothing is known of it."""
        since = self.last_used or self.issued
        return None if since is None else at - since

    def unused(self, at: datetime, span: timedelta) -> bool:
        """Whether it was there for `span` and not used; of one that nobody ever used, its age is what counts."""
        idle = self.idle(at)
        return idle is None or idle >= span


@dataclass(frozen=True, slots=True)
class Usage:
    """Every key of ours on the targets that know, and why the others (by name) say nothing."""

    at: datetime
    uses: tuple[Use, ...]
    silent: Mapping[str, str]

    def unused(self, span: timedelta) -> tuple[Use, ...]:
        """Those that nobody used for `span`."""
        return tuple(each for each in self.uses if each.unused(self.at, span))


def usage(readers: Readers, memory: Memory, organization: str, at: datetime) -> Usage:
    """Asks every target in `readers`; one that cannot answer keeps no other from being asked."""
    uses: list[Use] = []
    silent: dict[str, str] = {}
    for name, reader in sorted(readers.items()):
        if isinstance(reader, Exception):
            silent[name] = reader.message
        elif not isinstance(reader, ActivityReader):
            silent[name] = messages.activity_unknown()
        else:
            try:
                uses += _uses(name, reader, reader.activity(), memory, organization)
            except Exception as error:
                silent[name] = explained(error)
    return Usage(at, tuple(uses), silent)


def _uses(
    target: str, reader: Reader, activity: Mapping[str, Activity], memory: Memory, organization: str
) -> Iterator[Use]:
    known = memory.get(target, NOTHING)
    for key, objects in sorted(census(reader.read(), organization, known.intents).ours.items()):
        for each in objects:
            if each.kind != "key":
                continue
            found, applied = activity.get(each.id, Activity()), known.applied.get(key)
            issued = applied.issued if applied is not None and applied.key.id == each.id else None
            yield Use(target, key, found.last_used, found.spend, issued)
