"""What an expression sees of a declared resource: plain values, and their shape, from the same models.

Money is an int of micro-units; an optional field that is not declared is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel

from remit.resources._base import Metadata, Resource
from remit.resources._key import Key, KeyMetadata, KeySpec
from remit.resources._limits import Budget
from remit.resources._model import Model, ModelSpec
from remit.resources._organization import Organization, OrganizationSpec
from remit.resources._project import Project, ProjectMetadata, ProjectSpec
from remit.resources._quantities import Money
from remit.resources._target import Target, TargetSpec
from remit.resources._team import Team, TeamSpec

Instantiate = Callable[[date | datetime], datetime]


@dataclass(frozen=True, slots=True)
class FieldFact:
    """The shape of one field: `kind` is a type in words, or the fields of an object."""

    kind: str | Mapping[str, FieldFact]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class _View:
    """Which parts of a kind an expression may read."""

    metadata: type[Metadata]
    named: tuple[str, ...]
    spec: type[BaseModel]


_VIEWS: Mapping[type[Resource], _View] = {
    Key: _View(KeyMetadata, ("name", "team", "project", "description", "labels"), KeySpec),
    Project: _View(ProjectMetadata, ("name", "team", "labels"), ProjectSpec),
    Team: _View(Metadata, ("name", "labels"), TeamSpec),
    Organization: _View(Metadata, ("name",), OrganizationSpec),
    Model: _View(Metadata, ("name", "labels"), ModelSpec),
    Target: _View(Metadata, ("name",), TargetSpec),
}
# settings of the machinery, about which there is nothing to rule
_HIDDEN: Mapping[type[BaseModel], frozenset[str]] = {
    Budget: frozenset({"alerts"}),
    OrganizationSpec: frozenset({"channels"}),
    TargetSpec: frozenset({"credentials_from", "limits"}),
}
_WORDS: Mapping[object, str] = {
    str: "string",
    bool: "bool",
    int: "int",
    Money: "money",
    timedelta: "duration",
    datetime: "timestamp",
    date: "timestamp",
}


_AS_IT_IS = frozenset({str, int, bool, timedelta})


@cache
def _visible(model: type[BaseModel]) -> tuple[str, ...]:
    hidden = _HIDDEN.get(model, frozenset())
    return tuple(name for name in model.model_fields if name not in hidden)


def facts(resource: Resource, *, instant: Instantiate) -> dict[str, object]:
    """The fields of a key, project, team, organization, model or target, as plain values.

    `instant` places a date or a time on the organisation's clock. Raises TypeError for any other kind.
    """
    view = _VIEWS.get(type(resource))
    if view is None:
        raise TypeError(f"no expression sees a {type(resource).__name__}")
    shown = _fields(resource.metadata, view.named, instant)
    shown.update(_fields(resource.spec, _visible(view.spec), instant))
    return shown


def _fields(model: BaseModel, names: tuple[str, ...], instant: Instantiate) -> dict[str, object]:
    held = model.__dict__
    return {
        name: value if type(value) in _AS_IT_IS else _plain(value, instant)
        for name in names
        if (value := held[name]) is not None
    }


def _plain(value: object, instant: Instantiate) -> object:
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, BaseModel):
        return _fields(value, _visible(type(value)), instant)
    if isinstance(value, Money):
        return value.micro
    if isinstance(value, date):
        return instant(value)
    if isinstance(value, dict):
        return dict(value)
    raise TypeError(f"no expression sees a {type(value).__name__}")


def _shape(model: type[BaseModel], names: tuple[str, ...]) -> Mapping[str, FieldFact]:
    return MappingProxyType({name: _fact(model.model_fields[name].annotation) for name in names})


def _fact(annotation: object) -> FieldFact:
    alternatives = _alternatives(annotation)
    kinds = [_kind(each) for each in alternatives if each is not type(None)]
    first = kinds[0]
    if any(kind != first for kind in kinds):
        raise TypeError(f"no single word for {annotation}")
    return FieldFact(first, type(None) in alternatives)


def _alternatives(annotation: object) -> tuple[object, ...]:
    bare = _bare(annotation)
    return get_args(bare) if get_origin(bare) in (Union, UnionType) else (bare,)


def _bare(annotation: object) -> object:
    return _bare(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation


def _kind(annotation: object) -> str | Mapping[str, FieldFact]:
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return _shape(bare, _visible(bare))
    if get_origin(bare) is tuple:
        return f"list({_fact(get_args(bare)[0]).kind})"
    if get_origin(bare) is dict:
        return f"map({', '.join(str(_fact(each).kind) for each in get_args(bare))})"
    if get_origin(bare) in (Union, UnionType):
        return _fact(bare).kind
    return _WORDS[bare]


FACTS: Mapping[str, Mapping[str, FieldFact]] = MappingProxyType(
    {
        kind.__name__.lower(): MappingProxyType(
            {**_shape(view.metadata, view.named), **_shape(view.spec, _visible(view.spec))}
        )
        for kind, view in _VIEWS.items()
    }
)
