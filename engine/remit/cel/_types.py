"""The types the checker reasons with; immutable, compared by structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its cel-spec name; parameters for list, map, type, optional."""

    name: str
    parameters: tuple[Type, ...] = ()

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        return f"{self.name}({', '.join(map(str, self.parameters))})"


@dataclass(frozen=True, slots=True)
class ObjectType(Type):
    """An object with declared fields. At run time it is a mapping with string keys.

    A field in `optional` may be missing: reading it then is an error that `has()` guards.
    `sizes` bounds lists, maps and strings by field name for the static cost bound.
    """

    fields: Mapping[str, Type] = field(default_factory=dict, compare=False)
    optional: frozenset[str] = field(default=frozenset(), compare=False)
    sizes: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class TypeParameter(Type):
    """A free variable of a generic overload, such as `T` in `list(T)`."""


DYN = Type("dyn")
ERROR = Type("error")
NULL = Type("null_type")
BOOL = Type("bool")
INT = Type("int")
UINT = Type("uint")
DOUBLE = Type("double")
STRING = Type("string")
BYTES = Type("bytes")
TIMESTAMP = Type("google.protobuf.Timestamp")
DURATION = Type("google.protobuf.Duration")
MONEY = Type("money")
IP = Type("net.IP")
CIDR = Type("net.CIDR")


def list_of(element: Type) -> Type:
    """`list(element)`."""
    return Type("list", (element,))


def map_of(key: Type, value: Type) -> Type:
    """`map(key, value)`."""
    return Type("map", (key, value))


def type_of(type_: Type) -> Type:
    """`type(type_)`, the type of a type value."""
    return Type("type", (type_,))


def optional_of(type_: Type) -> Type:
    """`optional_type(type_)`."""
    return Type("optional_type", (type_,))
