"""Values of variables as one writes them on a command line or in a file."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from remit.cel import (
    BOOL,
    DOUBLE,
    DYN,
    INT,
    MONEY,
    NULL,
    STRING,
    CelError,
    Type,
    compile,
    list_of,
    map_of,
    parse_type,
)
from remit.cli import _messages as messages
from remit.cli._errors import CommandError, Misuse
from remit.resources import parse_money
from remit.source import Data, read_documents

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_GIVEN = re.compile(rf"(?P<name>{NAME.pattern})(?::(?P<type>[^=]+))?=(?P<value>.*)", re.DOTALL)
_INT = range(-(2**63), 2**63)
_CONVERTED = {
    "int": "int",
    "uint": "uint",
    "double": "double",
    "bool": "bool",
    "string": "string",
    "bytes": "bytes",
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
}


def given(text: str) -> tuple[str, Type, object]:
    """`name=value` or `name:type=value`. Raises Misuse."""
    found = _GIVEN.fullmatch(text)
    if found is None:
        raise Misuse(messages.not_a_variable())
    name, value = found["name"], found["value"]
    if found["type"] is None:
        plain = _read(name, value)
        return name, type_of_data(name, plain), plain
    type_ = _type(found["type"])
    return name, type_, _typed(name, type_, value)


def variables_in(path: Path) -> Mapping[str, Data]:
    """The variables of a file of JSON or YAML. Raises OSError, and CommandError for one that holds no mapping."""
    parsed = read_documents(path.read_bytes(), str(path))
    if parsed.errors:
        raise CommandError(str(parsed.errors[0]))
    data = parsed.documents[0].data if len(parsed.documents) == 1 else None
    if not isinstance(data, dict) or not all(NAME.fullmatch(name) for name in data):
        raise CommandError(messages.no_variables(str(path)))
    return data


def type_of_data(name: str, data: object) -> Type:
    """The type of plain data; a list or map of several types has elements of any. Raises Misuse."""
    match data:
        case None:
            return NULL
        case bool():
            return BOOL
        case int():
            if data not in _INT:
                raise Misuse(messages.number_too_large(name))
            return INT
        case float():
            return DOUBLE
        case str():
            return STRING
        case list():
            return list_of(_common(type_of_data(name, each) for each in data))
        case dict():
            return map_of(STRING, _common(type_of_data(name, each) for each in data.values()))
    raise Misuse(messages.no_such_value(name))


def _common(types: Iterable[Type]) -> Type:
    found = set(types)
    return found.pop() if len(found) == 1 else DYN


def _read(name: str, text: str) -> object:
    """JSON; else YAML for what begins like a list or map; else the text as it is."""
    try:
        value = json.loads(text, parse_constant=_refused)
    except ValueError:
        return _collection(name, text) if text.lstrip()[:1] in ("[", "{") else text
    except RecursionError:
        raise Misuse(messages.no_such_value(name)) from None
    return text if isinstance(value, float) and not math.isfinite(value) else value


def _refused(constant: str) -> object:
    raise ValueError(constant)


def _collection(name: str, text: str) -> object:
    parsed = read_documents(f"value: {text}".encode(), name)
    data = parsed.documents[0].data if parsed.documents else None
    if parsed.errors or not isinstance(data, dict):
        raise Misuse(messages.no_such_value(name))
    return data["value"]


def _type(text: str) -> Type:
    try:
        return parse_type(text)
    except CelError as error:
        raise Misuse(messages.with_remedy(error.message, "")) from None


def _typed(name: str, type_: Type, text: str) -> object:
    value = text if type_.name in _CONVERTED or type_ == MONEY else _read(name, text)
    try:
        return _converted(type_, value)
    except (CelError, ValueError, TypeError) as error:
        raise Misuse(messages.not_of_type(name, messages.short_type(str(type_)), _cause(error))) from None


def _cause(error: Exception) -> str:
    return error.message if isinstance(error, CelError) else str(error)


def _converted(type_: Type, value: object) -> object:
    """A value as one of a type, by the conversions of the language. Raises CelError, ValueError or TypeError."""
    if type_ == MONEY:
        return parse_money(value).micro
    if type_.name in _CONVERTED:
        text = value if isinstance(value, str) else json.dumps(value)
        return compile(f"{_CONVERTED[type_.name]}(x)")({"x": text})
    if type_.name == "list" and isinstance(value, list):
        return [_converted(type_.parameters[0], each) for each in value]
    if type_.name == "map" and isinstance(value, dict):
        key, inner = type_.parameters
        return {_converted(key, name): _converted(inner, each) for name, each in value.items()}
    if type_ == DYN or (type_ == NULL and value is None):
        return value
    raise ValueError(messages.wrong_form())
