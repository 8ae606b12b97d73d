"""Everything that is declared, by kind and name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar, cast

from remit.bundle import _messages as messages
from remit.resources import Organization, Resource
from remit.source import Document, Finding, Path, Position

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource and the document it was read from."""

    kind: str
    name: str
    resource: Resource
    document: Document

    def position(self, path: Path = ()) -> Position:
        """Where the value at `path` of the document stands."""
        return self.document.position(path)


def declare(resource: Resource, document: Document) -> Declared:
    """Join a valid resource to its document."""
    return Declared(type(resource).__name__, resource.metadata.name, resource, document)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Declarations by kind and name, in the order of their names: equal trees give equal catalogues."""

    entries: Mapping[str, Mapping[str, Declared]]
    _views: dict[str, Mapping[str, Resource]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, kind: type[R]) -> Mapping[str, R]:
        """All resources of a kind by name."""
        view = self._views.get(kind.__name__)
        if view is None:
            view = self._views[kind.__name__] = _view(self.entries.get(kind.__name__, {}))
        return cast("Mapping[str, R]", view)

    def declared(self, kind: str, name: str) -> Declared:
        """One declaration. Raises KeyError."""
        return self.entries[kind][name]

    def find(self, kind: str, name: str) -> Declared | None:
        """One declaration, if there is one."""
        return self.entries.get(kind, {}).get(name)

    def __iter__(self) -> Iterator[Declared]:
        for kind in sorted(self.entries):
            yield from self.entries[kind].values()

    @property
    def organization(self) -> Organization:
        """The one organisation."""
        return next(iter(self.of(Organization).values()))


class _Resources(Mapping[str, Resource]):
    """The resources alone of declarations that are made when they are asked for."""

    __slots__ = ("_declared",)

    def __init__(self, declared: Mapping[str, Declared]) -> None:
        self._declared = declared

    def __getitem__(self, name: str) -> Resource:
        return self._declared[name].resource

    def __contains__(self, name: object) -> bool:
        return name in self._declared

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


def _view(declared: Mapping[str, Declared]) -> Mapping[str, Resource]:
    if isinstance(declared, dict | MappingProxyType):
        return MappingProxyType({name: each.resource for name, each in declared.items()})
    return _Resources(declared)


def gather(declared: Iterable[Declared]) -> tuple[Catalogue, tuple[Finding, ...]]:
    """Index declarations; of two with one kind and name the first is kept, and the second is a finding."""
    found: dict[str, dict[str, Declared]] = {}
    findings: list[Finding] = []
    for each in declared:
        first = found.setdefault(each.kind, {}).setdefault(each.name, each)
        if first is not each:
            findings.append(messages.declared_twice(each.position(("metadata", "name")), each.kind, each.name, first))
    entries = {kind: MappingProxyType(dict(sorted(names.items()))) for kind, names in sorted(found.items())}
    return Catalogue(MappingProxyType(entries)), (*findings, *_one_organization(found.get("Organization", {})))


def _one_organization(found: Mapping[str, Declared]) -> Iterator[Finding]:
    if not found:
        yield messages.no_organization()
    for extra in list(found.values())[1:]:
        yield messages.second_organization(extra.position(), extra.name)
