"""What the ledger remembers of each target. Documents are JSON texts that mean nothing to the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Table, select

from remit.ledger import _messages as messages
from remit.ledger._errors import LedgerDamaged
from remit.ledger._instant import instant
from remit.ledger._tables import APPLIED, ATTEMPTS, INTENTS, LEASES, NOTES


@dataclass(frozen=True, slots=True)
class Record:
    """What was last written to the target, and for which bundle and commit."""

    document: str
    bundle: str
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A creation that is not known to have ended: its nonce, and the plan it belongs to."""

    nonce: str
    plan: str


@dataclass(frozen=True, slots=True)
class Try:
    """A commit, and when it was applied or attempted."""

    commit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TargetRecords:
    """One target: records and intents by key, notes by name, and what was last attempted and last applied."""

    applied: Mapping[str, Record] = field(default_factory=dict)
    intents: Mapping[str, Intent] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    attempted: Try | None = None
    succeeded: Try | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """`holder` is at work on `target` until `until`, unless it gives it back before.

    `since`: None where an older Remit took it.
    """

    target: str
    holder: str
    until: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """`by` approved `commit`; `seq` is the number of the event that says so."""

    commit: str
    by: str
    at: datetime
    note: str | None
    seq: int


Records = Mapping[str, TargetRecords]
Row = Mapping[str, str]


def read_records(connection: Connection, name: str) -> Records:
    """Every target of the ledger called `name`. Raises LedgerDamaged."""
    applied, intents, notes = (_rows(connection, table, name) for table in (APPLIED, INTENTS, NOTES))
    tries = {row["target"]: row for row in _rows(connection, ATTEMPTS, name)}
    return records(applied, intents, notes, {target: _tries(row, name) for target, row in tries.items()})


def records(
    applied: Iterable[Row],
    intents: Iterable[Row],
    notes: Iterable[Row] = (),
    tries: Mapping[str, tuple[Try | None, Try | None]] | None = None,
) -> Records:
    """Rows of every kind, put together by target."""
    done: dict[str, dict[str, Record]] = defaultdict(dict)
    open_: dict[str, dict[str, Intent]] = defaultdict(dict)
    noted: dict[str, dict[str, str]] = defaultdict(dict)
    for row in applied:
        done[row["target"]][row["key"]] = Record(row["document"], row["bundle"], row["commit"])
    for row in intents:
        open_[row["target"]][row["key"]] = Intent(row["nonce"], row["plan"])
    for row in notes:
        noted[row["target"]][row["name"]] = row["document"]
    known = tries or {}
    targets = sorted({*done, *open_, *noted, *known})
    return {each: TargetRecords(done[each], open_[each], noted[each], *known.get(each, ())) for each in targets}


def read_leases(connection: Connection, name: str) -> tuple[Lease, ...]:
    """By target. Raises LedgerDamaged."""
    rows = sorted(_rows(connection, LEASES, name), key=lambda row: row["target"])
    return tuple(lease_of(row, name) for row in rows)


def lease_of(row: Row | RowMapping, name: str) -> Lease:
    """The lease of a row. Raises LedgerDamaged."""
    try:
        since = instant(row["since"]) if row["since"] is not None else None
        return Lease(row["target"], row["holder"], instant(row["until"]), since)
    except (ValueError, TypeError):
        raise _unreadable(LEASES, name) from None


def _rows(connection: Connection, table: Table, name: str) -> Iterator[Row]:
    for row in connection.execute(select(table)).mappings():
        if not all(value is None or isinstance(value, str) for value in row.values()):
            raise _unreadable(table, name)
        yield {str(column): value for column, value in row.items()}


def _tries(row: Row, name: str) -> tuple[Try | None, Try | None]:
    try:
        return _try(row["attempted"], row["attempted_at"]), _try(row["succeeded"], row["succeeded_at"])
    except (ValueError, TypeError):
        raise _unreadable(ATTEMPTS, name) from None


def _try(commit: str | None, at: str | None) -> Try | None:
    return None if commit is None else Try(commit, instant(at or ""))


def _unreadable(table: Table, name: str) -> LedgerDamaged:
    return LedgerDamaged(messages.damaged(name, messages.row_unreadable(table.name)))
