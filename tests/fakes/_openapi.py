"""Judges requests by a vendor's OpenAPI description, where one lies next to the checkout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from fakes._wire import Request

_DESCRIPTIONS = Path(__file__).parents[3] / "shared" / "openapi"
_URI = "urn:description"


@cache
def described(name: str) -> Description | None:
    """The description of that file name, or None where it is not there."""
    path = _DESCRIPTIONS / name
    return Description(json.loads(path.read_text())) if path.exists() else None


class Description:
    """An OpenAPI 3.1 document that requests are judged by: types and enums by it, and names that it does not know."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        resource = Resource(contents=document, specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._validators: dict[str, Draft202012Validator] = {}

    def faults(self, template: str, request: Request) -> list[str]:
        """What is wrong with a request to a template of the description; nothing where it knows no such template."""
        operation = self._document["paths"].get(template, {}).get(request.method.lower())
        if operation is None:
            return []
        return [*self._query(operation, request), *self._body(template, operation, request)]

    def fields(self, template: str, method: str) -> frozenset[str]:
        """The names a body may have, or none where the body is not described by an object."""
        operation = self._document["paths"].get(template, {}).get(method.lower(), {})
        return frozenset(self._properties(_schema(operation) or {}))

    def _query(self, operation: dict[str, Any], request: Request) -> list[str]:
        known = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
        return [f"unknown query parameter `{name}`" for name in sorted(set(request.query) - known)]

    def _body(self, template: str, operation: dict[str, Any], request: Request) -> list[str]:
        if _schema(operation) is None or not request.content:
            return []
        errors = self._validator(template, request.method.lower()).iter_errors(request.json())
        wrong = [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in errors]
        known = self.fields(template, request.method)
        unknown = sorted(set(request.json()) - known) if known and isinstance(request.json(), dict) else []
        return [*wrong, *(f"unknown field `{name}`" for name in unknown)]

    def _properties(self, schema: dict[str, Any]) -> set[str]:
        if "$ref" in schema:
            return self._properties(self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        parts = [*schema.get("anyOf", []), *schema.get("allOf", []), *schema.get("oneOf", [])]
        return set(schema.get("properties", {})).union(*(self._properties(part) for part in parts))

    def _validator(self, template: str, method: str) -> Draft202012Validator:
        pointer = "/".join(_escaped(part) for part in ("paths", template, method, "requestBody", "content"))
        pointer = f"{_URI}#/{pointer}/application~1json/schema"
        if pointer not in self._validators:
            self._validators[pointer] = Draft202012Validator({"$ref": pointer}, registry=self._registry)
        return self._validators[pointer]


def _schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("schema")


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
