"""Looking values up by the language's equality in better than one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from remit.cel._arithmetic import nearest_double
from remit.cel._compare import equal
from remit.cel._kinds import LIST, MAP, NUMERIC, kind
from remit.cel._types import BOOL, BYTES, STRING

_PLAIN = frozenset({BOOL.name, STRING.name, BYTES.name})


class Members:
    """The values met so far, in groups outside of which nothing is equal."""

    __slots__ = ("_groups",)

    def __init__(self, values: Iterable[object] = ()) -> None:
        self._groups: dict[object, list[object]] = {}
        for value in values:
            self.add(value)

    def add(self, value: object) -> bool:
        """Whether `value` is new."""
        group = self._groups.setdefault(_group(value), [])
        if any(equal(value, other) for other in group):
            return False
        group.append(value)
        return True

    def __contains__(self, value: object) -> bool:
        return any(equal(value, other) for other in self._groups.get(_group(value), ()))


def _group(value: object) -> object:
    """What equal values have in common."""
    name = kind(value)
    if name in NUMERIC:
        return nearest_double(cast("float", value))
    if name in _PLAIN:
        return name, value
    return (name, len(cast("list[object]", value))) if name in (LIST, MAP) else name
