"""From what a database driver says to words of ours: its own text may hold values, addresses and credentials."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from remit.ledger import _messages as messages
from remit.ledger._errors import LedgerDamaged, LedgerError, LedgerFailed

WAIT_SECONDS = 30.0

_PRIMARY = 0xFF  # the extended codes of SQLite keep the kind of error in the lowest byte
_SQLITE: Mapping[int, Callable[[], str]] = {
    sqlite3.SQLITE_FULL: messages.disk_full,
    sqlite3.SQLITE_BUSY: lambda: messages.locked(WAIT_SECONDS),
    sqlite3.SQLITE_LOCKED: lambda: messages.locked(WAIT_SECONDS),
    sqlite3.SQLITE_READONLY: messages.not_writable,
    sqlite3.SQLITE_CANTOPEN: messages.not_openable,
    sqlite3.SQLITE_IOERR: messages.input_output,
    sqlite3.SQLITE_CORRUPT: messages.not_a_ledger,
    sqlite3.SQLITE_NOTADB: messages.not_a_ledger,
}
_SQLITE_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_POSTGRESQL: Mapping[str, Callable[[], str]] = {
    "08": messages.unreachable,
    "25006": messages.not_writable,
    "42501": messages.not_allowed,
    "53100": messages.disk_full,
    "55P03": lambda: messages.locked(WAIT_SECONDS),
    "57P": messages.unreachable,
}


@contextmanager
def failures(name: str) -> Iterator[None]:
    """Raises LedgerFailed or LedgerDamaged, about the ledger called `name`, for an error of its database."""
    try:
        yield
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise explained(name, error) from None


def explained(name: str, error: Exception) -> LedgerError:
    """What `error` means for the ledger called `name`."""
    origin = _origin(error)
    code = getattr(origin, "sqlite_errorcode", None)
    if isinstance(code, int) and code & _PRIMARY in _SQLITE_DAMAGE:
        return LedgerDamaged(messages.damaged(name, messages.not_a_ledger()))
    return LedgerFailed(messages.failed(name, cause(origin)))


def cause(error: BaseException) -> str:
    """Why, in a few words."""
    error = _origin(error)
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _sqlite_cause(error, code)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str) and state:
        return _postgresql_cause(error, state)
    # a connection that was never made, or is lost, has no state
    return messages.unreachable() if _is_lost(error) else messages.other_cause(type(error).__name__, "")


def _origin(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _sqlite_cause(error: BaseException, code: int) -> str:
    known = _SQLITE.get(code & _PRIMARY)
    return known() if known else messages.other_cause(type(error).__name__, getattr(error, "sqlite_errorname", ""))


def _postgresql_cause(error: BaseException, state: str) -> str:
    for length in (5, 3, 2):
        known = _POSTGRESQL.get(state[:length])
        if known:
            return known()
    return messages.other_cause(type(error).__name__, state)


def _is_lost(error: BaseException) -> bool:
    return type(error).__module__.startswith("psycopg") and type(error).__name__ in _LOST


_LOST = frozenset({"OperationalError", "ConnectionTimeout", "InterfaceError"})
