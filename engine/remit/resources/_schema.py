"""JSON Schemas (draft 2020-12) for editors and for `validate`, generated from the models.

References are relative, so that nothing is fetched from a network. A field without a value (`null`) is
refused where the model takes None: missing means unmanaged, and nobody should say so by accident.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from remit.resources._base import API_VERSION
from remit.resources._kinds import KINDS

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ANY_KIND = "remit.schema.json"

Schema = dict[str, JsonValue]


def schema_name(kind: str) -> str:
    """The file of a kind's schema: `Key` → `key.schema.json`."""
    return f"{kind.lower()}.schema.json"


def schema(kind: str) -> Schema:
    """The JSON Schema of one kind; raises KeyError for an unknown one."""
    return deepcopy(_schema(kind))


@cache
def _schema(kind: str) -> Schema:
    generated = cast("Schema", KINDS[kind].model_json_schema())
    for each in _subschemas(generated):
        _tidy(each)
    title = {"$schema": DRAFT, "$id": schema_name(kind), "title": kind}
    return {**title, **{key: value for key, value in generated.items() if key != "title"}}


def schema_of_any() -> Schema:
    """The JSON Schema of a document of any kind, for files that mix kinds."""
    return {
        "$schema": DRAFT,
        "$id": ANY_KIND,
        "title": "Remit resource",
        "description": "Any kind of resource: the schema of its kind holds",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {"apiVersion": {"const": API_VERSION}, "kind": {"enum": list(KINDS)}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": schema_name(kind)},
            }
            for kind in KINDS
        ],
    }


def schemas() -> dict[str, Schema]:
    """Every schema by its file name."""
    return {ANY_KIND: schema_of_any(), **{schema_name(kind): schema(kind) for kind in KINDS}}


def render_schema(value: Schema) -> str:
    """The text of a schema file."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_schemas(directory: str | Path) -> tuple[Path, ...]:
    """Write every schema into `directory`, which is made if need be; returns the files written."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, value in schemas().items():
        file = folder / name
        file.write_text(render_schema(value), encoding="utf-8")
        written.append(file)
    return tuple(written)


def _subschemas(node: JsonValue) -> Iterator[Schema]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _subschemas(child)


def _tidy(each: Schema) -> None:
    # pydantic knows no references to other files
    if each.get("format") == "resource":
        each.clear()
        each["$ref"] = ANY_KIND
    properties = each.get("properties")
    if isinstance(properties, dict):
        for field in properties.values():
            if isinstance(field, dict):
                _refuse_null(field)
    _close_map(each)


def _refuse_null(field: Schema) -> None:
    default = _without_none(field.pop("default", None))
    if default not in (None, [], {}):
        field["default"] = default
    alternatives = field.get("anyOf")
    if isinstance(alternatives, list) and {"type": "null"} in alternatives:
        [only] = (each for each in alternatives if isinstance(each, dict) and each != {"type": "null"})
        del field["anyOf"]
        for keyword, value in only.items():
            field.setdefault(keyword, value)


def _close_map(each: Schema) -> None:
    # pydantic leaves keys that match no pattern open, and means to refuse them
    patterns = each.get("patternProperties")
    if isinstance(patterns, dict):
        [(pattern, value)] = patterns.items()
        del each["patternProperties"]
        each["propertyNames"] = {"pattern": pattern}
        each["additionalProperties"] = value


def _without_none(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        inner = {key: _without_none(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if each not in (None, [], {})}
    return value
