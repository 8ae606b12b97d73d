"""JSON Schema as an editor reads it: patterns as in ECMA 262, and whole numbers written as such.

Imported only when a document has been refused: jsonschema takes longer to load than a tree to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from remit.resources._schema import ANY_KIND, Schema, schema


def _pattern(_: Validator, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _compiled(pattern).search(instance):
        yield ValidationError("does not match")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    # `$` is the end of the text, not also the place before a last line feed
    return re.compile(pattern.replace("$", r"\Z"))


def _is_integer(_: object, instance: object) -> bool:
    return isinstance(instance, int) and not isinstance(instance, bool)


# JSON has one kind of number and takes 600.0 for a whole one; in YAML it is somebody's mistake
_Dialect = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    validators={"pattern": _pattern},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def validator(contents: Schema, others: Mapping[str, Schema]) -> Validator:
    """A validator of one schema; `others` are those it may refer to, by file name. Nothing is fetched."""
    registry: Registry[Any] = Registry().with_resources((name, _resource(each)) for name, each in others.items())
    return cast("Validator", _Dialect(cast("Any", _bare(contents)), registry=registry))


@cache
def own_validator(kind: str) -> Validator:
    """A validator of a kind without the resources inside a policy test, which are documents of their own."""
    return validator(schema(kind), {ANY_KIND: {"type": "object"}})


def _resource(contents: Schema) -> Resource[Any]:
    return DRAFT202012.create_resource(cast("Any", _bare(contents)))


def _bare(contents: Schema) -> Schema:
    # jsonschema would take `$schema` for leave to judge by the draft alone
    return {keyword: value for keyword, value in contents.items() if keyword != "$schema"}
