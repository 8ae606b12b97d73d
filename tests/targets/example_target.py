"""A target as somebody else might write one: a directory of keys in memory, with teams."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from remit.resources import Target
from remit.targets import (
    Capabilities,
    Capability,
    Context,
    Created,
    Kind,
    Marker,
    Secret,
    TargetObject,
    WriteRefused,
)

_NATIVE = Capability("native")
_NAMES = ("enabled", "expires", "team", "project", "environment", "models", "scopes", "caps", "budgets.key")
CAPABILITIES = Capabilities(
    dict.fromkeys(_NAMES, _NATIVE),
    {"team": dict.fromkeys(("team", "models", "enabled", "budgets.team"), _NATIVE)},
    concurrency=4,
)


@dataclass
class Shelf:
    """What the vendor keeps."""

    objects: dict[str, TargetObject] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)


@dataclass(frozen=True)
class ExampleReader:
    """Reads the shelf."""

    shelf: Shelf
    identity: str
    version: str = "1"
    capabilities: Capabilities = CAPABILITIES

    def read(self) -> tuple[TargetObject, ...]:
        """Everything on it."""
        return tuple(self.shelf.objects.values())


@dataclass(frozen=True)
class ExampleWriter:
    """Changes the shelf."""

    shelf: Shelf
    organization: str

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        """Put it on the shelf, marked."""
        self._refuse(wanted)
        name = f"ex-{next(self.shelf.numbers)}"
        marker = Marker(self.organization, wanted.slot, name)
        self.shelf.objects[name] = replace(wanted, id=name, marker=str(marker))
        return Created(name, Secret(secrets.token_urlsafe(24)) if wanted.kind == "key" else None)

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Change what is named."""
        if found.id not in self.shelf.objects:
            raise WriteRefused(f"`{wanted.alias}` is not there any more")
        made = self.shelf.objects[found.id].overlaid(wanted, changed)
        made = replace(made, alias=wanted.alias) if "alias" in changed else made
        self.shelf.objects[found.id] = replace(made, marker=wanted.marker) if "marker" in changed else made

    def disable(self, found: TargetObject) -> None:
        """It is on the shelf, and of no use."""
        if found.id in self.shelf.objects:
            self.shelf.objects[found.id] = replace(self.shelf.objects[found.id], enabled=False)

    def delete(self, found: TargetObject) -> None:
        """Take it off the shelf."""
        if found.kind == "team" and any(each.team == found.alias for each in self._keys()):
            raise WriteRefused(f"the team `{found.alias}` still holds keys")
        self.shelf.objects.pop(found.id, None)

    def _refuse(self, wanted: TargetObject) -> None:
        every = list(self.shelf.objects.values())
        if any((each.kind, each.alias) == (wanted.kind, wanted.alias) for each in every):
            raise WriteRefused(f"`{wanted.alias}` is taken")
        if wanted.kind == "key" and not any(each.slot == f"team:{wanted.team}" for each in every):
            raise WriteRefused(f"no team is called `{wanted.team}`")

    def _keys(self) -> list[TargetObject]:
        return [each for each in self.shelf.objects.values() if each.kind == "key"]


@dataclass
class ExampleTarget:
    """`type: example`."""

    shelf: Shelf = field(default_factory=Shelf)
    spaces: frozenset[Kind] = frozenset(("team",))
    capabilities: Capabilities = CAPABILITIES

    def open_reader(self, target: Target, context: Context) -> ExampleReader:
        """One for the shelf."""
        return ExampleReader(self.shelf, f"example:{target.metadata.name}")

    def open_writer(self, target: Target, context: Context) -> ExampleWriter:
        """One for the shelf."""
        return ExampleWriter(self.shelf, context.organization)

    def by_hand(self) -> None:
        """Somebody puts something on the shelf."""
        self.shelf.objects["by-hand"] = TargetObject("by-hand", "by-hand", caps={"requests_per_minute": 3})


TYPE = ExampleTarget()
