"""One transaction that writes: events at the end of the chain, and what is remembered of targets."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, insert, select, update

from remit.ledger import _messages as messages
from remit.ledger._chain import Entry, Head, digest
from remit.ledger._errors import LeaseGone, LeaseTaken, LedgerDamaged
from remit.ledger._event import APPROVED, Event
from remit.ledger._instant import stamp
from remit.ledger._records import Approval, Lease, lease_of
from remit.ledger._tables import APPLIED, ATTEMPTS, EVENTS, HEAD, INTENTS, LEASES, NOTES


def read_head(connection: Connection, name: str) -> Head:
    """Where the chain of the ledger called `name` ends. Raises LedgerDamaged."""
    row = connection.execute(select(HEAD)).one_or_none()
    if row is None or not isinstance(row.seq, int) or not isinstance(row.hash, str):
        raise LedgerDamaged(messages.damaged(name, messages.no_head()))
    return Head(row.seq, row.hash)


class Writing:
    """All of it is kept, or nothing. Only good inside the `with` that gave it."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._head = read_head(connection, name)

    def append(self, event: Event) -> Entry:
        """Add an event at the end of the chain."""
        row, seq, prev = event.row(), self._head.seq + 1, self._head.hash
        head = Head(seq, digest(seq, prev, row))
        self._connection.execute(insert(EVENTS).values(seq=seq, prev=prev, hash=head.hash, **row))
        self._connection.execute(update(HEAD).values(seq=head.seq, hash=head.hash))
        self._head = head
        return Entry(seq, prev, head.hash, event)

    def intend(self, target: str, key: str, nonce: str, plan: str) -> None:
        """A key is about to be created: on disk before it happens."""
        self._put(INTENTS, {"target": target, "key": key}, nonce=nonce, plan=plan)

    def record(self, target: str, key: str, document: str, bundle: str, commit: str | None) -> None:
        """The key is as `document` says, and whoever needs its value has it: its intent is done."""
        self._put(APPLIED, {"target": target, "key": key}, document=document, bundle=bundle, commit=commit)
        self._remove(INTENTS, {"target": target, "key": key})

    def forget(self, target: str, key: str, *, but_intent: bool = False) -> None:
        """The key is gone. `but_intent`: of a creation that did not end, something may show up later."""
        for table in (APPLIED,) if but_intent else (APPLIED, INTENTS):
            self._remove(table, {"target": target, "key": key})

    def note(self, target: str, name: str, document: str) -> None:
        """Keep something for the target under a name, such as a value from before Remit changed it."""
        self._put(NOTES, {"target": target, "name": name}, document=document)

    def unnote(self, target: str, name: str) -> None:
        """Drop such a note."""
        self._remove(NOTES, {"target": target, "name": name})

    def lease(self, target: str, holder: str, now: datetime, span: timedelta) -> None:
        """Take the target, or keep it, until `now + span`. Raises LeaseTaken while another holder has it."""
        found = self.held(target)
        if found is not None and found.holder != holder and now < found.until:
            raise LeaseTaken(target, found.holder, found.until)
        since = found.since if found is not None and found.holder == holder else now
        kept = None if since is None else stamp(since)
        self._put(LEASES, {"target": target}, holder=holder, until=stamp(now + span), since=kept)

    def held(self, target: str) -> Lease | None:
        """Who has the target, or had it and never gave it back."""
        row = self._connection.execute(select(LEASES).where(LEASES.c.target == target)).mappings().one_or_none()
        return None if row is None else lease_of(row, self._name)

    def require(self, target: str, holder: str) -> None:
        """Raises LeaseGone unless the target is `holder`'s: a lease that has ended is, until somebody else takes it."""
        found = self.held(target)
        if found is None or found.holder != holder:
            raise LeaseGone(target)

    def release(self, target: str, holder: str) -> None:
        """Give the target back, if `holder` still has it."""
        self._remove(LEASES, {"target": target, "holder": holder})

    def attempted(self, target: str, commit: str, at: datetime) -> None:
        """A run began to apply `commit`."""
        self._try(target, attempted=commit, attempted_at=stamp(at))

    def succeeded(self, target: str, commit: str, at: datetime) -> None:
        """The target is as `commit` says."""
        self._try(target, succeeded=commit, succeeded_at=stamp(at))

    def approve(self, commit: str, by: str, at: datetime, note: str | None = None) -> Approval:
        """Somebody approved a commit. It is an event, so that it cannot be made up afterwards."""
        entry = self.append(Event(at, APPROVED, by, commit=commit, note=note))
        return Approval(commit, by, entry.event.at, entry.event.note, entry.seq)

    def _try(self, target: str, **values: str) -> None:
        known = self._connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.target == target)).mappings().one_or_none()
        self._put(ATTEMPTS, {"target": target}, **({**known, **values} if known is not None else values))

    def _put(self, table: Table, key: dict[str, str], **values: str | None) -> None:
        self._remove(table, key)
        self._connection.execute(insert(table).values(**{**values, **key}))

    def _remove(self, table: Table, key: dict[str, str]) -> None:
        conditions = (table.c[name] == value for name, value in key.items())
        self._connection.execute(delete(table).where(*conditions))
