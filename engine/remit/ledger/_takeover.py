"""The state of version 0.1.0, `reconcile.db`: read while there is no ledger, and taken over when there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from remit.ledger import _messages as messages
from remit.ledger._causes import failures
from remit.ledger._errors import LedgerDamaged
from remit.ledger._instant import stamp
from remit.ledger._sqlite import open_sqlite

FILE = "reconcile.db"

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Former:
    """Rows for the tables of the same names."""

    applied: tuple[Row, ...] = ()
    intents: tuple[Row, ...] = ()
    leases: tuple[Row, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.applied or self.intents or self.leases)


_APPLIED = 'SELECT target, "key", object AS document, bundle, "commit" FROM applied'
_INTENTS = 'SELECT target, "key", nonce, "plan" FROM intents'
_LEASES = 'SELECT target, holder, expires AS "until" FROM leases'


def former(path: Path | None) -> Former:
    """What stands in the file at `path`; nothing where there is none. Raises LedgerFailed and LedgerDamaged."""
    if path is None or not (path.is_symlink() or path.exists()):
        return Former()
    with failures(path.name), open_sqlite(path, read_only=True).begin() as connection:
        applied, intents, leases = (
            tuple(dict(row) for row in connection.execute(text(query)).mappings())
            for query in (_APPLIED, _INTENTS, _LEASES)
        )
    return Former(applied, intents, tuple(_restamped(row, path.name) for row in leases))


def _restamped(row: Row, name: str) -> Row:
    try:
        return row | {"until": stamp(datetime.fromisoformat(row["until"]))}
    except (ValueError, TypeError):
        raise LedgerDamaged(messages.damaged(name, messages.row_unreadable("leases"))) from None
