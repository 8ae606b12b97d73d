"""What can go wrong with the ledger.

LedgerError
├── LedgerFailed    it cannot be read or written: disk full, locked, unreachable, not allowed
├── LedgerNewer     a newer Remit wrote it; carries both versions
├── LedgerOlder     reading would need a migration, which reading never does; carries both versions
├── LedgerDamaged   what is there is not what Remit wrote
├── LeaseTaken      another run is at work on a target; carries the target, its holder and until when
└── LeaseGone       a run has not, or no longer, the lease it needs to go on; carries the target
"""

from __future__ import annotations

from datetime import datetime

from remit.ledger import _messages as messages


class LedgerError(Exception):
    """One sentence; never a connection string, a password or the value of a key."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class LedgerFailed(LedgerError):
    """The database said no. Nothing of the transaction was kept."""


class LedgerNewer(LedgerError):
    """Nothing was read or written."""

    def __init__(self, name: str, found: int, known: int) -> None:
        super().__init__(messages.newer(name, found, known))
        self.found = found
        self.known = known


class LedgerOlder(LedgerError):
    """Nothing was read; the next writing brings the ledger up to date."""

    def __init__(self, name: str, found: int, known: int) -> None:
        super().__init__(messages.older(name, found, known))
        self.found = found
        self.known = known


class LedgerDamaged(LedgerError):
    """Nothing was written."""


class LeaseTaken(LedgerError):
    """The target is left to the other run."""

    def __init__(self, target: str, holder: str, until: datetime) -> None:
        super().__init__(messages.lease_taken(target, holder, until.isoformat(timespec="seconds")))
        self.target = target
        self.holder = holder
        self.until = until


class LeaseGone(LedgerError):
    """Nothing of the transaction was kept."""

    def __init__(self, target: str) -> None:
        super().__init__(messages.lease_lost(target))
        self.target = target
