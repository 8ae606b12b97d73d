"""Functions on optional values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from remit.cel import _messages
from remit.cel._access import NONE, some
from remit.cel._instants import duration_nanoseconds, timestamp_nanoseconds
from remit.cel._kinds import LIST, NUMERIC, OPTIONAL, kind
from remit.cel._types import BOOL, DURATION, NULL, TIMESTAMP
from remit.cel._values import OptionalValue


def none() -> OptionalValue:
    """`optional.none()`."""
    return NONE


def of_non_zero_value(value: object) -> OptionalValue:
    """`optional.ofNonZeroValue(value)`: none for the empty value of any type."""
    return NONE if _is_zero(value) else some(value)


def _is_zero(value: object) -> bool:
    name = kind(value)
    if name == TIMESTAMP.name:
        return timestamp_nanoseconds(value) == 0
    if name == DURATION.name:
        return duration_nanoseconds(value) == 0
    if name == OPTIONAL:
        return value == NONE
    return name == NULL.name or ((name in NUMERIC or name == BOOL.name or hasattr(value, "__len__")) and not value)


def has_value(optional: object) -> bool:
    """`optional.hasValue()`."""
    return _checked("hasValue", optional).present


def value(optional: object) -> object:
    """`optional.value()`."""
    held = _checked("value", optional)
    if held.present:
        return held.value
    raise _messages.empty_optional()


def either(optional: object, other: object) -> OptionalValue:
    """`optional.or(other)`, both optional."""
    first, second = _checked("or", optional), _checked("or", other)
    return first if first.present else second


def or_value(optional: object, default: object) -> object:
    """`optional.orValue(default)`."""
    held = _checked("orValue", optional)
    return held.value if held.present else default


def unwrap(optionals: object) -> list[object]:
    """`optional.unwrap(list)`: the values of those that have one."""
    if kind(optionals) != LIST:
        raise _messages.no_such_overload("unwrap", (kind(optionals),))
    held = [_checked("unwrap", optional) for optional in cast("Sequence[object]", optionals)]
    return [optional.value for optional in held if optional.present]


def _checked(function: str, value: object) -> OptionalValue:
    if isinstance(value, OptionalValue):
        return value
    raise _messages.no_such_overload(function, (kind(value),))


OPTIONALS: Mapping[str, Callable[..., object]] = {
    "optional.of": some,
    "optional.none": none,
    "optional.ofNonZeroValue": of_non_zero_value,
    "hasValue": has_value,
    "value": value,
    "or": either,
    "orValue": or_value,
    "optional.unwrap": unwrap,
    "unwrapOpt": unwrap,
}
