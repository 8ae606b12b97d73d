"""SQLite files that only their owner can read, safe for many processes at once."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from remit.targets import _messages as messages
from remit.targets._errors import SettingsInvalid, Unreadable

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
_BUSY_SECONDS = 30.0


def below(root: Path, relative: str) -> Path:
    """`root/relative`. Raises SettingsInvalid when that would not stay below `root`."""
    parts = relative.split("/")
    if not relative or relative.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise SettingsInvalid(messages.path_outside(relative))
    return root.joinpath(*parts)


def open_sqlite(path: Path, *, read_only: bool = False, keep_open: bool = False) -> Engine:
    """An engine for the file at `path`, in WAL mode; each transaction of a writer takes the write lock at once.

    A writer creates the file, and tightens its mode to 0600. `keep_open` pools connections, which then must not
    cross a fork. Raises Unreadable for a link, or a file that cannot be opened.
    """
    if not read_only:
        _make_private(path)
    elif path.is_symlink():
        raise Unreadable(messages.file_unsafe(path.name, "it is a symbolic link"))
    address = f"file:{quote(str(path.absolute()))}?mode={'ro' if read_only else 'rw'}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool if keep_open else NullPool)
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: _begin(connection, begin))
    if not read_only:
        _use_write_ahead_log(path, engine)
    return engine


def _begin(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def _make_private(path: Path) -> None:
    """The mode is set before SQLite opens the file; its `-wal` and `-shm` files inherit it."""
    path.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    except OSError as error:
        raise Unreadable(messages.file_unsafe(path.name, error.strerror or "unknown cause")) from error
    try:
        os.fchmod(descriptor, PRIVATE_FILE)
    finally:
        os.close(descriptor)


def _use_write_ahead_log(path: Path, engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    except sqlite3.Error as error:
        raise Unreadable(messages.file_unsafe(path.name, str(error))) from None
    finally:
        connection.close()
