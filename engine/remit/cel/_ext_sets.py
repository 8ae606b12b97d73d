"""The `sets` extension: lists taken as sets, by the language's equality."""

from __future__ import annotations

from collections.abc import Sequence

from remit.cel._extension import function
from remit.cel._members import Members
from remit.cel._types import BOOL, TypeParameter, list_of

_LIST = list_of(TypeParameter("T"))


def _contains(whole: Sequence[object], part: Sequence[object]) -> bool:
    members = Members(whole)
    return all(value in members for value in part)


def _equivalent(first: Sequence[object], second: Sequence[object]) -> bool:
    return _contains(first, second) and _contains(second, first)


def _intersects(first: Sequence[object], second: Sequence[object]) -> bool:
    members = Members(first)
    return any(value in members for value in second)


SETS = (
    function("sets.contains", "sets_contains", (_LIST, _LIST), BOOL, _contains),
    function("sets.equivalent", "sets_equivalent", (_LIST, _LIST), BOOL, _equivalent),
    function("sets.intersects", "sets_intersects", (_LIST, _LIST), BOOL, _intersects),
)
