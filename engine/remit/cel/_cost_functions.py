"""What calling a function costs, from the types and extents of its arguments, and how long its answer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from remit.cel._cost_extensions import COSTS, EXTENTS
from remit.cel._cost_extent import UNKNOWN, Extent, either, tenth, volume
from remit.cel._types import Type

_CONVERTED_TEXT = 64
_COMPARISONS = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_")
_CONVERSIONS = ("int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration")
_TO_TEXT = frozenset({"string", "bytes", "money.string"})
_TEXT = frozenset({"string", "bytes", "dyn"})
_ADDED = _TEXT | {"list"}


def call_cost(function: str, types: Sequence[Type], extents: Sequence[Extent]) -> tuple[int, int]:
    """The least and the most a call costs besides its arguments."""
    cost = _COSTS.get((function, len(types))) or COSTS.get((function, len(types)))
    return 1, 1 if cost is None else 1 + cost(types, extents)


def call_extent(function: str, types: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    """How long the answer of a call is."""
    measure = EXTENTS.get((function, len(types)))
    if measure is not None:
        return measure(types, extents)
    if function == "_+_":
        return _sum(types, *extents)
    if len(types) != 1:
        return UNKNOWN
    if function == "dyn":
        return extents[0]
    return _converted(types[0], extents[0]) if function in _TO_TEXT else UNKNOWN


def _sum(types: Sequence[Type], first: Extent, second: Extent) -> Extent:
    sizes = (_size(type_, extent) for type_, extent in zip(types, (first, second), strict=True))
    items = either([first.items, second.items]) if first.items and second.items else None
    return Extent(first.minimum + second.minimum, sum(sizes), None, items)


def _size(type_: Type, extent: Extent) -> int:
    return extent.elements() if type_.name == "list" else extent.characters()


def _converted(type_: Type, extent: Extent) -> Extent:
    # A character is at most four bytes long.
    longest = 4 * extent.characters() if type_.name in _TEXT else _CONVERTED_TEXT
    return Extent(0, longest)


def _compare(types: Sequence[Type], extents: Sequence[Extent]) -> int:
    return min(map(volume, types, extents))


def _search(types: Sequence[Type], extents: Sequence[Extent]) -> int:
    return extents[1].elements() if types[1].name != "map" else 0


def _concatenate(types: Sequence[Type], extents: Sequence[Extent]) -> int:
    if any(type_.name not in _ADDED for type_ in types):
        return 0
    return sum(tenth(_size(type_, extent)) for type_, extent in zip(types, extents, strict=True))


def _within(_: Sequence[Type], extents: Sequence[Extent]) -> int:
    return tenth(extents[0].characters()) * tenth(extents[1].characters())


def _prefix(_: Sequence[Type], extents: Sequence[Extent]) -> int:
    return tenth(extents[1].characters())


def _pattern(_: Sequence[Type], extents: Sequence[Extent]) -> int:
    return tenth(extents[0].characters() + 1) * -(-extents[1].characters() // 4)


def _convert(types: Sequence[Type], extents: Sequence[Extent]) -> int:
    return tenth(extents[0].characters()) if types[0].name in _TEXT else 0


_COSTS: Mapping[tuple[str, int], Callable[[Sequence[Type], Sequence[Extent]], int]] = {
    **{(name, 2): _compare for name in _COMPARISONS},
    **{(name, 1): _convert for name in _CONVERSIONS},
    ("@in", 2): _search,
    ("_+_", 2): _concatenate,
    ("contains", 2): _within,
    ("startsWith", 2): _prefix,
    ("endsWith", 2): _prefix,
    ("matches", 2): _pattern,
    ("glob", 2): _pattern,
}
