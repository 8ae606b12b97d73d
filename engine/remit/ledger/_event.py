"""One thing that happened: who did what, why, what was before and after, and what the target answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType

from remit.ledger import _messages as messages
from remit.ledger._instant import instant, stamp

APPROVED = "approved"
RELEASED = "released"
TAKEN_OVER = "taken-over"
EVENT_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "intended": "something is about to be done; `note` says what",
        "created": "an object was created",
        "updated": "an object was changed",
        "disabled": "a key was switched off",
        "deleted": "an object was deleted",
        "adopted": "an object that existed was taken under management",
        "rotated": "a key got a new value in place of its old one",
        "delivered": "the value of a key went to where it is declared to go, which `note` names",
        "failed": "something was tried and did not succeed; `note` says what and `cause` why",
        "verified": "what was written was read back; `note` says whether it is in force",
        "blocked": "a change was held back; `note` says which and `cause` why",
        RELEASED: "a person took the lease of a run away; `note` names the run and `cause` says why",
        APPROVED: "a person approved a commit",
        TAKEN_OVER: "what version 0.1.0 remembered was taken over",
    }
)
"""The kinds that Remit writes, and what each means. Others are accepted."""

_KIND = re.compile(r"[a-z][a-z0-9]*([-.][a-z0-9]+)*")
# PostgreSQL keeps no NUL, and half a surrogate pair is no UTF-8; both can come in the answer of a target
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is aware. `before` and `after` are JSON texts. No field may hold the value of a key or a credential.

    Raises ValueError for a kind that is no name, no actor, or an instant without a zone. Characters that no database
    keeps become U+FFFD.
    """

    at: datetime
    kind: str
    actor: str
    run: str | None = None
    target: str | None = None
    key: str | None = None
    plan: str | None = None
    bundle: str | None = None
    commit: str | None = None
    approval: str | None = None
    before: str | None = None
    after: str | None = None
    answer: str | None = None
    note: str | None = None
    cause: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(messages.naive_instant())
        if not _KIND.fullmatch(self.kind):
            raise ValueError(messages.bad_kind(self.kind))
        if not self.actor:
            raise ValueError(messages.no_actor())
        for name in _TEXTS:
            text = getattr(self, name)
            if text is not None and _UNKEEPABLE.search(text):
                object.__setattr__(self, name, _UNKEEPABLE.sub("\ufffd", text))

    def row(self) -> dict[str, str | None]:
        """What stands in the columns of its row."""
        return {"at": stamp(self.at)} | {name: getattr(self, name) for name in _TEXTS}

    @classmethod
    def of_row(cls, row: Mapping[str, object]) -> Event:
        """The event of such columns. Raises ValueError when they are not what `row` gave."""
        texts = {name: _text(row[name]) for name in _TEXTS}
        at, kind, actor = _text(row["at"]), texts.pop("kind"), texts.pop("actor")
        return cls(instant(at or ""), kind or "", actor or "", **texts)


FIELDS = tuple(each.name for each in fields(Event))
_TEXTS = FIELDS[1:]


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError(type(value).__name__)
