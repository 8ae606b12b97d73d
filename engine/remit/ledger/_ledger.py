"""The ledger: everything that happened, in a chain that shows any change, and what Remit remembers between runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert

from remit.ledger import _messages as messages
from remit.ledger._chain import Entry, Head, Verification
from remit.ledger._database import Database, PerProcess
from remit.ledger._errors import LedgerFailed, LedgerOlder
from remit.ledger._event import APPROVED, TAKEN_OVER, Event
from remit.ledger._file import FileDatabase
from remit.ledger._migrate import is_readable, migrate, require_known
from remit.ledger._place import ledger_place, located
from remit.ledger._query import Query, read_page, verify_all
from remit.ledger._records import Approval, Lease, Records, read_leases, read_records, records
from remit.ledger._server import ServerDatabase
from remit.ledger._tables import APPLIED, INTENTS, LEASES
from remit.ledger._takeover import FILE as FORMER_FILE
from remit.ledger._takeover import former
from remit.ledger._writing import Writing, read_head

OURSELVES = "remit"


def open_ledger(place: Path | str, *, former_state: Path | None = None) -> Ledger:
    """The ledger in a file, or at a URL: `sqlite:///path`, `postgresql://user@host/database`. Touches nothing yet.

    Until the ledger is first written, it is empty, or as the `reconcile.db` of version 0.1.0 says: at
    `former_state`, or beside the file. Raises LedgerFailed for a place that cannot be understood.
    """
    found = located(place)
    if isinstance(found, Path):
        return Ledger(FileDatabase(found), former_state or found.parent / FORMER_FILE)
    return Ledger(ServerDatabase(found), former_state)


def ledger_of(environ: Mapping[str, str], state_dir: Path) -> Ledger:
    """The ledger that `REMIT_LEDGER` names, or `ledger.db` in `state_dir`; either begins with a `reconcile.db` there.

    Raises LedgerFailed for a place that cannot be understood.
    """
    return open_ledger(ledger_place(environ, state_dir), former_state=state_dir / FORMER_FILE)


class Ledger:
    """Safe for threads and for processes. Reading creates nothing and migrates nothing.

    Every call may raise LedgerFailed, LedgerNewer and LedgerDamaged; reading may raise LedgerOlder.
    """

    def __init__(self, database: Database, former_state: Path | None = None) -> None:
        self._database = database
        self._former = former_state
        self._ready = PerProcess(self._prepared)

    def __repr__(self) -> str:
        return f"Ledger({self._database.name!r})"

    @property
    def name(self) -> str:
        """For messages: the name of the file, or `postgresql`."""
        return self._database.name

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction: kept when the block ends, undone when it raises. No other writes meanwhile."""
        self.migrate()
        with self._database.writing() as connection:
            self._database.lock_chain(connection)
            require_known(connection, self.name)
            yield Writing(connection, self.name)

    def migrate(self) -> None:
        """Create the ledger, or bring it up to date; `writing` does so by itself."""
        self._ready.get()

    def update(self) -> None:
        """Migrate a ledger that is older, for those who are about to write anyway; creates none.

        One that cannot be migrated stays as it is: whoever reads it next is told what to do.
        """
        try:
            with self._reading():
                return
        except LedgerOlder:
            with suppress(LedgerFailed):
                self.migrate()

    def close(self) -> None:
        """Give back what this process holds open; the next call opens it again."""
        self._database.close()

    def memory(self) -> Records:
        """What is remembered, by target."""
        with self._reading() as connection:
            if connection is not None:
                return read_records(connection, self.name)
        found = former(self._former)
        return records(found.applied, found.intents)

    def leases(self) -> tuple[Lease, ...]:
        """Who is at work; those that have ended by now, too, when nobody gave them back."""
        with self._reading() as connection:
            return read_leases(connection, self.name) if connection is not None else ()

    @property
    def head(self) -> Head:
        """Where the chain ends. Kept elsewhere, it is an anchor for `verify`."""
        with self._reading() as connection:
            return read_head(connection, self.name) if connection is not None else Head()

    def verify(self, anchor: Head | None = None) -> Verification:
        """Recompute the whole chain, against its recorded head and a head that was known before."""
        with self._reading() as connection:
            return verify_all(connection, anchor)

    def events(
        self,
        after: int = 0,
        *,
        target: str | None = None,
        key: str | None = None,
        kind: str | None = None,
        actor: str | None = None,
        run: str | None = None,
        commit: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        newest: int | None = None,
    ) -> Iterator[Entry]:
        """The events after number `after` that have these properties, oldest first, read page by page.

        `since` is inclusive, `until` exclusive, both aware; `newest` keeps only so many at the end.
        """
        equal = {"target": target, "key": key, "kind": kind, "actor": actor, "run": run, "commit": commit}
        query = Query({name: value for name, value in equal.items() if value is not None}, since, until)
        if newest is not None:
            yield from self._page(query, after, newest, backwards=True)
            return
        while page := self._page(query, after):
            yield from page
            after = page[-1].seq

    def approvals(self, commit: str) -> tuple[Approval, ...]:
        """Who approved a commit, in the order in which they did."""
        found = self.events(kind=APPROVED, commit=commit)
        return tuple(Approval(commit, each.event.actor, each.event.at, each.event.note, each.seq) for each in found)

    def _page(self, query: Query, after: int, size: int | None = None, *, backwards: bool = False) -> list[Entry]:
        with self._reading() as connection:
            if connection is None:
                return []
            return read_page(connection, self.name, query, after, size, backwards=backwards)

    @contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        if not self._database.exists:
            yield None
            return
        with self._database.reading() as connection:
            yield connection if is_readable(connection, self.name) else None

    def _prepared(self) -> bool:
        migrate(self._database, self._begin)
        return True

    def _begin(self, connection: Connection) -> None:
        found = former(self._former)
        if not found:
            return
        for table, rows in ((APPLIED, found.applied), (INTENTS, found.intents), (LEASES, found.leases)):
            if rows:
                connection.execute(insert(table), list(rows))
        note = messages.taken_over(len(found.applied), len(found.intents))
        Writing(connection, self.name).append(Event(datetime.now(UTC), TAKEN_OVER, OURSELVES, note=note))
