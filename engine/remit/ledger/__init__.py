"""The audit chain, and what Remit remembers between runs: in SQLite or PostgreSQL."""

from remit.ledger._chain import GENESIS, Entry, Fault, Head, Verification
from remit.ledger._errors import (
    LeaseGone,
    LeaseTaken,
    LedgerDamaged,
    LedgerError,
    LedgerFailed,
    LedgerNewer,
    LedgerOlder,
)
from remit.ledger._event import APPROVED, EVENT_KINDS, RELEASED, Event
from remit.ledger._ledger import Ledger, ledger_of, open_ledger
from remit.ledger._place import ledger_place
from remit.ledger._records import Approval, Intent, Lease, Record, Records, TargetRecords, Try
from remit.ledger._sqlite import open_sqlite
from remit.ledger._writing import Writing

__all__ = [
    "APPROVED",
    "EVENT_KINDS",
    "GENESIS",
    "RELEASED",
    "Approval",
    "Entry",
    "Event",
    "Fault",
    "Head",
    "Intent",
    "Lease",
    "LeaseGone",
    "LeaseTaken",
    "Ledger",
    "LedgerDamaged",
    "LedgerError",
    "LedgerFailed",
    "LedgerNewer",
    "LedgerOlder",
    "Record",
    "Records",
    "TargetRecords",
    "Try",
    "Verification",
    "Writing",
    "ledger_of",
    "ledger_place",
    "open_ledger",
    "open_sqlite",
]
