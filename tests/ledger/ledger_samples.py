"""Ledgers to look at and to break."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from remit.ledger import Event, Ledger, open_ledger

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TRIGGERS = ("events_follow", "events_stay", "events_remain", "head_advances", "head_remains", "head_is_one")


def event(number: int, **changed: str) -> Event:
    """One of many: another key each time, and each field filled in some of them."""
    texts = {"target": "gateway", "key": f"key-{number}", "before": None, "after": f'{{"n":{number}}}'}
    texts |= {"note": "ünïcode ✓"} if number % 2 else {"answer": "201"}
    return Event(NOW + number * MINUTE, **{"kind": "created", "actor": "ana", **texts, **changed})


def filled(place: Path | str, count: int) -> Ledger:
    """A ledger with so many events, each in its own transaction."""
    ledger = open_ledger(place)
    for number in range(1, count + 1):
        with ledger.writing() as writing:
            writing.append(event(number))
    return ledger


def copied(source: Path, directory: Path) -> Path:
    """A copy of a ledger that is closed."""
    return Path(shutil.copy(source, directory / "ledger.db"))


@contextmanager
def forced(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody who may do everything, and has taken the triggers away."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield connection


def verified(path: Path) -> int | None:
    """The number at which the chain of the ledger breaks; None when it holds."""
    ledger = open_ledger(path)
    try:
        found = ledger.verify()
    finally:
        ledger.close()
    return None if found.fault is None else found.fault.seq
