"""Bringing a ledger to the layout that this Remit knows."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, inspect, select, text

from remit.ledger import _messages as messages
from remit.ledger._database import Database
from remit.ledger._errors import LedgerDamaged, LedgerNewer, LedgerOlder
from remit.ledger._migrations import MIGRATIONS
from remit.ledger._tables import SCHEMA_VERSION


def version(connection: Connection, name: str) -> int:
    """The version of the ledger called `name`; 0 where there is none yet. Raises LedgerDamaged."""
    if not inspect(connection).has_table(SCHEMA_VERSION.name):
        return 0
    found = connection.execute(select(SCHEMA_VERSION.c.version)).scalar_one_or_none()
    if not isinstance(found, int) or found < 1:
        raise LedgerDamaged(messages.damaged(name, messages.no_version()))
    return found


def is_readable(connection: Connection, name: str) -> bool:
    """Whether there is a ledger to read. Raises LedgerNewer, LedgerOlder and LedgerDamaged."""
    found, known = require_known(connection, name), MIGRATIONS[-1].version
    if 0 < found < known:
        raise LedgerOlder(name, found, known)
    return found == known


def migrate(database: Database, begin: Callable[[Connection], None]) -> None:
    """Every migration that is missing, in order, all in one transaction; `begin` fills a ledger that is new.

    A newer ledger is not even opened for writing. Raises LedgerNewer, LedgerDamaged and LedgerFailed.
    """
    if database.exists and _found(database) == MIGRATIONS[-1].version:
        return
    with database.writing() as connection:
        database.lock_layout(connection)
        found = require_known(connection, database.name)
        for migration in MIGRATIONS:
            if migration.version > found:
                _migrated(connection, migration.version, migration.statements[connection.dialect.name])
        if found == 0:
            begin(connection)


def _found(database: Database) -> int:
    with database.reading() as connection:
        return require_known(connection, database.name)


def require_known(connection: Connection, name: str) -> int:
    """Its version. Raises LedgerNewer and LedgerDamaged."""
    found, known = version(connection, name), MIGRATIONS[-1].version
    if found > known:
        raise LedgerNewer(name, found, known)
    return found


def _migrated(connection: Connection, made: int, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
    change = "INSERT INTO schema_version (one, version) VALUES (1, :made)"
    change = change if made == 1 else "UPDATE schema_version SET version = :made"
    connection.execute(text(change), {"made": made})
