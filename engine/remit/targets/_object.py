"""One object as it stands, or should stand, on a target: a key, or a team or project that holds keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter

from remit.resources import Money

Value: TypeAlias = str | int | bool | tuple[str, ...] | Money | datetime
"""The value of one property."""

Kind = Literal["team", "project", "key"]
"""`team` and `project` are spaces: what some targets hold keys in, with bounds that all of them share."""

IDENTITY = ("alias", "id", "marker", "kind")
GROUPS = ("caps", "user_caps", "model_caps", "budgets", "alerts")
GENERATION = "~"


@dataclass(frozen=True, slots=True)
class TargetObject:
    """The same words for what is desired and what is observed, whatever the target calls them.

    None, or a name missing from a mapping, means that nothing bounds this property; `()` means none at all and
    0 means zero. `budgets` is by pool, as in `key.monthly` or `team.daily`; `model_caps` by cap and model, as in
    `requests_per_minute.swift`; `alerts` by pool, with the parts of the budget at which somebody is told, as in `80%`.
    `id` is the target's own, and no other object of any kind has it.
    """

    alias: str
    id: str = ""
    marker: str = ""
    team: str | None = None
    project: str | None = None
    environment: str | None = None
    models: tuple[str, ...] | None = None
    scopes: tuple[str, ...] | None = None
    purposes: tuple[str, ...] | None = None
    data_classes: tuple[str, ...] | None = None
    caps: Mapping[str, int] = field(default_factory=dict)
    user_caps: Mapping[str, int] = field(default_factory=dict)
    budgets: Mapping[str, Money] = field(default_factory=dict)
    expires: datetime | None = None
    enabled: bool = True
    kind: Kind = "key"
    model_caps: Mapping[str, int] = field(default_factory=dict)
    alerts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def slot(self) -> str:
        """What plans, markers and the ledger call it: `ranker-prod`, or `team:search`. Generations share a slot."""
        return slot_of(self.kind, self.alias.partition(GENERATION)[0])

    @property
    def properties(self) -> dict[str, Value]:
        """Every bounded property by name (`models`, `caps.requests_per_minute`, `budgets.key.monthly`), flat."""
        flat: dict[str, Value] = {}
        for name in PLAIN:
            value = getattr(self, name)
            if value is not None:
                flat[name] = tuple(sorted(set(value))) if isinstance(value, tuple) else value
        for group in GROUPS:
            held = getattr(self, group)
            if held:
                flat.update({f"{group}.{name}": held[name] for name in sorted(held)})
        return flat

    def with_properties(self, flat: Mapping[str, Value]) -> TargetObject:
        """The same object (alias, id, marker) with exactly the properties in `flat`."""
        known: dict[str, Any] = {group: {} for group in GROUPS}
        for name, value in flat.items():
            group, dot, rest = name.partition(".")
            if dot:
                known[group][rest] = value
            elif name in PLAIN:
                known[name] = value
        return TargetObject(self.alias, self.id, self.marker, kind=self.kind, **known)

    def overlaid(self, other: TargetObject, changed: Iterable[str]) -> TargetObject:
        """This object with the properties named in `changed` as they are in `other`."""
        flat, theirs = self.properties, other.properties
        for name in changed:
            flat.pop(name, None)
            if name in theirs:
                flat[name] = theirs[name]
        return self.with_properties(flat)

    def __lt__(self, other: TargetObject) -> bool:
        return (self.kind, self.alias, self.id) < (other.kind, other.alias, other.id)

    def to_json(self) -> str:
        """Its JSON text."""
        return _ADAPTER.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> TargetObject:
        """The inverse of `to_json`. Raises ValueError when `text` is something else."""
        return _ADAPTER.validate_json(text)


def slot_of(kind: Kind, name: str) -> str:
    """The slot of a declared key, team or project."""
    return name if kind == "key" else f"{kind}:{name}"


def kind_of(slot: str) -> Kind:
    """The inverse, as far as the kind goes."""
    kind, colon, _ = slot.partition(":")
    return "key" if not colon else "team" if kind == "team" else "project"


PLAIN = tuple(f.name for f in fields(TargetObject) if f.name not in (*IDENTITY, *GROUPS))
_ADAPTER: TypeAdapter[TargetObject] = TypeAdapter(TargetObject)
