"""A ledger in a file: SQLite, for the runs of one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine

from remit.ledger import _messages as messages
from remit.ledger._causes import WAIT_SECONDS, failures
from remit.ledger._database import PerProcess
from remit.ledger._errors import LedgerFailed
from remit.ledger._sqlite import open_sqlite


class FileDatabase:
    """The file at `path`; the first transaction that writes creates it, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = PerProcess(self._open_reader)
        self._writer = PerProcess(self._open_writer)
        self._turn = PerProcess(Lock)

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._path.name

    @property
    def exists(self) -> bool:
        """Whether the file is there; a link that leads nowhere is."""
        return self._path.is_symlink() or self._path.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See Database."""
        with failures(self.name), self._reader.get().begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See Database. Threads of one process take turns in the order in which they come; SQLite's lock has none."""
        turn = self._turn.get()
        if not turn.acquire(timeout=WAIT_SECONDS):
            raise LedgerFailed(messages.failed(self.name, messages.locked(WAIT_SECONDS)))
        try:
            with failures(self.name), self._writer.get().begin() as connection:
                yield connection
        finally:
            turn.release()

    def lock_layout(self, connection: Connection) -> None:
        """Writing has the whole file."""

    def lock_chain(self, connection: Connection) -> None:
        """Writing has the whole file."""

    def close(self) -> None:
        """See Database."""
        for each in (self._reader, self._writer):
            if (engine := each.take()) is not None:
                engine.dispose()

    def _open_reader(self) -> Engine:
        return open_sqlite(self._path, read_only=True, keep_open=True, prepare=_keep_bytes)

    def _open_writer(self) -> Engine:
        return open_sqlite(self._path, keep_open=True, prepare=_keep_bytes)


def _keep_bytes(connection: sqlite3.Connection) -> None:
    """A text that somebody made invalid must be found by the chain, not stop its reading."""
    connection.text_factory = _text


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
