"""Counterparts to test against: small stateful servers that speak a vendor's API, and break on demand.

A fake runs in the process (`Fake.client`) or on a loopback socket (`Loopback`); both play the same faults.
"""

from fakes._clock import Clock
from fakes._fake import Fake
from fakes._faults import (
    Broken,
    Dropped,
    Duplicated,
    Extra,
    Fault,
    Faults,
    Html,
    Refused,
    Stale,
    Status,
    Timeout,
    Truncated,
)
from fakes._journal import Entry, Journal
from fakes._loopback import Loopback
from fakes._wire import Reply, Request

__all__ = [
    "Broken",
    "Clock",
    "Dropped",
    "Duplicated",
    "Entry",
    "Extra",
    "Fake",
    "Fault",
    "Faults",
    "Html",
    "Journal",
    "Loopback",
    "Refused",
    "Reply",
    "Request",
    "Stale",
    "Status",
    "Timeout",
    "Truncated",
]
