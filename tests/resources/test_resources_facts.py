"""What expressions see of declared resources, and the shape that is promised of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from resource_samples import SAMPLES

from remit.resources import FACTS, KINDS, FieldFact, facts
from remit.resources._facts import _conversion, _fact

SEEN = ("Key", "Project", "Team", "Organization", "Model", "Target")
FITS = {
    "string": lambda value: type(value) is str,
    "bool": lambda value: type(value) is bool,
    "int": lambda value: type(value) is int,
    "money": lambda value: type(value) is int and value >= 0,
    "duration": lambda value: type(value) is timedelta,
    "timestamp": lambda value: type(value) is datetime and value.tzinfo is not None,
    "list(string)": lambda value: type(value) is list and all(type(each) is str for each in value),
    "map(string, string)": lambda value: (
        type(value) is dict and all(type(each) is str for pair in value.items() for each in pair)
    ),
}
CAPS = {
    name: FieldFact("int", optional=True)
    for name in (
        "requests_per_minute",
        "requests_per_hour",
        "requests_per_day",
        "tokens_per_minute",
        "tokens_per_day",
        "parallel_requests",
        "input_tokens_per_request",
        "output_tokens_per_request",
    )
}
BUDGET = {"daily": FieldFact("money", optional=True), "monthly": FieldFact("money", optional=True)}
# `?` may be absent; {} is an object; the words are those of the models otherwise
PROMISED = {
    "key": "name team project description? labels environment owner? purposes data_classes scopes models expires? "
    "rotate_every? rotate_overlap? client_side suspended limits user_limits budget targets deliver_to? ticket?",
    "project": "name team labels owners purposes data_classes models? limits budget",
    "team": "name labels owners approvers cost_center? models? limits budget",
    "organization": "name currency timezone environments purposes data_classes scopes owners models? limits budget",
    "model": "name labels provider upstream tier scopes data_classes purposes? aliases context_tokens? retires? prices",
    "target": "name type url? path? suspended observe adopt allow_empty",
}


def at_midnight(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


def seen(data: dict[str, Any]) -> dict[str, object]:
    return facts(KINDS[data["kind"]].model_validate(data), instant=at_midnight)


def assert_fits(shown: Mapping[str, object], shape: Mapping[str, FieldFact]) -> None:
    required = {name for name, fact in shape.items() if not fact.optional}
    assert required <= set(shown) <= set(shape)
    for name, value in shown.items():
        kind = shape[name].kind
        if isinstance(kind, str):
            assert FITS[kind](value), name
        else:
            assert type(value) is dict
            assert_fits(value, kind)


def smallest(data: dict[str, Any]) -> dict[str, Any]:
    """The same resource with required fields only."""
    spec = KINDS[data["kind"]].model_fields["spec"].annotation
    metadata = KINDS[data["kind"]].model_fields["metadata"].annotation
    return {
        **data,
        "metadata": {n: v for n, v in data["metadata"].items() if metadata.model_fields[n].is_required()},
        "spec": {n: v for n, v in data["spec"].items() if spec.model_fields[n].is_required()},
    }


@pytest.mark.parametrize("kind", SEEN)
def test_full_facts_fit_their_shape(kind: str) -> None:
    """Facts of a resource that declares everything have every promised field, of the promised kind."""
    shown = seen(SAMPLES[kind])
    assert_fits(shown, FACTS[kind.lower()])
    assert set(shown) == set(FACTS[kind.lower()])


@pytest.mark.parametrize("kind", SEEN)
def test_sparse_facts_fit_their_shape(kind: str) -> None:
    """Facts of a resource that declares what it must have no optional field, and lists where none are declared."""
    shown = seen(smallest(SAMPLES[kind]))
    assert_fits(shown, FACTS[kind.lower()])
    assert {name for name, fact in FACTS[kind.lower()].items() if not fact.optional} == set(shown)


@pytest.mark.parametrize("name", PROMISED)
def test_fields_are_those_promised_to_expressions(name: str) -> None:
    """An expression sees these fields and no others: neither credentials nor settings of the machinery."""
    assert sorted(PROMISED[name].split()) == sorted(f"{n}{'?' * f.optional}" for n, f in FACTS[name].items())


def test_shapes_of_objects() -> None:
    """Limits are counts, budgets and prices money, each optional; a delivery has its sink."""
    assert CAPS == FACTS["key"]["limits"].kind == FACTS["organization"]["limits"].kind
    assert FACTS["team"]["budget"].kind == BUDGET
    assert {FieldFact("money", optional=True)} == set(FACTS["model"]["prices"].kind.values())
    assert [n for n, f in FACTS["key"]["deliver_to"].kind.items() if f.optional] == [
        "repository",
        "name",
        "path",
        "environment",
        "credentials_from",
    ]


def test_values_of_a_key() -> None:
    """Money is micro-units, a count an int, a bare date the midnight it is given, a duration a timedelta."""
    shown = seen(SAMPLES["Key"])
    assert shown["budget"] == {"daily": 12_500_000, "monthly": 0}
    assert shown["limits"]["tokens_per_minute"] == 1_500_000
    assert datetime(2027, 2, 1, tzinfo=UTC) == shown["expires"]
    assert timedelta(days=30) == shown["rotate_every"]


def test_an_empty_list_is_there_and_a_missing_one_is_not() -> None:
    """`models: []` is an empty list, and a project without `models` has none at all."""
    without = {**SAMPLES["Project"], "spec": {n: v for n, v in SAMPLES["Project"]["spec"].items() if n != "models"}}
    assert seen(SAMPLES["Project"])["models"] == []
    assert "models" not in seen(without)


@pytest.mark.parametrize("kind", sorted(set(SAMPLES) - set(SEEN)))
def test_other_kinds_have_no_facts(kind: str) -> None:
    """A kind that no expression sees is a mistake of the caller."""
    with pytest.raises(TypeError, match=kind):
        seen(SAMPLES[kind])


def test_unforeseen_values_and_shapes_are_refused() -> None:
    """A field of a kind without a word for it stops the program at import, not a decision."""
    with pytest.raises(KeyError):
        _conversion(float)
    with pytest.raises(TypeError):
        _fact(int | str)
