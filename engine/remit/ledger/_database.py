"""What the ledger needs of a database: transactions that read one state, and transactions that write alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

_T = TypeVar("_T")


class Database(Protocol):
    """A file or a server. Every transaction may raise LedgerFailed and LedgerDamaged."""

    @property
    def name(self) -> str:
        """For messages; never an address."""
        ...

    @property
    def exists(self) -> bool:
        """Whether there is something to read; a server is always there."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state and changes nothing."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction; with a file, the only one that writes."""
        ...

    def lock_layout(self, connection: Connection) -> None:
        """Until the transaction ends, nobody else changes the tables."""
        ...

    def lock_chain(self, connection: Connection) -> None:
        """Until the transaction ends, nobody else writes."""
        ...

    def close(self) -> None:
        """Give back what this process holds open."""
        ...


class PerProcess(Generic[_T]):
    """What must not cross a fork: each process makes its own."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._made: dict[int, _T] = {}

    def get(self) -> _T:
        """The one of this process. Threads that come first at once get the same one."""
        process = os.getpid()
        found = self._made.get(process)
        return found if found is not None else self._made.setdefault(process, self._make())

    def take(self) -> _T | None:
        """The one of this process, if there is one, which is then no longer known here."""
        return self._made.pop(os.getpid(), None)
