"""Declarations of two bundles, compared kind by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from pydantic import BaseModel

from remit.bundle._bundle import Bundle
from remit.bundle._diff import DiffAction, ResourceChange
from remit.bundle._diff_shift import Direction, overall, shifts
from remit.resources import KINDS, Resource
from remit.source import Position

_GIVES = frozenset({"Key", "Waiver"})
_RESTRICTS = frozenset({"deny", "throttle", "cap", "require"})
# told as the name of a resource, and as resources of their own
_ASIDE = frozenset({"metadata.name", "metadata.previously", "name", "rules"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A declaration, or a rule of one."""

    model: BaseModel
    position: Position
    former: str = ""
    verb: str = ""

    @property
    def values(self) -> dict[str, object]:
        return dict(_leaves(self.model))


def resource_changes(before: Bundle, after: Bundle) -> Iterator[ResourceChange]:
    """What was added, removed and changed: by kind, then by name."""
    kinds = ((kind, _entries(before, kind), _entries(after, kind)) for kind in KINDS)
    rules = (("Rule", _rules(before), _rules(after)),)
    for kind, old, new in chain(kinds, rules):
        yield from _changes(kind, old, new)


def _changes(kind: str, before: Mapping[str, _Entry], after: Mapping[str, _Entry]) -> Iterator[ResourceChange]:
    renamed = {entry.former: name for name, entry in after.items() if _is_renamed(entry, before, after)}
    for name in sorted({*before, *after} - renamed.keys()):
        new = after.get(name)
        old_name = new.former if new is not None and renamed.get(new.former) == name else name
        change = _change(kind, name, before.get(old_name), new, old_name)
        if change is not None:
            yield change


def _is_renamed(entry: _Entry, before: Mapping[str, _Entry], after: Mapping[str, _Entry]) -> bool:
    return entry.former in before and entry.former not in after


def _change(kind: str, name: str, old: _Entry | None, new: _Entry | None, old_name: str) -> ResourceChange | None:
    if old is None or new is None:
        action: DiffAction = "remove" if new is None else "add"
        entry = new or old
        assert entry is not None  # noqa: S101  # narrows the type
        return ResourceChange(kind, name, action, _direction(kind, entry.verb, action), entry.position)
    if old.model == new.model:
        return None
    found = tuple(shifts(old.values, new.values))
    if not found and old_name == name:
        return None
    whole = overall(each.direction for each in found)
    former = old_name if old_name != name else ""
    return ResourceChange(kind, name, "change", whole, new.position, found, former)


def _direction(kind: str, verb: str, action: DiffAction) -> Direction:
    """Of a declaration that came or went as a whole."""
    if kind in _GIVES:
        return "loosen" if action == "add" else "tighten"
    if verb in _RESTRICTS:
        return "tighten" if action == "add" else "loosen"
    return "neutral"


def _entries(bundle: Bundle, kind: str) -> dict[str, _Entry]:
    declared = bundle.catalogue.entries.get(kind, {})
    return {
        name: _Entry(each.resource, each.position(("metadata", "name")), each.resource.metadata.previously or "")
        for name, each in declared.items()
    }


def _rules(bundle: Bundle) -> dict[str, _Entry]:
    return {rule.id: _Entry(rule.rule, rule.position, verb=rule.verb) for rule in bundle.rules}


def _leaves(model: BaseModel) -> Iterator[tuple[str, object]]:
    """Every value that is set, by its path; `spec.` is left out, and so are names and the rules of a policy."""
    fields = _fields(model)
    if isinstance(model, Resource):
        fields = chain(_below("metadata", _fields(model.metadata)), _fields(model.spec))
    for path, value in fields:
        if value is not None and path not in _ASIDE:
            yield path, value


def _fields(model: BaseModel) -> Iterator[tuple[str, object]]:
    for name, field in type(model).model_fields.items():
        yield from _leaf(field.alias or name, getattr(model, name))


def _leaf(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, BaseModel):
        yield from _below(path, _fields(value))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _leaf(f"{path}.{name}", each)
    else:
        yield path, value


def _below(path: str, fields: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    return ((f"{path}.{name}", value) for name, value in fields)
