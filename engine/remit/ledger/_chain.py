"""The hash chain: what links one event to the one before it, and how a break is found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from remit.ledger import _messages as messages
from remit.ledger._event import FIELDS, Event

GENESIS = "0" * 64
_ANCHOR = re.compile(r"(?P<seq>0|[1-9][0-9]{0,17}):(?P<hash>[0-9a-f]{64})")

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The end of the chain, or a point in it: the number of an event, 0 for none, and its hash."""

    seq: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """From `12:9f86d0…`, as `str` writes it. Raises ValueError."""
        found = _ANCHOR.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError(messages.bad_anchor())
        return cls(int(found["seq"]), found["hash"])


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place."""

    seq: int
    prev: str
    hash: str
    event: Event

    def content(self) -> dict[str, int | str]:
        """The columns of its row that are not null: what the hash is computed from, and the hash."""
        texts = {name: value for name, value in self.event.row().items() if value is not None}
        return {"seq": self.seq, **texts, "prev": self.prev, "hash": self.hash}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where the chain breaks; everything before it is as it was written."""

    seq: int
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """`events` counts those that hold, up to `head`."""

    events: int
    head: Head
    fault: Fault | None = None

    @property
    def ok(self) -> bool:
        """Whether the whole chain holds."""
        return self.fault is None


def digest(seq: int, prev: str, row: Row) -> str:
    """SHA-256 over the canonical JSON of an event's columns, its number and the hash before it.

    Fields that are null are left out, so that a later version can add some. Raises TypeError for a column that is
    neither text nor null.
    """
    content = {name: row[name] for name in FIELDS if row[name] is not None}
    if not all(isinstance(value, str) for value in content.values()):
        raise TypeError(seq)
    text = json.dumps({**content, "seq": seq, "prev": prev}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def verify(rows: Iterable[Row], head: Head | None, anchor: Head | None = None) -> Verification:
    """Check `rows`, which are in the order of their numbers, against the recorded `head` and a point known before."""
    last = Head()
    for row in rows:
        fault = _broken(last, row) or _unanchored(anchor, row)
        if fault is not None:
            return Verification(last.seq, last, fault)
        last = Head(last.seq + 1, str(row["hash"]))
    return Verification(last.seq, last, _ended(last, head, anchor))


def _broken(last: Head, row: Row) -> Fault | None:
    seq = row["seq"]
    wanted = last.seq + 1
    if not isinstance(seq, int) or seq < wanted:
        return Fault(wanted, messages.unexpected(seq))
    if seq > wanted:
        return Fault(wanted, messages.missing(wanted))
    if row["prev"] != last.hash:
        return Fault(seq, messages.unlinked(seq))
    return None if row["hash"] == _digest_or_nothing(seq, last.hash, row) else Fault(seq, messages.altered(seq))


def _digest_or_nothing(seq: int, prev: str, row: Row) -> str:
    try:
        return digest(seq, prev, row)
    except (TypeError, UnicodeEncodeError):
        return ""


def _unanchored(anchor: Head | None, row: Row) -> Fault | None:
    if anchor is None or row["seq"] != anchor.seq or row["hash"] == anchor.hash:
        return None
    return Fault(anchor.seq, messages.anchor_differs(anchor.seq))


def _ended(last: Head, head: Head | None, anchor: Head | None) -> Fault | None:
    if head is not None and head.seq > last.seq:
        return Fault(last.seq + 1, messages.truncated(last.seq, head.seq))
    if anchor is not None and anchor.seq > last.seq:
        return Fault(last.seq + 1, messages.truncated(last.seq, anchor.seq))
    if head != last:
        return Fault(last.seq, messages.head_altered(last.seq))
    if anchor is not None and anchor.seq == 0 and anchor != Head():
        return Fault(0, messages.anchor_differs(0))
    return None
