"""What was last applied, as the state keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter

from remit.ledger import Try
from remit.targets import TargetObject


@dataclass(frozen=True, slots=True)
class Retiring:
    """An object whose value was replaced, and that works until `until`, so that nobody is cut off in between."""

    id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Applied:
    """What was last written: the target's id and exactly the properties that Remit answered for.

    `issued`: since when the value is in use. `retiring`: former objects of the same key that may still work.
    `uncertain`: a rotation was cut short, so that the value which was delivered last may be another one.
    """

    key: TargetObject
    bundle: str
    commit: str | None
    issued: datetime | None = None
    retiring: tuple[Retiring, ...] = ()
    uncertain: bool = False

    def document(self) -> str:
        """Its JSON text, without bundle and commit, which the ledger keeps beside it."""
        return _ADAPTER.dump_json(_Document(self.key, self.issued, self.retiring, self.uncertain)).decode()

    @classmethod
    def of_document(cls, text: str, bundle: str, commit: str | None) -> Applied:
        """The inverse; version 0.1.0 wrote the object alone. Raises ValueError for anything else."""
        data = json.loads(text)
        if isinstance(data, dict) and "alias" in data:
            return cls(TargetObject.from_json(text), bundle, commit)
        found = _ADAPTER.validate_json(text)
        return cls(found.key, bundle, commit, found.issued, found.retiring, found.uncertain)


@dataclass(frozen=True, slots=True)
class _Document:
    key: TargetObject
    issued: datetime | None = None
    retiring: tuple[Retiring, ...] = ()
    uncertain: bool = False


_ADAPTER: TypeAdapter[_Document] = TypeAdapter(_Document)


@dataclass(frozen=True, slots=True)
class TargetMemory:
    """By key: what was applied, and the nonce of each creation whose value is not known to be delivered.

    By name: what was noted. And the commits that were last attempted and last applied.
    """

    applied: Mapping[str, Applied] = field(default_factory=dict)
    intents: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    attempted: Try | None = None
    succeeded: Try | None = None


Memory = Mapping[str, TargetMemory]
NOTHING = TargetMemory()
