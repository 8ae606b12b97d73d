"""Walking a checked tree for its cost."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from remit.cel import _check_messages as messages
from remit.cel._ast import (
    And,
    Call,
    Conditional,
    Ident,
    Index,
    ListLiteral,
    Literal,
    Macro,
    MapLiteral,
    Node,
    Or,
    Select,
)
from remit.cel._checked import Checked
from remit.cel._checker_walk import dotted_path, drive
from remit.cel._cost_extent import UNKNOWN, Extent, either, exactly, without_path
from remit.cel._cost_functions import call_cost, call_extent
from remit.cel._names import called
from remit.cel._tree import children, is_alternative
from remit.cel._types import ObjectType, Type
from remit.cel._values import INT_MAX

_LIST_COST, _MAP_COST = 10, 30
_NAMING = frozenset({"bind", "optMap", "optFlatMap"})
_MAKING = frozenset({"map", "filter", "sortBy", "transformMap", "transformMapEntry"})
_LONGEST_PATH = 16


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a node costs, and how long its value is."""

    minimum: int
    maximum: int
    extent: Extent = UNKNOWN


Walk: TypeAlias = Generator[Node, Estimate, Estimate]


class Estimator:
    """One walk; `parts` are the loops and calls met, with what each costs at most in all its runs."""

    def __init__(self, checked: Checked, sizes: Mapping[str, int]) -> None:
        self.parts: list[tuple[Node, str, int]] = []
        self._checked = checked
        self._sizes = sizes
        self._times = 1
        self._locals: list[Mapping[str, Extent]] = []

    def run(self) -> Estimate:
        """The estimate of the whole."""
        return drive(self._visit, self._checked.ast)

    def _visit(self, node: Node) -> Walk:
        visit = _VISITS.get(type(node), Estimator._other)
        return (yield from visit(self, node))

    def _type(self, node: Node) -> Type:
        return self._checked.type_at(node)

    def _note(self, node: Node, text: str, maximum: int) -> None:
        self.parts.append((node, text, min(maximum * self._times, INT_MAX)))

    def _sized(self, extent: Extent) -> Extent:
        """The extent with the size declared for its path, if any."""
        declared = self._sizes.get(extent.path) if extent.path else None
        return extent if declared is None else replace(extent, maximum=declared)

    def _other(self, node: Node) -> Walk:
        parts = yield from self._all(children(node))
        return _total(1, parts)

    def _all(self, nodes: Sequence[Node]) -> Generator[Node, Estimate, list[Estimate]]:
        parts = []
        for node in nodes:
            parts.append((yield node))
        return parts

    def _literal(self, node: Literal) -> Walk:
        yield from ()
        if node.kind == "int" and isinstance(node.value, int) and node.value >= 0:
            return Estimate(0, 0, exactly(node.value))  # for `lists.range` of it
        return Estimate(0, 0, exactly(len(node.value)) if isinstance(node.value, (str, bytes)) else UNKNOWN)

    def _ident(self, node: Ident) -> Walk:
        yield from ()
        for names in reversed(() if node.absolute else self._locals):
            if node.name in names:
                return Estimate(1, 1, self._sized(names[node.name]))
        return Estimate(1, 1, self._sized(Extent(path=node.name)))

    def _select(self, node: Select) -> Walk:
        operand = yield node.operand
        extent = UNKNOWN if node.test else self._selected(node, operand.extent)
        return _total(1, [operand], extent)

    def _selected(self, node: Select, operand: Extent) -> Extent:
        """The items of an optional are its value."""
        within = self._type(node.operand).name == "optional_type"
        extent = self._sized(self._field(node, (operand.items or UNKNOWN) if within else operand))
        return Extent(items=extent) if within or node.optional else extent

    def _field(self, node: Select, operand: Extent) -> Extent:
        type_ = self._type(node.operand)
        if isinstance(type_, ObjectType) or operand.items is None:
            declared = type_.sizes.get(node.field) if isinstance(type_, ObjectType) else None
            return Extent(0, declared, path=f"{operand.path}.{node.field}" if operand.path else "")
        return operand.items

    def _index(self, node: Index) -> Walk:
        operand = yield node.operand
        index = yield node.index
        within = self._type(node.operand).name == "optional_type"
        inner = (operand.extent.items or UNKNOWN) if within else operand.extent
        items = self._sized(self._inside(node.operand, inner)[1])
        return _total(1, [operand, index], Extent(items=items) if within or node.optional else items)

    def _inside(self, node: Node, extent: Extent) -> tuple[Extent, Extent]:
        """The extents of keys and of values or elements."""
        if not extent.path:
            return extent.keys or UNKNOWN, extent.items or UNKNOWN
        items = "@values" if self._type(node).name == "map" else "@items"
        keys, values = Extent(path=f"{extent.path}.@keys"), Extent(path=f"{extent.path}.{items}")
        return self._sized(keys), self._sized(values)

    def _call(self, node: Call) -> Walk:
        nodes = node.args if self._qualified(node) else children(node)
        parts = yield from self._all(nodes)
        types = [self._type(part) for part in nodes]
        extents = [self._opened(node, part.extent) for node, part in zip(nodes, parts, strict=True)]
        function = called(node) if len(nodes) < len(children(node)) else node.function
        least, most = call_cost(function, types, extents)
        if most > 1:
            self._note(node, f"`{messages.function_name(function)}`", most)
        total = _total(0, parts, without_path(call_extent(function, types, extents)))
        minimum = parts[0].minimum if is_alternative(node) else total.minimum
        return replace(total, minimum=minimum + least, maximum=_capped(total.maximum + most))

    def _opened(self, node: Node, extent: Extent) -> Extent:
        """The extent, with those of its keys and items where its path declares them."""
        if not extent.path or extent.items is not None:
            return extent
        keys, items = self._inside(node, extent)
        return replace(extent, keys=keys, items=items)

    def _qualified(self, node: Call) -> bool:
        """Whether the target is part of the function's name, which the checker then gave no type."""
        types = self._checked.types
        return bool(types) and node.target is not None and id(node.target) not in types

    def _terms(self, node: And | Or) -> Walk:
        parts = yield from self._all(node.terms)
        return replace(_total(0, parts), minimum=min(part.minimum for part in parts))

    def _conditional(self, node: Conditional) -> Walk:
        test = yield node.test
        then = yield node.then
        otherwise = yield node.otherwise
        least = test.minimum + min(then.minimum, otherwise.minimum)
        most = test.maximum + max(then.maximum, otherwise.maximum)
        return Estimate(least, _capped(most), either([then.extent, otherwise.extent]))

    def _list(self, node: ListLiteral) -> Walk:
        parts = yield from self._all(node.elements)
        size = len(node.elements)
        items = either([part.extent for part in parts]) if parts else None
        return _total(_LIST_COST, parts, Extent(size - len(node.optional), size, items=items))

    def _map(self, node: MapLiteral) -> Walk:
        parts = yield from self._all(children(node))
        extents, size = [part.extent for part in parts], len(node.entries)
        keys, items = (either(extents[::2]), either(extents[1::2])) if parts else (None, None)
        return _total(_MAP_COST, parts, Extent(size - len(node.optional), size, keys, items))

    def _naming(self, node: Macro) -> Walk:
        """A value that gets a name in the body, which runs at most once."""
        value = yield node.range
        names = {node.variables[0]: value.extent if node.kind == "bind" else value.extent.items or UNKNOWN}
        self._locals.append(names)
        body = yield node.body
        self._locals.pop()
        least = body.minimum if node.kind == "bind" else value.minimum
        extent = body.extent if node.kind == "bind" else Extent(items=body.extent)
        return Estimate(least, _capped(value.maximum + body.maximum + 1), extent)

    def _macro(self, node: Macro) -> Walk:
        if node.kind in _NAMING:
            return (yield from self._naming(node))
        over = yield node.range
        most, times = over.extent.elements(), self._times
        self._locals.append(self._variables(node, over.extent))
        self._times = _capped(times * most)
        body = yield node.body
        where = Estimate(0, 0) if node.where is None else (yield node.where)
        self._locals.pop()
        self._times = times
        sorting = most.bit_length() if node.kind == "sortBy" else 0
        loop = _capped(most * (1 + body.maximum + where.maximum + sorting))
        self._note(node, f"`{_written(node.range)}.{node.kind}` (up to {most:,} times)", loop)
        least = _least_rounds(node, over.extent) * (1 + (body if node.where is None else where).minimum)
        return Estimate(over.minimum + least, _capped(over.maximum + loop), self._made(node, over.extent, body))

    def _variables(self, node: Macro, over: Extent) -> dict[str, Extent]:
        keys, items = self._inside(node.range, over)
        is_map = self._type(node.range).name == "map"
        if len(node.variables) == 1:
            return {node.variables[0]: keys if is_map else items}
        return dict(zip(node.variables, (keys if is_map else UNKNOWN, items), strict=True))

    def _made(self, node: Macro, over: Extent, body: Estimate) -> Extent:
        """The extent of the list or map that a macro makes."""
        if node.kind not in _MAKING:
            return UNKNOWN
        keys, items = self._inside(node.range, over)
        least = 0 if node.kind in ("filter", "transformMapEntry") or node.where is not None else over.minimum
        if node.kind == "transformMap":
            return Extent(least, over.elements(), keys, body.extent)
        if node.kind == "transformMapEntry":
            most = over.elements() * body.extent.elements()
            return Extent(least, _capped(most), body.extent.keys, body.extent.items)
        element = keys if self._type(node.range).name == "map" else items
        return Extent(least, over.elements(), items=body.extent if node.kind == "map" else element)


def _least_rounds(node: Macro, over: Extent) -> int:
    """How often a loop runs at least: `all` and `exists` may stop at the first element."""
    return min(1, over.minimum) if node.kind in ("all", "exists") else over.minimum


def _total(own: int, parts: Sequence[Estimate], extent: Extent = UNKNOWN) -> Estimate:
    least = own + sum(part.minimum for part in parts)
    return Estimate(least, _capped(own + sum(part.maximum for part in parts)), extent)


def _capped(cost: int) -> int:
    return min(cost, INT_MAX)


def _written(node: Node) -> str:
    """The start of an expression for a person to find it by."""
    return ".".join(dotted_path(node, _LONGEST_PATH)) or "…"


_VISITS: Mapping[type[Node], Callable[..., Walk]] = {
    Literal: Estimator._literal,
    Ident: Estimator._ident,
    Select: Estimator._select,
    Index: Estimator._index,
    Call: Estimator._call,
    And: Estimator._terms,
    Or: Estimator._terms,
    Conditional: Estimator._conditional,
    ListLiteral: Estimator._list,
    MapLiteral: Estimator._map,
    Macro: Estimator._macro,
}
