"""Names that say whose an object is, for OpenAI has no tags; and ids that say where a key is."""

from __future__ import annotations

from dataclasses import dataclass

from remit.targets._marker import Marker
from remit.targets._object import GENERATION, slot_of

_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a key is: its project, its service account (empty: it is a person's) and its own id."""

    project: str
    account: str
    key: str

    @classmethod
    def of(cls, object_id: str) -> KeyPlace:
        """The inverse of `str`. Raises ValueError."""
        return cls(*object_id.split(_BETWEEN)) if object_id.count(_BETWEEN) == 2 else cls("", "", object_id)

    def __str__(self) -> str:
        return _BETWEEN.join((self.project, self.account, self.key))


def key_name(organization: str, alias: str, account: str, nonce: str) -> str:
    """What a key is called, once and for all, for it cannot be renamed.

    The id of the key is not known when it is named, so that of its service account stands in the marker.
    """
    slot, _, generation = alias.partition(GENERATION)
    return str(Marker(organization, slot, _BETWEEN.join((account, nonce, generation or "1"))))


def key_owner(name: str, place: KeyPlace) -> tuple[str, str]:
    """(alias, marker) of a key by its name. One that is not ours is called after its place, so that it is in
    nobody's way: names need not be unique."""
    marker = Marker.parse(name)
    if marker is None:
        return f"{place.project}/{name or place.key}", ""
    account, nonce, generation = _parts(marker.object_id)
    if not nonce or account != place.account:
        return marker.key, str(marker)
    alias = marker.key if generation == "1" else f"{marker.key}{GENERATION}{generation}"
    return alias, str(Marker(marker.organization, marker.key, str(place)))


def _parts(object_id: str) -> tuple[str, str, str]:
    parts = object_id.split(_BETWEEN)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")


def project_owner(name: str, project: str, organization: str, remembered: str | None) -> tuple[str, str]:
    """(alias, marker) of a project by its name, or by what is remembered of it where somebody renamed it."""
    marker = Marker.parse(name)
    slot, colon, alias = marker.key.partition(":") if marker is not None else ("", "", "")
    if marker is not None and colon and slot == "project":
        return alias, str(marker)
    if remembered:
        return name, str(Marker(organization, slot_of("project", remembered), project))
    return name, ""
