"""The published JSON Schemas, and that they say what the models say."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from pydantic import ValidationError
from resource_samples import SAMPLES, Bare

from remit.resources import KINDS, Rule, schema, schemas, validate, write_schemas
from remit.resources._dialect import validator
from remit.resources._schema import schema_name, schema_of_any
from remit.resources._verbs import ALL_VERBS, COMPANIONS, VERBS

# long, and what it runs is covered by shorter tests: counting its branches would only make it longer
pytestmark = pytest.mark.no_cover

PUBLISHED = Path(__file__).parents[2] / "schemas"


@cache
def published(kind: str | None = None) -> Validator:
    return validator(schema(kind) if kind else schema_of_any(), schemas())


def accepted(data: Any) -> bool:
    resource, findings = validate(Bare(data))
    assert (resource is None) is bool(findings)
    # a schema cannot know a secret
    return all(each.code == "secret-in-yaml" for each in findings)


def subschemas(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from subschemas(child)


def test_published_files_are_the_generated_ones(tmp_path: Path) -> None:
    """A changed model comes with its changed schema: `remit schema --write schemas` makes them anew."""
    written = {file.name: file.read_text(encoding="utf-8") for file in write_schemas(tmp_path / "new")}
    assert written == {file.name: file.read_text(encoding="utf-8") for file in PUBLISHED.glob("*")}


@pytest.mark.parametrize("name", schemas())
def test_schemas_are_schemas(name: str) -> None:
    """Each follows the draft that it names, and refers only to its own parts and its neighbours."""
    contents = schemas()[name]
    Draft202012Validator.check_schema(contents)
    assert contents["$id"] == name
    references = {each["$ref"] for each in subschemas(contents) if isinstance(each.get("$ref"), str)}
    assert all(each.startswith("#/$defs/") or each in schemas() for each in references)


@pytest.mark.parametrize("kind", KINDS)
def test_objects_are_closed_and_described(kind: str) -> None:
    """No object takes unknown fields, and each says in words what it is for."""
    objects = [each for each in subschemas(schema(kind)) if each.get("type") == "object" and "properties" in each]
    assert all(each["additionalProperties"] is False and each["description"] for each in objects)


@pytest.mark.parametrize("kind", KINDS)
def test_fields_are_described(kind: str) -> None:
    """Whoever rests the pointer on a field in an editor reads what it is for."""
    fields = [
        (name, field)
        for each in subschemas(schema(kind))
        if each.get("type") == "object"
        for name, field in each.get("properties", {}).items()
    ]
    silent = {name for name, field in fields if "description" not in field and "$ref" not in field}
    assert silent == {"kind"}


def test_patterns_read_the_same_everywhere() -> None:
    """Patterns use only what regular expressions of every language share, and `$` only for the end of the text."""
    patterns = {each["pattern"] for n in schemas() for each in subschemas(schemas()[n]) if "pattern" in each}
    texts = {pattern for pattern in patterns if isinstance(pattern, str)}
    assert all(text.startswith("^") and text.endswith("$") and text.count("$") == 1 for text in texts)
    assert not [text for text in texts if any(sign in text for sign in (r"\d", r"\w", r"\s", "(?"))]


@pytest.mark.parametrize("kind", KINDS)
def test_samples_pass(kind: str) -> None:
    """A full resource passes its own schema, the schema of any kind, and the models, and no other kind's schema."""
    sample = SAMPLES[kind]
    assert accepted(sample)
    assert published().is_valid(sample)
    assert [kind] == [each for each in KINDS if published(each).is_valid(sample)]


def test_a_caller_cannot_change_a_schema() -> None:
    """What `schema` gives is the caller's own."""
    schema("Key").clear()
    assert schema("Key")["title"] == "Key"


def test_unknown_kinds_have_no_schema() -> None:
    """A kind that does not exist is a mistake of the caller."""
    with pytest.raises(KeyError):
        schema("Kye")
    assert schema_name("PolicyTest") == "policytest.schema.json"


FIELDS = {**dict.fromkeys([*ALL_VERBS, *COMPANIONS.values()], "true"), "cap": "tokens_per_day"}
FIELDS |= {"require": {"group": "finance"}, "alert": {}}


def rules(point: str) -> Iterator[dict[str, Any]]:
    for fields in chain.from_iterable(combinations(FIELDS, size) for size in range(5)):
        yield {"name": "rule", "on": point, **{field: FIELDS[field] for field in fields}}


def rule_of(rule: dict[str, Any]) -> str:
    """The verb, of a rule that has its condition."""
    read = Rule.model_validate(rule)
    assert (read.condition is None) is (read.verb == "cap")
    return read.verb


def is_rule(rule: dict[str, Any]) -> bool:
    try:
        Rule.model_validate(rule)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("point", VERBS)
def test_verbs_of_rules_agree(point: str) -> None:
    """Every choice of up to four of a rule's verbs and companions: the schema and the model say the same."""
    policy = schema("Policy")
    judge = validator({"$ref": "#/$defs/Rule", "$defs": policy["$defs"]}, {})
    allowed = [rule for rule in rules(point) if is_rule(rule)]
    assert allowed == [rule for rule in rules(point) if judge.is_valid(rule)]
    assert {rule_of(rule) for rule in allowed} == set(VERBS[point])


VALUES = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 21, 2**63 - 1, 2**63, 0.0, 1.0, 600.0, 0.5, 1e9, float("inf")),
        *("", "a", "A", "a_b", "-a", "a" * 63, "a" * 64, "a\n", "true", "yes", "é", "a" * 1_001, "chat", "key", "*"),
        *("500 USD", "0 USD", "-1 USD", "1.5", "1.5k", "1k\n", "30d", "0d", "80%", "NaN", "0x10", "1_000", "USD"),
        *("2027-02-28", "2027-02-29", "2027-02-01T09:00:00", "2027-02-01T09:00Z", "remit/v1", "remit/v1alpha1"),
        *("Key", "Group", "PolicyTest", "https://a.example", "https://u:p@a.example", "GATEWAY_TOKEN", "ana/b"),
        *(
            [],
            [None],
            ["a", "a"],
            [[]],
            ["A"],
            {},
            {"a": None},
            {"a": "b"},
            {"a\n": "b"},
            {"": {}},
            [{}],
            [SAMPLES["Group"]],
        ),
    ]
)
KEYS = st.sampled_from(["name", "raise", "raise_", "limits", "deny", "cap", "when", "value", "spec", "a\n", "A", "x"])


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for step, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(child, (*path, step))


def inside(root: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        root = root[step]
    return root


@st.composite
def bent(draw: st.DrawFn) -> Any:
    """A sample in which up to three values have been changed, dropped, doubled, renamed or added."""
    data = copy.deepcopy(draw(st.sampled_from(list(SAMPLES.values()))))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(data))))
        if not path:
            continue
        parent, step = inside(data, path[:-1]), path[-1]
        change = draw(st.sampled_from(["set", "set", "text", "drop", "double", "rename", "add"]))
        if change == "set":
            parent[step] = copy.deepcopy(draw(VALUES))
        elif change == "text":
            parent[step] = draw(st.text(max_size=4) | st.floats() | st.integers())
        elif change == "drop":
            del parent[step]
        elif change == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[step]))
        elif change == "rename" and isinstance(parent, dict):
            parent[draw(KEYS)] = parent.pop(step)
        elif change == "add" and isinstance(parent, dict):
            parent[draw(KEYS)] = copy.deepcopy(draw(VALUES))
    return data


@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bent())
def test_models_and_schemas_agree(data: Any) -> None:
    """Secrets aside, a document is validated exactly when the published schema of any kind accepts it."""
    assert published().is_valid(data) is accepted(data)


def test_every_single_change_agrees() -> None:
    """Each value of a sample without it, and with nothing in it: schema and models say the same."""
    for sample in SAMPLES.values():
        for path in list(places(sample))[1:]:
            for change in (None, True, "Ä b\n"):
                data = copy.deepcopy(sample)
                inside(data, path[:-1])[path[-1]] = change
                assert published().is_valid(data) is accepted(data), path
            data = copy.deepcopy(sample)
            del inside(data, path[:-1])[path[-1]]
            assert published().is_valid(data) is accepted(data), path


def test_text_of_files_ends_in_a_line_feed() -> None:
    """The files are text as git likes it."""
    for file in PUBLISHED.glob("*"):
        text = file.read_text(encoding="utf-8")
        assert text.endswith("}\n")
        assert json.loads(text) == schemas()[file.name]
