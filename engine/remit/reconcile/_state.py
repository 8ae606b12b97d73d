"""What Remit remembers between runs: intents, what was last applied, and who is at work. No value of a key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from remit.bundle import uncollected
from remit.ledger import (
    Approval,
    Event,
    Intent,
    Lease,
    LeaseGone,
    LeaseTaken,
    LedgerError,
    Record,
    TargetRecords,
    Writing,
    ledger_of,
)
from remit.reconcile import _messages as messages
from remit.reconcile._errors import LeaseHeld, LeaseLost, StateFailed
from remit.reconcile._memory import Applied, Memory, TargetMemory

NOWHERE: Mapping[str, str] = MappingProxyType({})


class State:
    """The ledger that `environ` names, or `ledger.db` in `directory`, made when first written.

    Safe for threads. Every call may raise StateFailed; with a `holder`, LeaseLost, and then nothing was written: it is
    the run that must still have the lease of the events' target.
    """

    def __init__(self, directory: Path, environ: Mapping[str, str] = NOWHERE) -> None:
        with _failures():
            self.ledger = ledger_of(environ, directory)

    def update(self) -> None:
        """Bring a ledger of before up to date, for a run that may write; creates none."""
        with _failures():
            self.ledger.update()

    @uncollected(settle=False)
    def memory(self) -> Memory:
        """Everything about every target; reading changes nothing."""
        with _failures():
            known = self.ledger.memory()
        return {target: _remembered(each) for target, each in known.items()}

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Several of the below, and events, in one transaction."""
        with _failures(), self.ledger.writing() as writing:
            yield writing

    def approvals(self, commit: str) -> tuple[Approval, ...]:
        """Who approved a commit, as recorded."""
        with _failures():
            return self.ledger.approvals(commit)

    def append(self, *events: Event, holder: str | None = None) -> None:
        """Say what happened."""
        with self.writing() as writing:
            _append(writing, events, holder)

    def intend(self, target: str, key: str, nonce: str, plan: str, *events: Event, holder: str | None = None) -> None:
        """A key is about to be created: on disk before it happens."""
        with self.writing() as writing:
            writing.intend(target, key, nonce, plan)
            _append(writing, events, holder)

    def record(self, target: str, key: str, applied: Applied, *events: Event, holder: str | None = None) -> None:
        """The key is as `applied` says, and whoever needs its value has it."""
        with self.writing() as writing:
            writing.record(target, key, applied.document(), applied.bundle, applied.commit)
            _append(writing, events, holder)

    def forget(
        self, target: str, key: str, *events: Event, holder: str | None = None, but_intent: bool = False
    ) -> None:
        """The key is gone. `but_intent`: of a creation that did not end, something may show up later."""
        with self.writing() as writing:
            writing.forget(target, key, but_intent=but_intent)
            _append(writing, events, holder)

    def note(self, target: str, name: str, document: str) -> None:
        """Keep a JSON text for the target under a name."""
        with self.writing() as writing:
            writing.note(target, name, document)

    def unnote(self, target: str, name: str) -> None:
        """Drop such a text."""
        with self.writing() as writing:
            writing.unnote(target, name)

    def attempted(self, target: str, commit: str, at: datetime) -> None:
        """A run began to apply `commit` at `at`."""
        with self.writing() as writing:
            writing.attempted(target, commit, at)

    def succeeded(self, target: str, commit: str, at: datetime) -> None:
        """The target is as `commit` says since `at`."""
        with self.writing() as writing:
            writing.succeeded(target, commit, at)

    def lease(self, target: str, holder: str, now: datetime, span: timedelta) -> None:
        """Take the target, or keep it, until `now + span`. Raises LeaseHeld while another holder has it."""
        with self.writing() as writing:
            writing.lease(target, holder, now, span)

    def leases(self) -> tuple[Lease, ...]:
        """Who is at work, or died there."""
        with _failures():
            return self.ledger.leases()

    def prolong(self, target: str, holder: str, now: datetime, span: timedelta) -> None:
        """Keep the target until `now + span`. Raises LeaseLost when `holder` has it no longer."""
        with self.writing() as writing:
            writing.require(target, holder)
            writing.lease(target, holder, now, span)

    def release(self, target: str, holder: str) -> None:
        """Give the target back, if `holder` still has it."""
        with self.writing() as writing:
            writing.release(target, holder)


def _append(writing: Writing, events: Iterable[Event], holder: str | None) -> None:
    """All of the transaction is undone where `holder` has lost the target of an event."""
    for event in events:
        if holder is not None and event.target is not None:
            writing.require(event.target, holder)
        writing.append(event)


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except LeaseTaken as error:
        raise LeaseHeld(error.target, error.holder, error.until) from None
    except LeaseGone as error:
        raise LeaseLost(error.target) from None
    except LedgerError as error:
        raise StateFailed(error.message) from None


def _remembered(found: TargetRecords) -> TargetMemory:
    applied = {key: _applied(record) for key, record in found.applied.items()}
    return TargetMemory(applied, _nonces(found.intents), found.notes, found.attempted, found.succeeded)


def _nonces(intents: Mapping[str, Intent]) -> dict[str, str]:
    return {key: intent.nonce for key, intent in intents.items()}


def _applied(record: Record) -> Applied:
    try:
        return Applied.of_document(record.document, record.bundle, record.commit)
    except ValueError:
        raise StateFailed(messages.state_failed("a row is damaged")) from None
