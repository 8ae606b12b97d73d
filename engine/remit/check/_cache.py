"""A cache of what reading a file gave, in the user's own cache directory.

It is an optimisation and nothing else: an entry that is missing, damaged or swapped is not there, a directory that
others could write to is not used, and deleting it is always safe. It never stands inside the tree that is
checked, where a pull request could fill it.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

MAX_BYTES = 256 * 1024 * 1024
_FLUSH_ENTRIES = 1_000
_DIGEST_BYTES = 32
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    key TEXT PRIMARY KEY, size INTEGER NOT NULL, run INTEGER NOT NULL, value BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS ages ON entries (run, size);
"""
_T = TypeVar("_T")


def cache_directory(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """`$REMIT_CACHE_DIR`, or `remit` in the platform's cache directory of this user."""
    variables = os.environ if environment is None else environment
    if own := variables.get("REMIT_CACHE_DIR"):
        return Path(own)
    if platform == "win32":
        return Path(variables.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "remit" / "cache"
    if platform == "darwin":
        return Path.home() / "Library/Caches/remit"
    return Path(variables.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "remit"


def open_cache(tree: Path, directory: Path | None = None, *, max_bytes: int = MAX_BYTES) -> DiskCache | None:
    """The cache for checking the tree at `tree`; None when its directory is inside that tree or not safely ours."""
    place = (directory or cache_directory()).absolute()
    if place.resolve().is_relative_to(tree.resolve()):
        return None
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return DiskCache(place / "check.db", max_bytes=max_bytes) if _is_ours(place) else None
    except OSError:
        return None


def _is_ours(directory: Path) -> bool:
    """Whether only this user can write there."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    if sys.platform == "win32":  # rights are inherited from the user's profile there
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


class DiskCache:
    """Bytes by key in one SQLite file; use as a context manager, or call `close`, to keep what was put.

    Each value carries a digest of key and value. When all values exceed `max_bytes`, those that were not used for
    the most runs go first.
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._put: dict[str, bytes] = {}
        self._used: set[str] = set()
        self._connection: sqlite3.Connection | None = None
        self._run = 0
        self._open()

    def get(self, key: str) -> bytes | None:
        """What was put under `key`; None when there is nothing, or nothing sound."""
        if key in self._put:
            return self._put[key]
        rows = self._try(
            lambda database: database.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchall()
        )
        value = _unseal(key, rows[0][0]) if rows else None
        if value is not None:
            self._used.add(key)
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keep `value`; it reaches the disk in batches."""
        self._put[key] = value
        if len(self._put) >= _FLUSH_ENTRIES:
            self._flush()

    def close(self) -> None:
        """Write what is not yet written, and let go of the file."""
        self._flush()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _open(self) -> None:
        def prepare() -> None:
            self._connection = _connect(self._path)
            run = self._connection.execute("SELECT coalesce(max(run), 0) + 1 FROM entries").fetchone()[0]
            self._run = int(run)

        try:
            prepare()
        except sqlite3.DatabaseError:  # not a database, or not ours: start over, once
            self._discard()
            try:
                prepare()
            except (sqlite3.Error, OSError):
                self._discard()
        except OSError:
            self._discard()

    def _discard(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        for suffix in ("", "-wal", "-shm"):
            try:
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            except OSError:
                return

    def _try(self, action: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """What `action` gives; None when the file is damaged, locked or full, which costs time and nothing else."""
        if self._connection is None:
            return None
        try:
            return action(self._connection)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            self._discard()
            return None

    def _flush(self) -> None:
        self._try(self._write)
        self._put.clear()
        self._used.clear()

    def _write(self, database: sqlite3.Connection) -> None:
        rows = [(key, len(value), self._run, _seal(key, value)) for key, value in self._put.items()]
        with database:
            database.executemany("INSERT OR REPLACE INTO entries (key, size, run, value) VALUES (?, ?, ?, ?)", rows)
            size = database.execute("SELECT coalesce(sum(size), 0) FROM entries").fetchone()[0]
            if size > self._max_bytes // 2:  # before that nothing goes soon, so it does not matter what was used
                used = [(self._run, key) for key in self._used]
                database.executemany("UPDATE entries SET run = ? WHERE key = ?", used)
            self._trim(database, size - self._max_bytes)

    def _trim(self, database: sqlite3.Connection, excess: int) -> None:
        if excess <= 0:
            return
        goners = []
        for key, length in database.execute("SELECT key, size FROM entries ORDER BY run, key"):
            if excess <= 0:
                break
            goners.append((key,))
            excess -= length
        database.executemany("DELETE FROM entries WHERE key = ?", goners)


def _connect(path: Path) -> sqlite3.Connection:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    os.close(descriptor)
    database = sqlite3.connect(path, timeout=1.0)
    try:
        # a lost batch is only work to do again
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA secure_delete = OFF")
        database.executescript(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _digest(key: str, value: bytes) -> bytes:
    return sha256(key.encode() + b"\0" + value).digest()


def _seal(key: str, value: bytes) -> bytes:
    return _digest(key, value) + value


def _unseal(key: str, stored: object) -> bytes | None:
    if not isinstance(stored, bytes):
        return None
    value = stored[_DIGEST_BYTES:]
    return value if stored[:_DIGEST_BYTES] == _digest(key, value) else None
