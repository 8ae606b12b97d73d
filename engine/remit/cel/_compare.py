"""Equality, order and membership over all values.

Equality never fails: values of unlike types differ. Numbers of unlike types compare by value; against
a double, an integer takes the nearest double, as the language's conformance suite has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from remit.cel import _messages
from remit.cel._arithmetic import nearest_double
from remit.cel._instants import duration_nanoseconds, timestamp_nanoseconds
from remit.cel._kinds import LIST, MAP, NUMERIC, OPTIONAL, kind
from remit.cel._maps import MISSING, find
from remit.cel._types import BOOL, BYTES, DOUBLE, DURATION, STRING, TIMESTAMP
from remit.cel._values import OptionalValue

_PLAIN = frozenset({BOOL.name, STRING.name, BYTES.name})


def equal(left: object, right: object) -> bool:
    """`left == right`."""
    a, b = kind(left), kind(right)
    if a != b:
        return a in NUMERIC and b in NUMERIC and _order_key(left, a, b) == _order_key(right, b, a)
    deep = _DEEP.get(a)
    return deep(left, right) if deep else left == right


def not_equal(left: object, right: object) -> bool:
    """`left != right`."""
    return not equal(left, right)


def less(left: object, right: object) -> bool:
    """`left < right`."""
    a, b = _comparable("<", left, right)
    return a < b


def less_equal(left: object, right: object) -> bool:
    """`left <= right`."""
    a, b = _comparable("<=", left, right)
    return a <= b


def greater(left: object, right: object) -> bool:
    """`left > right`."""
    a, b = _comparable(">", left, right)
    return b < a


def greater_equal(left: object, right: object) -> bool:
    """`left >= right`."""
    a, b = _comparable(">=", left, right)
    return b <= a


def contained(element: object, container: object) -> bool:
    """`element in container`: an element of a list, a key of a map."""
    name = kind(container)
    if name == LIST:
        return any(equal(element, other) for other in cast("Sequence[object]", container))
    if name == MAP:
        return find(cast("Mapping[object, object]", container), element) is not MISSING
    raise _messages.no_such_overload("in", (kind(element), name))


def _comparable(operator: str, left: object, right: object) -> tuple[int, int]:
    """Both sides as what Python orders the same way; typed int only because it has to be something."""
    a, b = kind(left), kind(right)
    if a == b and a in _PLAIN:
        return cast("tuple[int, int]", (left, right))
    if (a in NUMERIC and b in NUMERIC) or (a == b and a in (TIMESTAMP.name, DURATION.name)):
        return cast("tuple[int, int]", (_order_key(left, a, b), _order_key(right, b, a)))
    raise _messages.no_such_overload(operator, (a, b))


def _order_key(value: object, own: str, other: str) -> int | float:
    if own == TIMESTAMP.name:
        return timestamp_nanoseconds(value)
    if own == DURATION.name:
        return duration_nanoseconds(value)
    number = cast("int | float", value)
    return nearest_double(number) if DOUBLE.name in (own, other) else number


def _equal_lists(left: object, right: object) -> bool:
    a, b = cast("Sequence[object]", left), cast("Sequence[object]", right)
    return len(a) == len(b) and all(map(equal, a, b))


def _equal_maps(left: object, right: object) -> bool:
    a, b = cast("Mapping[object, object]", left), cast("Mapping[object, object]", right)
    return len(a) == len(b) and all(_entry_equal(b, key, a[key]) for key in a)


def _entry_equal(map_: Mapping[object, object], key: object, value: object) -> bool:
    other = find(map_, key)
    return other is not MISSING and equal(value, other)


def _equal_optionals(left: object, right: object) -> bool:
    a, b = cast("OptionalValue", left), cast("OptionalValue", right)
    return a.present == b.present and (not a.present or equal(a.value, b.value))


def _equal_timestamps(left: object, right: object) -> bool:
    return timestamp_nanoseconds(left) == timestamp_nanoseconds(right)


_DEEP: Mapping[str, Callable[[object, object], bool]] = {
    LIST: _equal_lists,
    MAP: _equal_maps,
    OPTIONAL: _equal_optionals,
    TIMESTAMP.name: _equal_timestamps,
}
