"""What the functions of the extensions cost, and how long their answers are.

By function and number of arguments, the target among them. What is not here costs one and has no length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from remit.cel._cost_extent import UNKNOWN, Extent, either, tenth, volume
from remit.cel._ext_lists import LONGEST_RANGE
from remit.cel._ext_strings import LONGEST
from remit.cel._types import Type

Costing = Callable[[Sequence[Type], Sequence[Extent]], int]
Measuring = Callable[[Sequence[Type], Sequence[Extent]], Extent]

# A number or a moment as text, and the most that one clause of `format` adds to it.
_NUMBER_TEXT = 64
_HASHED = frozenset({"bool", "int", "uint", "double", "string", "bytes", "money"})


def _text(_: Sequence[Type], extents: Sequence[Extent]) -> int:
    return tenth(extents[0].characters())


def _search(_: Sequence[Type], extents: Sequence[Extent]) -> int:
    return tenth(extents[0].characters()) * tenth(extents[1].characters())


def _made(measure: Measuring) -> Costing:
    """A tenth of the text that is made, besides what is read."""
    return lambda types, extents: _text(types, extents) + tenth(measure(types, extents).characters())


def _each(_: Sequence[Type], extents: Sequence[Extent]) -> int:
    return extents[0].elements()


def _sort(types: Sequence[Type], extents: Sequence[Extent]) -> int:
    return volume(types[0], extents[0]) * extents[0].elements().bit_length()


def _distinct(types: Sequence[Type], extents: Sequence[Extent]) -> int:
    return _looking_up(types[0], extents[0], extents[0].elements())


def _sets(types: Sequence[Type], extents: Sequence[Extent]) -> int:
    """Looking each element up, in both directions."""
    first, second = (extent.elements() for extent in extents)
    return _looking_up(types[0], extents[0], second) + _looking_up(types[1], extents[1], first)


def _looking_up(type_: Type, extent: Extent, times: int) -> int:
    """Reading a list, and comparing with each element again unless a hash tells them apart."""
    inner = type_.parameters[0].name if type_.parameters else ""
    return volume(type_, extent) * (1 if inner in _HASHED else times)


def _join(_: Sequence[Type], extents: Sequence[Extent]) -> int:
    return extents[0].elements() + tenth(_joined(_, extents).characters())


def _format(types: Sequence[Type], extents: Sequence[Extent]) -> int:
    return tenth(extents[0].characters()) + volume(types[1], extents[1])


def _range(_: Sequence[Type], extents: Sequence[Extent]) -> int:
    return _range_size(extents[0])


def _range_size(size: Extent) -> int:
    """Only a size that is written in the expression is known."""
    return LONGEST_RANGE if size.maximum is None else min(size.maximum, LONGEST_RANGE)


def _same(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return extents[0]


def _part(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return Extent(0, extents[0].maximum, extents[0].keys, extents[0].items)


def _item(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    """An optional that holds an element: the items of an optional are its value."""
    return Extent(items=extents[0].items)


def _some(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return Extent(items=extents[0])


def _held(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return extents[0].items or UNKNOWN


def _held_or(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return either([extents[0].items or UNKNOWN, extents[1]])


def _unwrapped(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return Extent(0, extents[0].maximum, items=(extents[0].items or UNKNOWN).items)


def _character(_: Sequence[Type], __: Sequence[Extent]) -> Extent:
    return Extent(0, 1)


def _parts(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    size = extents[0].characters()
    return Extent(0, size + 1, items=Extent(0, size))


def _replaced(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    text, new = extents[0].characters(), extents[2].characters()
    times = text // max(extents[1].minimum, 1) + 1
    return Extent(0, min(text + times * new, LONGEST))


def _joined(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    between = extents[1].characters() if len(extents) > 1 else 0
    size = extents[0].elements() * ((extents[0].items or UNKNOWN).characters() + between)
    return Extent(0, min(size, LONGEST))


def _formatted(types: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    values = 10 * volume(types[1], extents[1]) + extents[1].elements() * _NUMBER_TEXT
    return Extent(0, min(extents[0].characters() + values, LONGEST))


def _quoted(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return Extent(2, 2 * extents[0].characters() + 2)


def _encoded(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return Extent(0, 2 * extents[0].characters() + 4)


def _numbers(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return Extent(0, _range_size(extents[0]))


def _flat(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    inner = extents[0].items or UNKNOWN
    return Extent(0, extents[0].elements() * max(inner.elements(), 1), items=inner.items)


def _either(_: Sequence[Type], extents: Sequence[Extent]) -> Extent:
    return either(extents)


COSTS: Mapping[tuple[str, int], Costing] = {
    **dict.fromkeys((("lowerAscii", 1), ("upperAscii", 1), ("trim", 1), ("reverse", 1), ("strings.quote", 1)), _text),
    **dict.fromkeys((("substring", 2), ("substring", 3), ("charAt", 2), ("split", 2), ("split", 3)), _text),
    **dict.fromkeys((("base64.encode", 1), ("base64.decode", 1), ("ip", 1), ("cidr", 1), ("isIP", 1)), _text),
    **dict.fromkeys((("isCIDR", 1), ("ip.isCanonical", 1)), _text),
    **{(name, count): _search for name in ("indexOf", "lastIndexOf") for count in (2, 3)},
    **{("replace", count): _made(_replaced) for count in (3, 4)},
    **{("join", count): _join for count in (1, 2)},
    ("format", 2): _format,
    **dict.fromkeys((("slice", 3), ("flatten", 1), ("flatten", 2), ("optional.unwrap", 1), ("unwrapOpt", 1)), _each),
    **dict.fromkeys((("math.greatest", 1), ("math.least", 1)), _each),
    ("lists.range", 1): _range,
    ("distinct", 1): _distinct,
    ("sort", 1): _sort,
    **{(f"sets.{name}", 2): _sets for name in ("contains", "equivalent", "intersects")},
}

EXTENTS: Mapping[tuple[str, int], Measuring] = {
    **dict.fromkeys((("lowerAscii", 1), ("upperAscii", 1), ("reverse", 1), ("sort", 1)), _same),
    **dict.fromkeys((("trim", 1), ("substring", 2), ("substring", 3), ("slice", 3), ("distinct", 1)), _part),
    ("charAt", 2): _character,
    **{("split", count): _parts for count in (2, 3)},
    **{("replace", count): _replaced for count in (3, 4)},
    **{("join", count): _joined for count in (1, 2)},
    ("format", 2): _formatted,
    ("strings.quote", 1): _quoted,
    ("base64.encode", 1): _encoded,
    ("base64.decode", 1): _part,
    ("lists.range", 1): _numbers,
    **{("flatten", count): _flat for count in (1, 2)},
    **{(name, 1): _item for name in ("first", "last")},
    **{(name, 1): _some for name in ("optional.of", "optional.ofNonZeroValue")},
    **{(name, 1): _unwrapped for name in ("optional.unwrap", "unwrapOpt")},
    ("value", 1): _held,
    ("or", 2): _either,
    ("orValue", 2): _held_or,
}
