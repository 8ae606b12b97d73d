"""What an expression sees at each point: variables with declared types, generated from the resource models."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from remit.cel import (
    BOOL,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    MONEY,
    STRING,
    TIMESTAMP,
    ObjectType,
    Type,
    map_of,
    object_type,
    parse_type,
)
from remit.resources import CAPS, FACTS, FieldFact

USAGE_COUNTS: tuple[str, ...] = (
    "requests_last_minute",
    "requests_last_hour",
    "requests_today",
    "tokens_last_minute",
    "tokens_today",
    "parallel_requests",
    "user_requests_last_minute",
    "user_requests_last_hour",
    "user_requests_today",
    "user_tokens_last_minute",
    "user_tokens_today",
    "user_parallel_requests",
)

REQUEST = object_type(
    "remit.Request",
    {
        "model": STRING,
        "scope": STRING,
        "user": STRING,
        "purpose": STRING,
        "data_class": STRING,
        "input_tokens": INT,
        "output_tokens": INT,
        "stream": BOOL,
        "tags": map_of(STRING, STRING),
    },
    optional=("user", "purpose", "data_class", "input_tokens", "output_tokens", "stream", "tags"),
)
USAGE = object_type("remit.Usage", {**dict.fromkeys(USAGE_COUNTS, INT), "spent": map_of(STRING, MONEY)})
LIMITS = object_type("remit.Limits", dict.fromkeys(CAPS, INT), optional=CAPS)
CHANGE = object_type(
    "remit.Change",
    {
        "kind": STRING,
        "name": STRING,
        "field": STRING,
        "action": STRING,
        "from": DYN,
        "to": DYN,
        "amount_from": MONEY,
        "amount_to": MONEY,
        "team": STRING,
        "project": STRING,
        "environment": STRING,
    },
    optional=("from", "to", "amount_from", "amount_to", "team", "project", "environment"),
)
BUDGET = object_type(
    "remit.ObservedBudget",
    {"pool": STRING, "name": STRING, "period": STRING, "spent": MONEY, "limit": MONEY, "ratio": DOUBLE},
)

ABOVE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "key": ("key", "project", "team", "organization"),
        "project": ("project", "team", "organization"),
        "team": ("team", "organization"),
        "model": ("model", "organization"),
        "target": ("target", "organization"),
        "request": ("key", "project", "team", "organization", "model"),
        "usage": ("key", "project", "team", "organization"),
        "change": ("organization",),
        "budget": ("organization",),
    }
)
_OBSERVED: Mapping[str, Mapping[str, Type]] = MappingProxyType(
    {
        "request": {"request": REQUEST, "usage": USAGE, "limits": LIMITS},
        "usage": {"usage": USAGE, "limits": LIMITS},
        "change": {"change": CHANGE},
        "budget": {"budget": BUDGET},
    }
)


@cache
def declared_type(kind: str) -> ObjectType:
    """The object type of `key`, `team`, … as an expression sees it."""
    return _object(f"remit.{kind.capitalize()}", FACTS[kind])


@cache
def variables(point: str, *, clock: bool = True) -> Mapping[str, Type]:
    """The variables of a point; without `now` when `clock` is false, as for a cap, which is not a matter of time."""
    found: dict[str, Type] = {kind: declared_type(kind) for kind in ABOVE[point]}
    found.update(_OBSERVED.get(point, {}))
    if clock:
        found["now"] = TIMESTAMP
    return MappingProxyType(found)


def result_type(verb: str, cap: str | None = None) -> Mapping[str, Type]:
    """The type that each expression of a rule must have."""
    value = MONEY if cap is not None and cap.startswith("budget.") else INT
    return {verb: BOOL, "when": BOOL, "value": value, "delay": DURATION, "message": STRING}


def _object(name: str, fields: Mapping[str, FieldFact]) -> ObjectType:
    types = {field: _type(f"{name}.{field}", fact) for field, fact in fields.items()}
    return object_type(name, types, optional=[field for field, fact in fields.items() if fact.optional])


def _type(name: str, fact: FieldFact) -> Type:
    return parse_type(fact.kind) if isinstance(fact.kind, str) else _object(name, fact.kind)
