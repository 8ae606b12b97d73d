"""Where the ledger is: a file below the state directory, or what `REMIT_LEDGER` says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from remit.ledger import _messages as messages
from remit.ledger._errors import LedgerFailed

VARIABLE = "REMIT_LEDGER"
FILE = "ledger.db"

_POSTGRESQL = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def ledger_place(environ: Mapping[str, str], state_dir: Path) -> Path | str:
    """What the environment says, or `ledger.db` in `state_dir`."""
    return environ.get(VARIABLE, "").strip() or state_dir / FILE


def located(place: Path | str) -> Path | URL:
    """A file, or the URL of a PostgreSQL database for psycopg 3. Raises LedgerFailed."""
    if isinstance(place, Path) or "://" not in place:
        return Path(place)
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise LedgerFailed(messages.bad_address()) from None
    if url.drivername == "sqlite":
        return _file(url)
    if url.drivername not in _POSTGRESQL:
        raise LedgerFailed(messages.unknown_scheme(url.drivername))
    return url.set(drivername="postgresql+psycopg")


def _file(url: URL) -> Path:
    if url.host or not url.database or url.query or url.database == ":memory:":
        raise LedgerFailed(messages.bad_address())
    return Path(url.database)
