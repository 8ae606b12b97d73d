"""SQLite files that only their owner can read, safe for many processes at once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from remit.ledger import _messages as messages
from remit.ledger._causes import WAIT_SECONDS, cause
from remit.ledger._errors import LedgerFailed

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


def _as_it_is(connection: sqlite3.Connection) -> None:
    """Nothing to set."""


def open_sqlite(
    path: Path,
    *,
    read_only: bool = False,
    keep_open: bool = False,
    prepare: Callable[[sqlite3.Connection], None] = _as_it_is,
) -> Engine:
    """An engine for the file at `path`, in WAL mode; each transaction of a writer takes the write lock at once.

    A writer creates the file, and tightens its mode to 0600; what it commits is on disk. `keep_open` pools
    connections, which then must not cross a fork; `prepare` is called with each. Raises LedgerFailed for a link, or
    a file that cannot be opened.
    """
    if not read_only:
        _make_private(path)
    elif path.is_symlink():
        raise LedgerFailed(messages.file_unsafe(path.name, "it is a symbolic link"))
    address = f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rw'}"

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        made.execute("PRAGMA synchronous=FULL")
        prepare(made)
        return made

    pool = QueuePool if keep_open else NullPool
    engine = create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True)
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: _begin(connection, begin))
    if not read_only:
        _use_write_ahead_log(path, engine)
    return engine


def _begin(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def _make_private(path: Path) -> None:
    """The mode is set before SQLite opens the file; its `-wal` and `-shm` files inherit it."""
    try:
        path.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    except OSError as error:
        raise LedgerFailed(messages.file_unsafe(path.name, error.strerror or "unknown cause")) from error
    try:
        os.fchmod(descriptor, PRIVATE_FILE)
    finally:
        os.close(descriptor)


def _use_write_ahead_log(path: Path, engine: Engine) -> None:
    try:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise LedgerFailed(messages.file_unsafe(path.name, cause(error))) from None
