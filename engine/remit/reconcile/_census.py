"""Whose is each key on a target? Only what is certainly ours is ever touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from remit.targets import KeyObject, Marker

Ownership = Literal["owned", "pending", "unmarked", "foreign", "copied"]


@dataclass(frozen=True, slots=True)
class Census:
    """Our keys by name (more than one object where a creation was repeated), and strangers by alias."""

    ours: Mapping[str, tuple[KeyObject, ...]]
    strangers: Mapping[str, tuple[KeyObject, Ownership]]
    unmanaged: int

    @property
    def managed(self) -> int:
        """How many objects are ours."""
        return sum(len(objects) for objects in self.ours.values())

    def known(self, key: str, object_id: str) -> KeyObject | None:
        """Our object of this key with this id."""
        return next((each for each in self.ours.get(key, ()) if each.id == object_id), None)


def census(keys: tuple[KeyObject, ...], organization: str, intents: Mapping[str, str]) -> Census:
    """`intents` maps a key to the nonce of its unfinished creation."""
    ours: dict[str, list[KeyObject]] = {}
    strangers: dict[str, tuple[KeyObject, Ownership]] = {}
    unmanaged = 0
    for each in keys:
        ownership, name = owner(each, organization, intents)
        if ownership in ("owned", "pending"):
            ours.setdefault(name, []).append(each)
        else:
            unmanaged += 1
            strangers.setdefault(each.alias, (each, ownership))
    return Census({name: tuple(objects) for name, objects in ours.items()}, strangers, unmanaged)


def owner(key: KeyObject, organization: str, intents: Mapping[str, str]) -> tuple[Ownership, str]:
    """(whose it is, the name of our key or "")."""
    if not key.marker:
        return "unmarked", ""
    marker = Marker.parse(key.marker)
    if marker is None or marker.organization != organization:
        return "foreign", ""
    if marker.object_id == key.id:
        return "owned", marker.key
    if marker.nonce is None:
        return "copied", ""
    ours = intents.get(marker.key) == marker.nonce and key.alias == marker.key
    return ("pending", marker.key) if ours else ("foreign", "")
