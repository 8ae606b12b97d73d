"""From older versions of the format to the current one, as edits, so that comments and order stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType

from remit.resources._base import API_VERSION
from remit.source import Change, Data, Delete, Document, Path, Set


@dataclass(frozen=True, slots=True)
class Migration:
    """One step between versions: `change` gives the edits of the resource at a path of a document."""

    from_version: str
    to_version: str
    change: Callable[[Document, Path, Mapping[str, Data]], Iterator[Change]]


def plan_migration(document: Document) -> tuple[Change, ...]:
    """The edits that bring a document one version forward; none when it is current, or of no known version.

    A field whose new place is taken already is left where it is, for `validate` to refuse.
    """
    return tuple(_step(document, (), document.data))


def _step(document: Document, path: Path, data: Data) -> Iterator[Change]:
    if not isinstance(data, dict):
        return
    for migration in MIGRATIONS:
        if data.get("apiVersion") == migration.from_version:
            yield Set((*path, "apiVersion"), migration.to_version, document.index)
            yield from migration.change(document, path, data)
    yield from _overlays(document, path, data)


def _overlays(document: Document, path: Path, data: Mapping[str, Data]) -> Iterator[Change]:
    spec = data.get("spec")
    resources = spec.get("resources") if data.get("kind") == "PolicyTest" and isinstance(spec, dict) else None
    if isinstance(resources, list):
        yield from chain.from_iterable(
            _step(document, (*path, "spec", "resources", index), each) for index, each in enumerate(resources)
        )


_CAPS: Mapping[str, Path] = {
    "rpm": ("limits", "requests_per_minute"),
    "tpm": ("limits", "tokens_per_minute"),
    "monthly_budget": ("budget", "monthly"),
}
_EXPIRY: Mapping[str, Path] = {"expiry": ("expires",)}
# v1alpha1 had the commonest caps flat in `spec`, before there were windows of other lengths
_MOVED: Mapping[str, Mapping[str, Path]] = MappingProxyType(
    {
        "Organization": _CAPS,
        "Team": _CAPS,
        "Project": _CAPS,
        "Key": {**_CAPS, **_EXPIRY},
        "Waiver": _EXPIRY,
    }
)


def _from_v1alpha1(document: Document, path: Path, data: Mapping[str, Data]) -> Iterator[Change]:
    spec = data.get("spec")
    if not isinstance(spec, dict):
        return
    for field, to in _MOVED.get(str(data.get("kind")), {}).items():
        if field in spec and _is_free(spec, to):
            yield Set((*path, "spec", *to), spec[field], document.index)
            yield Delete((*path, "spec", field), document.index)


def _is_free(spec: Mapping[str, Data], to: Path) -> bool:
    parent: Data = dict(spec)
    for step in to:
        if not isinstance(parent, dict):
            return False
        if step not in parent:
            return True
        parent = parent[str(step)]
    return False


MIGRATIONS: tuple[Migration, ...] = (Migration("remit/v1alpha1", API_VERSION, _from_v1alpha1),)
