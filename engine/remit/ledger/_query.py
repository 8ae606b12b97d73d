"""Reading events: a page of those that match, and all of them for their chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from remit.ledger import _messages as messages
from remit.ledger._chain import Entry, Head, Row, Verification, verify
from remit.ledger._errors import LedgerDamaged
from remit.ledger._event import Event
from remit.ledger._instant import stamp
from remit.ledger._tables import EVENTS, HEAD

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Query:
    """Properties that are equal, and a span of time."""

    equal: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """For the table of events. Raises ValueError for an instant without a zone."""
        for name, value in self.equal.items():
            yield EVENTS.c[name] == value
        if self.since is not None:
            yield EVENTS.c.at >= stamp(self.since)
        if self.until is not None:
            yield EVENTS.c.at < stamp(self.until)


def read_page(
    connection: Connection, name: str, query: Query, after: int, size: int | None, *, backwards: bool
) -> list[Entry]:
    """The first `size` events after number `after`, or the last, oldest first. Raises LedgerDamaged."""
    order = EVENTS.c.seq.desc() if backwards else EVENTS.c.seq
    chosen = select(EVENTS).where(EVENTS.c.seq > after, *query.conditions()).order_by(order)
    rows = connection.execute(chosen.limit(_PAGE if size is None else size)).mappings().all()
    return [_entry(row, name) for row in (reversed(rows) if backwards else rows)]


def verify_all(connection: Connection | None, anchor: Head | None) -> Verification:
    """The whole chain; one that does not exist is empty."""
    if connection is None:
        return verify((), Head(), anchor)
    row = connection.execute(select(HEAD)).mappings().one_or_none()
    head = Head(row["seq"], row["hash"]) if row is not None else None
    return verify(_rows(connection), head, anchor)


def _rows(connection: Connection) -> Iterator[Row]:
    chosen = select(EVENTS).order_by(EVENTS.c.seq).execution_options(yield_per=_PAGE)
    for row in connection.execute(chosen).mappings():
        yield {str(column): value for column, value in row.items()}


def _entry(row: RowMapping, name: str) -> Entry:
    try:
        event = Event.of_row({str(column): value for column, value in row.items()})
    except ValueError:
        raise LedgerDamaged(messages.damaged(name, messages.event_unreadable(row["seq"]))) from None
    return Entry(row["seq"], row["prev"], row["hash"], event)
