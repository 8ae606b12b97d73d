"""Values as the trees that give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

from remit.cel._ast import Call, Constant, Ident, ListLiteral, Literal, MapLiteral, Node
from remit.cel._errors import CelEvaluationError
from remit.cel._kinds import kind
from remit.cel._maps import map_of
from remit.cel._values import Cidr, FineDuration, FineTimestamp, IpAddress, OptionalValue, TypeValue, UInt

_Spelled = datetime | timedelta | FineTimestamp | FineDuration | IpAddress | Cidr


def literal(value: object, *, offset: int = 0) -> Node:
    """A tree without variables that evaluates to `value`.

    A Python value that stands for nothing, which no text writes, is held by reference in
    a `Literal` that only this process can evaluate: `dump` refuses it.
    """
    try:
        write = _WRITERS[kind(value)]
        return write(value, offset)
    except CelEvaluationError:
        return _held(value, offset)


def _held(value: object, offset: int) -> Node:
    return Literal("null", cast("Constant", value), offset=offset)


def _text_of(function: str) -> Callable[..., Node]:
    """Some values are written as the conversion of their text, which for durations has a shorter range."""

    def write(value: _Spelled, offset: int) -> Node:
        from remit.cel._functions import IMPLEMENTATIONS

        text = str(IMPLEMENTATIONS["string"](value))
        IMPLEMENTATIONS[function](text)
        return Call(function, None, (Literal("string", text, offset=offset),), offset=offset)

    return write


def _list(value: list[object], offset: int) -> Node:
    return ListLiteral(tuple(literal(element, offset=offset) for element in value), offset=offset)


def _map(value: Mapping[object, object], offset: int) -> Node:
    map_of(list(value.items()))
    entries = ((literal(key, offset=offset), literal(element, offset=offset)) for key, element in value.items())
    return MapLiteral(tuple(entries), offset=offset)


def _optional(value: OptionalValue, offset: int) -> Node:
    """An optional is written as the call that makes it; no macro variable hides an absolute name."""
    parts = (literal(value.value, offset=offset),) if value.present else ()
    return Call("of" if parts else "none", Ident("optional", absolute=True, offset=offset), parts, offset=offset)


def _type(value: TypeValue, offset: int) -> Node:
    """A type is written as the type of one of its values, which no variable of its name can hide."""
    samples: Mapping[str, object] = {
        "null_type": None,
        "bool": False,
        "int": 0,
        "uint": UInt(0),
        "double": 0.0,
        "string": "",
        "bytes": b"",
        "list": [],
        "map": {},
        "type": TypeValue("int"),
        "optional_type": OptionalValue(),
        "google.protobuf.Timestamp": datetime.fromisoformat("1970-01-01T00:00:00+00:00"),
        "google.protobuf.Duration": timedelta(0),
        "net.IP": IpAddress(4, 0),
        "net.CIDR": Cidr(IpAddress(4, 0), 0),
    }
    if value.name not in samples:
        return _held(value, offset)
    return Call("type", None, (literal(samples[value.name], offset=offset),), offset=offset)


_WRITERS: dict[str, Callable[..., Node]] = {
    "null_type": lambda _, offset: Literal("null", None, offset=offset),
    "bool": lambda value, offset: Literal("bool", bool(value), offset=offset),
    "int": lambda value, offset: Literal("int", int(value), offset=offset),
    "uint": lambda value, offset: Literal("uint", UInt(value), offset=offset),
    "double": lambda value, offset: Literal("double", float(value), offset=offset),
    "string": lambda value, offset: Literal("string", str.__str__(value), offset=offset),
    "bytes": lambda value, offset: Literal("bytes", bytes(value), offset=offset),
    "list": _list,
    "map": _map,
    "type": _type,
    "optional_type": _optional,
    "google.protobuf.Timestamp": _text_of("timestamp"),
    "google.protobuf.Duration": _text_of("duration"),
    "net.IP": _text_of("ip"),
    "net.CIDR": _text_of("cidr"),
}
