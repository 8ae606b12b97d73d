"""What an expression sees of a declared resource: plain values, and their shape, from the same models.

Money is an int of micro-units; an optional field that is not declared is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Union, cast, get_args, get_origin

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
    OrganizationSpec: frozenset({"channels", "change_limits", "change_overrides", "provenance"}),
    TargetSpec: frozenset({"credentials_from", "limits", "windows", "overrides", "alert_recipients"}),
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


_Conversion = Callable[[object, Instantiate], object]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the visible fields of a model become plain values: None leaves a value as it is.

    `empty`: a model of which nothing was set shows nothing.
    """

    fields: tuple[tuple[str, _Conversion | None], ...]
    empty: bool

    def __call__(self, model: object, instant: Instantiate) -> dict[str, object]:
        """The fields that are declared."""
        if self.empty and not cast("BaseModel", model).model_fields_set:
            return {}
        held = model.__dict__
        return {
            name: value if convert is None else convert(value, instant)
            for name, convert in self.fields
            if (value := held[name]) is not None
        }


@cache
def _visible(model: type[BaseModel]) -> tuple[str, ...]:
    hidden = _HIDDEN.get(model, frozenset())
    return tuple(name for name in model.model_fields if name not in hidden)


def facts(resource: Resource, *, instant: Instantiate) -> dict[str, object]:
    """The fields of a key, project, team, organization, model or target, as plain values.

    `instant` places a date or a time on the organisation's clock. Raises TypeError for any other kind.
    """
    readings = _READINGS.get(type(resource))
    if readings is None:
        raise TypeError(f"no expression sees a {type(resource).__name__}")
    shown = readings[0](resource.metadata, instant)
    shown.update(readings[1](resource.spec, instant))
    return shown


def _reading(model: type[BaseModel], names: tuple[str, ...]) -> _Reading:
    fields = {name: model.model_fields[name] for name in names}
    every = tuple((name, _conversion(field.annotation)) for name, field in fields.items())
    return _Reading(every, all(field.default is None for field in fields.values()))


def _conversion(annotation: object) -> _Conversion | None:
    kind = _fact(annotation).kind
    if isinstance(kind, str):
        return _CONVERSIONS[kind.partition("(")[0]]
    model = next(_bare(each) for each in _alternatives(annotation) if each is not type(None))
    return _reading(cast("type[BaseModel]", model), _visible(cast("type[BaseModel]", model)))


def _list(value: object, _: Instantiate) -> object:
    return list(cast("tuple[object, ...]", value))


def _map(value: object, _: Instantiate) -> object:
    return dict(cast("dict[str, object]", value))


def _micro(value: object, _: Instantiate) -> object:
    return cast("Money", value).micro


def _placed(value: object, instant: Instantiate) -> object:
    return instant(cast("date", value))


# a kind of value without an entry here fails when this module is loaded, not when a resource is looked at
_CONVERSIONS: Mapping[str, _Conversion | None] = {
    "string": None,
    "bool": None,
    "int": None,
    "duration": None,
    "list": _list,
    "map": _map,
    "money": _micro,
    "timestamp": _placed,
}


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
_READINGS: Mapping[type[Resource], tuple[_Reading, _Reading]] = {
    kind: (_reading(view.metadata, view.named), _reading(view.spec, _visible(view.spec)))
    for kind, view in _VIEWS.items()
}
