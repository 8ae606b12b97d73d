"""Reading from values: fields, keys and elements, and the optional forms of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, cast

from remit.cel import _messages
from remit.cel._errors import CelEvaluationError
from remit.cel._kinds import LIST, MAP, OPTIONAL, kind
from remit.cel._maps import MISSING, find
from remit.cel._types import DOUBLE, INT, UINT
from remit.cel._values import OptionalValue

NONE = OptionalValue()

_ABSENT = frozenset({"no_such_key", "index_out_of_range"})


def some(value: object) -> OptionalValue:
    """The optional that holds `value`."""
    return OptionalValue(value, present=True)


def select(operand: object, field: str) -> object:
    """`operand.field`; on an optional, an optional."""
    name = kind(operand)
    if name == MAP:
        map_ = cast("Mapping[object, object]", operand)
        if field in map_:
            return map_[field]
        raise _messages.no_such_key(field)
    if name == OPTIONAL:
        return optional_select(operand, field)
    raise _messages.no_such_field(field, name)


def optional_select(operand: object, field: str) -> OptionalValue:
    """`operand.?field`."""
    return _optional(select, operand, field)


def has(operand: object, field: str) -> bool:
    """`has(operand.field)`."""
    name = kind(operand)
    if name == MAP:
        return field in cast("Mapping[object, object]", operand)
    if name == OPTIONAL:
        held = cast("OptionalValue", operand)
        return held.present and has(held.value, field)
    raise _messages.no_such_field(field, name)


def index(operand: object, key: object) -> object:
    """`operand[key]`: an element of a list, a value of a map; on an optional, an optional."""
    name = kind(operand)
    if name == LIST:
        return _element(cast("Sequence[object]", operand), key)
    if name == MAP:
        found = find(cast("Mapping[object, object]", operand), key)
        if found is MISSING:
            raise _messages.no_such_key()
        return found
    if name == OPTIONAL:
        return optional_index(operand, key)
    raise _messages.no_such_overload("[]", (name, kind(key)))


def optional_index(operand: object, key: object) -> OptionalValue:
    """`operand[?key]`."""
    return _optional(index, operand, key)


def _element(list_: Sequence[object], key: object) -> object:
    """An index may be any number that is whole; it counts from 0 and never from the end."""
    name = kind(key)
    if name not in (INT.name, UINT.name, DOUBLE.name):
        raise _messages.no_such_overload("[]", (LIST, name))
    number = cast("float", key)
    if name == DOUBLE.name and not number.is_integer():
        raise _messages.not_convertible(DOUBLE.name, "a list index")
    if 0 <= number < len(list_):
        return list_[int(number)]
    raise _messages.index_out_of_range(len(list_))


_At = TypeVar("_At")


def _optional(read: Callable[[object, _At], object], operand: object, at: _At) -> OptionalValue:
    """What `read` finds, or none when there is nothing to find; any other error stays one."""
    if isinstance(operand, OptionalValue):
        return _optional(read, operand.value, at) if operand.present else NONE
    try:
        return some(read(operand, at))
    except CelEvaluationError as error:
        if error.code in _ABSENT:
            return NONE
        raise
