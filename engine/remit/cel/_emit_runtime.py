"""The few functions that generated code calls besides the implementations of the language.

Each gives the CEL answer or raises; whatever is raised sends the whole expression to the exact
evaluator, so `Unusual` means "not mine to decide" and never reaches a caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import NoReturn, cast

from remit.cel._access import NONE, has, optional_index, optional_select, select, some
from remit.cel._ext_lists import sorted_by
from remit.cel._maps import map_of
from remit.cel._values import INT_MAX, OptionalValue, TypeValue, UInt

SIZED = frozenset({str, list, dict, tuple, bytes})
"""Types whose CEL size is their `len`."""

CONTAINERS = frozenset({list, tuple, dict})
"""Types in which `in` finds a str exactly when CEL does."""

VALUES = frozenset({bool, float, str, bytes, list, tuple, dict, timedelta, TypeValue})
"""Types that never equal null."""

_NO_MAPS = frozenset(
    {type(None), bool, int, UInt, float, str, bytes, list, tuple, datetime, timedelta, TypeValue},
)
_LISTS = frozenset({list, tuple})
_KEYS = frozenset({str, int, UInt})


class Unusual(Exception):
    """The exact evaluator has to decide."""


def unusual() -> NoReturn:
    """Leave the generated code."""
    raise Unusual


def record(value: object) -> object:
    """A value for which `value[name]` is CEL's field or an exception: no default of a dict's subclass."""
    if type(value) in _NO_MAPS:
        return value
    if isinstance(value, Mapping):
        return dict(value)
    raise Unusual


def elements(value: object) -> list[object]:
    """What a macro over a value that is no plain list runs over."""
    if type(value) in _LISTS or isinstance(value, Mapping):
        return list(cast("Iterable[object]", value))
    raise Unusual


def pairs(value: object) -> Iterable[tuple[object, object]]:
    """What a macro of two variables runs over: index and element, or key and value."""
    if type(value) in _LISTS:
        return list(enumerate(cast("Sequence[object]", value)))
    if isinstance(value, Mapping):
        return list(value.items())
    raise Unusual


UNSET = object()
"""In a local for a part that was not computed yet; no value of an activation is this object."""


def string_of(value: object) -> object:
    """`value`, which is certainly a string from here on."""
    if type(value) is str:
        return value
    raise Unusual


def int_of(value: object) -> object:
    """`value`, which is certainly an int from here on."""
    if type(value) is int:
        return value
    raise Unusual


def double_of(value: object) -> object:
    """`value`, which is certainly a double from here on."""
    if type(value) is float:
        return value
    raise Unusual


def bool_of(value: object) -> object:
    """`value`, which is certainly a bool from here on."""
    if value is True or value is False:
        return value
    raise Unusual


def put(entries: dict[object, object], key: object, value: object) -> None:
    """One more entry of a map, whose keys Python tells apart as the language does."""
    if type(key) not in _KEYS or key in entries:
        raise Unusual
    entries[key] = value


def put_all(entries: dict[object, object], more: object) -> None:
    """The entries of another map."""
    if type(more) is not dict:
        raise Unusual
    for key, value in more.items():
        put(entries, key, value)


def optional(value: object) -> object:
    """A value that has to be an optional."""
    if type(value) is OptionalValue:
        return value
    raise Unusual


def fresh(value: object) -> object:
    """A copy of a constant list or map, so that no caller can change the constant."""
    if isinstance(value, list):
        return [fresh(element) for element in value]
    if isinstance(value, dict):
        return {key: fresh(element) for key, element in value.items()}
    return value


LONGEST = timedelta(microseconds=INT_MAX // 1_000)
"""A duration has to fit 64 bits of nanoseconds."""

NAMESPACE: dict[str, object] = {
    "__builtins__": {},
    "type": type,
    "len": len,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "bytes": bytes,
    "datetime": datetime,
    "timedelta": timedelta,
    "timezone": timezone,
    "UTC": UTC,
    "LONGEST": LONGEST,
    "SHORTEST": -LONGEST,
    "Exception": Exception,
    "SIZED": SIZED,
    "CONTAINERS": CONTAINERS,
    "VALUES": VALUES,
    "unusual": unusual,
    "UNSET": UNSET,
    "string_of": string_of,
    "int_of": int_of,
    "double_of": double_of,
    "bool_of": bool_of,
    "record": record,
    "has": has,
    "select": select,
    "optional_select": optional_select,
    "optional_index": optional_index,
    "elements": elements,
    "pairs": pairs,
    "fresh": fresh,
    "map_of": map_of,
    "put": put,
    "put_all": put_all,
    "optional": optional,
    "OptionalValue": OptionalValue,
    "NONE": NONE,
    "some": some,
    "sorted_by": sorted_by,
}
"""What every generated function finds in its globals besides its constants."""
