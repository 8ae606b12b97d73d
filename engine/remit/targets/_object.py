"""One key as it stands, or should stand, on a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from remit.resources import Money

Value: TypeAlias = str | int | bool | tuple[str, ...] | Money | datetime
"""The value of one property."""

IDENTITY = ("alias", "id", "marker")
GROUPS = ("caps", "user_caps", "budgets")


@dataclass(frozen=True, slots=True)
class KeyObject:
    """The same words for what is desired and what is observed, whatever the target calls them.

    None, or a name missing from a mapping, means that nothing bounds this property; `()` means none at all and
    0 means zero. `budgets` is by pool, as in `key.monthly` or `team.daily`. `id` is the target's own.
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

    @property
    def properties(self) -> dict[str, Value]:
        """Every bounded property by name (`models`, `caps.requests_per_minute`, `budgets.key.monthly`), flat."""
        flat: dict[str, Value] = {}
        for name in PLAIN:
            value = getattr(self, name)
            if value is not None:
                flat[name] = tuple(sorted(set(value))) if isinstance(value, tuple) else value
        for group in GROUPS:
            flat.update({f"{group}.{name}": value for name, value in sorted(getattr(self, group).items())})
        return flat

    def with_properties(self, flat: Mapping[str, Value]) -> KeyObject:
        """The same object (alias, id, marker) with exactly the properties in `flat`."""
        known: dict[str, Any] = {name: flat[name] for name in PLAIN if name in flat}
        for group in GROUPS:
            known[group] = {n.removeprefix(f"{group}."): v for n, v in flat.items() if n.startswith(f"{group}.")}
        return KeyObject(self.alias, self.id, self.marker, **known)

    def overlaid(self, other: KeyObject, changed: Iterable[str]) -> KeyObject:
        """This object with the properties named in `changed` as they are in `other`."""
        flat, theirs = self.properties, other.properties
        for name in changed:
            flat.pop(name, None)
            if name in theirs:
                flat[name] = theirs[name]
        return self.with_properties(flat)

    def __lt__(self, other: KeyObject) -> bool:
        return (self.alias, self.id) < (other.alias, other.id)

    def to_json(self) -> str:
        """Its JSON text."""
        return _ADAPTER.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> KeyObject:
        """The inverse of `to_json`. Raises ValueError when `text` is something else."""
        return _ADAPTER.validate_json(text)


PLAIN = tuple(f.name for f in fields(KeyObject) if f.name not in (*IDENTITY, *GROUPS))
_ADAPTER: TypeAdapter[KeyObject] = TypeAdapter(KeyObject)
