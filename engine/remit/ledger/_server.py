"""A ledger in PostgreSQL: for runners on many machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, text

from remit.ledger import _messages as messages
from remit.ledger._causes import WAIT_SECONDS, failures
from remit.ledger._database import PerProcess
from remit.ledger._errors import LedgerFailed

_CONNECT_SECONDS = 10
_LAYOUT_LOCK = 0x72656D6974  # "remit"; an arbitrary number that no other program is likely to take


class ServerDatabase:
    """The database at `url`, which is never shown."""

    name = "postgresql"
    exists = True

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = PerProcess(self._open)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See Database."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with failures(self.name), self._engine.get().execution_options(**options).begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See Database."""
        options = {"isolation_level": "READ COMMITTED"}  # after waiting for the lock, the newest head is seen
        with failures(self.name), self._engine.get().execution_options(**options).begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS:.0f}s'"))
            yield connection

    def lock_layout(self, connection: Connection) -> None:
        """See Database."""
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LAYOUT_LOCK})"))

    def lock_chain(self, connection: Connection) -> None:
        """See Database. Every writer goes through the one row that says where the chain ends."""
        connection.execute(text("SELECT seq FROM head FOR UPDATE"))

    def close(self) -> None:
        """See Database."""
        if (engine := self._engine.take()) is not None:
            engine.dispose()

    def _open(self) -> Engine:
        timeout = {} if "connect_timeout" in self._url.query else {"connect_timeout": _CONNECT_SECONDS}
        try:
            return create_engine(self._url, pool_pre_ping=True, hide_parameters=True, connect_args=timeout)
        except ModuleNotFoundError:
            raise LedgerFailed(messages.failed(self.name, messages.no_driver())) from None
