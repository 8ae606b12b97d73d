"""SQLite files that only their owner can read, safe for many processes at once."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from remit.ledger import _messages as messages
from remit.ledger._causes import WAIT_SECONDS, cause
from remit.ledger._errors import LedgerFailed

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
_OPENING = Lock()  # no thread opens a file while another still has its descriptor from creating it


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
    with _OPENING:
        if read_only:
            _refuse_link(path)
        else:
            _make_private(path)
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
        if path.is_symlink() or not path.exists():
            _create(path)
        _tighten(path)
    except OSError as error:
        raise LedgerFailed(messages.file_unsafe(path.name, error.strerror or "unknown cause")) from error


def _create(path: Path) -> None:
    """Fails for a link. Another process may be faster."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE))
    except FileExistsError:
        _refuse_link(path)


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise LedgerFailed(messages.file_unsafe(path.name, messages.is_link()))


def _tighten(path: Path) -> None:
    """By name: closing a descriptor of a file that exists would drop the locks that SQLite has on it in this process.

    Another process would then take the log for abandoned when it ends, and remove it with all that was committed.
    """
    if stat.S_IMODE(path.stat().st_mode) != PRIVATE_FILE:
        path.chmod(PRIVATE_FILE)


def _use_write_ahead_log(path: Path, engine: Engine) -> None:
    try:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise LedgerFailed(messages.file_unsafe(path.name, cause(error))) from None
