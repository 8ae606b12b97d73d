"""Whose is each key on a target? Only what is certainly ours is ever touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from remit.targets import Marker, TargetObject, kind_of

Ownership = Literal["owned", "pending", "unmarked", "foreign", "copied"]


@dataclass(frozen=True, slots=True)
class Census:
    """Our objects by slot (more than one where a creation was repeated), and strangers by slot."""

    ours: Mapping[str, tuple[TargetObject, ...]]
    strangers: Mapping[str, tuple[TargetObject, Ownership]]
    unmanaged: int

    @property
    def managed(self) -> int:
        """How many keys are ours."""
        return sum(each.kind == "key" for objects in self.ours.values() for each in objects)

    def known(self, key: str, object_id: str) -> TargetObject | None:
        """Our object of this key with this id."""
        return next((each for each in self.ours.get(key, ()) if each.id == object_id), None)


def census(keys: tuple[TargetObject, ...], organization: str, intents: Mapping[str, str]) -> Census:
    """`intents` maps a key to the nonce of its unfinished creation."""
    ours: dict[str, list[TargetObject]] = {}
    strangers: dict[str, tuple[TargetObject, Ownership]] = {}
    unmanaged = 0
    for each in keys:
        ownership, name = owner(each, organization, intents)
        if ownership in ("owned", "pending"):
            ours.setdefault(name, []).append(each)
        else:
            unmanaged += each.kind == "key"
            strangers.setdefault(each.slot, (each, ownership))
    return Census({name: tuple(objects) for name, objects in ours.items()}, strangers, unmanaged)


def owner(key: TargetObject, organization: str, intents: Mapping[str, str]) -> tuple[Ownership, str]:
    """(whose it is, the name of our key or "")."""
    if not key.marker:
        return "unmarked", ""
    marker = Marker.parse(key.marker)
    if marker is None or marker.organization != organization or kind_of(marker.key) != key.kind:
        return "foreign", ""
    if marker.object_id == key.id:
        return "owned", marker.key
    if marker.nonce is None:
        return "copied", ""
    ours = intents.get(marker.key) == marker.nonce and key.slot == marker.key
    return ("pending", marker.key) if ours else ("foreign", "")
