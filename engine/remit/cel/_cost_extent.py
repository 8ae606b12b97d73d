"""How long texts, lists and maps may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from remit.cel._types import Type

LIST_SIZE, TEXT_SIZE = 100, 1_000
# Nested extents are followed this far; deeper ones count as undeclared.
_DEPTH = 32
_SIZED = frozenset({"string", "bytes", "list", "map", "dyn"})


@dataclass(frozen=True, slots=True)
class Extent:
    """The length of a value: characters, bytes, elements or entries; `maximum` is None when not declared.

    `keys` are the extents of a map's keys, `items` of its values or of a list's elements. `path` is
    how a declared size names the value: `key.models`, `key.models.@items`.
    """

    minimum: int = 0
    maximum: int | None = None
    keys: Extent | None = None
    items: Extent | None = None
    path: str = ""

    def elements(self) -> int:
        """The most elements or entries it may have."""
        return LIST_SIZE if self.maximum is None else self.maximum

    def characters(self) -> int:
        """The most characters or bytes it may have."""
        return TEXT_SIZE if self.maximum is None else self.maximum


UNKNOWN = Extent()


def exactly(size: int) -> Extent:
    """The extent of a text written in the expression."""
    return Extent(size, size)


def either(extents: Iterable[Extent]) -> Extent:
    """The extent of a value that is one of several."""
    return reduce(lambda first, second: _either(first, second, _DEPTH), extents, None) or UNKNOWN


def without_path(extent: Extent) -> Extent:
    """The extent of a value made from one with a declared size."""
    return replace(extent, path="")


def volume(type_: Type, extent: Extent) -> int:
    """What reading all of a value costs: a tenth of its characters, or its elements with theirs."""
    if type_.name not in _SIZED:
        return 0
    if type_.name not in ("list", "map"):
        return tenth(extent.characters())
    inner = sum(map(volume, type_.parameters, _inside(type_, extent)))
    return extent.elements() * (1 + inner)


def tenth(size: int) -> int:
    """A tenth of a size, rounded up."""
    return -(-size // 10)


def _inside(type_: Type, extent: Extent) -> tuple[Extent, ...]:
    items = extent.items or UNKNOWN
    return (items,) if type_.name == "list" else (extent.keys or UNKNOWN, items)


def _either(first: Extent | None, second: Extent | None, depth: int) -> Extent:
    if first is None or second is None:
        return first or second or UNKNOWN
    if depth == 0:
        return UNKNOWN
    known = first.maximum is not None and second.maximum is not None
    return Extent(
        min(first.minimum, second.minimum),
        max(first.elements(), second.elements()) if known else None,
        _inner(first.keys, second.keys, depth),
        _inner(first.items, second.items, depth),
    )


def _inner(first: Extent | None, second: Extent | None, depth: int) -> Extent | None:
    return _either(first, second, depth - 1) if first and second else None
