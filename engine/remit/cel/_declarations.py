"""Declaring variables: object types, and types as text.

The text of a type is its cel-spec name with parameters in round brackets, `map(string, list(int))`;
an object type is its name alone, so reading the text back needs the object types by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from remit.cel import _check_messages as messages
from remit.cel._errors import CelTypeError
from remit.cel._types import (
    BOOL,
    BYTES,
    CIDR,
    DOUBLE,
    DURATION,
    DYN,
    ERROR,
    INT,
    IP,
    MONEY,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    ObjectType,
    Type,
)
from remit.cel._unify import MAX_TYPE_DEPTH

_SIMPLE = {t.name: t for t in (BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, MONEY, NULL, IP, CIDR, DYN)}
_SHORT = {"timestamp": TIMESTAMP, "duration": DURATION, "null": NULL}
_ARITY = {"list": 1, "map": 2, "type": 1, "optional_type": 1}
_RESERVED = frozenset({*_SIMPLE, *_SHORT, *_ARITY, ERROR.name})
_KEYS = frozenset({BOOL.name, INT.name, UINT.name, STRING.name, DYN.name})
_TOKEN = re.compile(r"\s*(?:([A-Za-z_][\w.]*)|([(),]))")


def object_type(
    name: str,
    fields: Mapping[str, Type],
    *,
    optional: Iterable[str] = (),
    sizes: Mapping[str, int] = MappingProxyType({}),
) -> ObjectType:
    """An object type that cannot be changed afterwards.

    Fields: name to type. Optional: names of fields that may be missing. Sizes: the largest length
    of list, map and string fields. Raises CelTypeError when a name is taken by the language, or
    `optional` or `sizes` name a field that is not declared.
    """
    if name in _RESERVED:
        raise CelTypeError(messages.reserved_type_name(name))
    missing = frozenset(optional)
    for field in sorted(missing | sizes.keys()):
        if field not in fields:
            raise CelTypeError(messages.undeclared_field(name, field))
    fixed, bounds = MappingProxyType(dict(fields)), MappingProxyType(dict(sizes))
    return ObjectType(name, fields=fixed, optional=missing, sizes=bounds)


def is_key(type_: Type) -> bool:
    """Whether a map may be keyed by values of this type."""
    return type_.name in _KEYS


def render_type(type_: Type) -> str:
    """The text of a type, which `parse_type` reads back."""
    return str(type_)


def parse_type(text: str, objects: Mapping[str, ObjectType] = MappingProxyType({})) -> Type:
    """The type written as `text`; `objects` are the object types it may name.

    Raises CelTypeError when the text is no type.
    """
    reader = _Reader(text, objects)
    type_ = reader.type(MAX_TYPE_DEPTH)
    if reader.next() is not None:
        raise CelTypeError(messages.no_such_type(text))
    return type_


def decode_type(form: object) -> Type:
    """The type of a nested list form: `["map", ["string"], ["list", ["int"]]]`.

    Raises CelTypeError when the form is no type.
    """
    return parse_type(_form_text(form, MAX_TYPE_DEPTH))


def _form_text(form: object, depth: int) -> str:
    if not isinstance(form, list) or not form or not isinstance(form[0], str) or depth == 0:
        raise CelTypeError(messages.no_such_type(str(form)))
    inner = [_form_text(parameter, depth - 1) for parameter in form[1:]]
    return f"{form[0]}({', '.join(inner)})" if inner else form[0]


def _tokens(text: str) -> list[str] | None:
    found, end = [], 0
    while match := _TOKEN.match(text, end):
        found.append(match[1] or match[2])
        end = match.end()
    return None if text[end:].strip() else found


class _Reader:
    """Reads one type after the other from a text."""

    def __init__(self, text: str, objects: Mapping[str, ObjectType]) -> None:
        tokens = _tokens(text)
        if tokens is None:
            raise CelTypeError(messages.no_such_type(text))
        self._text = text
        self._objects = objects
        self._waiting = tokens[::-1]

    def next(self) -> str | None:
        return self._waiting.pop() if self._waiting else None

    def type(self, depth: int) -> Type:
        name = self.next()
        if name is None or depth == 0:
            raise CelTypeError(messages.no_such_type(self._text))
        if name in _ARITY:
            return self._generic(name, depth)
        simple = _SIMPLE.get(name) or _SHORT.get(name) or self._objects.get(name)
        if simple is None:
            raise CelTypeError(messages.no_such_type(self._text))
        return simple

    def _generic(self, name: str, depth: int) -> Type:
        if self._waiting[-1:] != ["("]:
            return Type(name, (DYN,) * _ARITY[name])
        parameters = tuple(self._parameter(name, index, depth) for index in range(_ARITY[name]))
        self._expect(")")
        return Type(name, parameters)

    def _parameter(self, name: str, index: int, depth: int) -> Type:
        self._expect("," if index else "(")
        type_ = self.type(depth - 1)
        if name == "map" and index == 0 and not is_key(type_):
            raise CelTypeError(messages.key_type(type_))
        return type_

    def _expect(self, token: str) -> None:
        if self.next() != token:
            raise CelTypeError(messages.no_such_type(self._text))
