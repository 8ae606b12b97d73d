"""Constant parts of a tree, computed once while the code is generated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from remit.cel._ast import Call, Conditional, Index, ListLiteral, Literal, Macro, MapLiteral, Node, Select
from remit.cel._errors import CelEvaluationError
from remit.cel._tree import children, height, postorder

_SMALL = 8
_SMALL_NODES = (Conditional, Index, MapLiteral, Select)


class _Unknown(Exception):
    """The node has no constant value."""


def folded(
    root: Node, implementations: Mapping[str, Callable[..., object]], fits: Callable[[Call], bool]
) -> dict[int, object]:
    """The values of the constant nodes by `id(node)`; a constant that has no value is left out."""
    values: dict[int, object] = {}
    heights: dict[int, int] = {}
    for node in postorder(root):
        parts = children(node)
        heights[id(node)] = height(heights[id(part)] for part in parts)
        if isinstance(node, Literal):
            values[id(node)] = node.value
        elif all(id(part) in values for part in parts):
            try:
                values[id(node)] = _value(
                    node, [values[id(part)] for part in parts], heights[id(node)], implementations, fits
                )
            except (_Unknown, CelEvaluationError):
                continue
    return values


def _value(
    node: Node,
    parts: list[object],
    tall: int,
    implementations: Mapping[str, Callable[..., object]],
    fits: Callable[[Call], bool],
) -> object:
    if isinstance(node, Call) and fits(node):
        return implementations[node.function](*parts)
    if isinstance(node, ListLiteral) and not node.optional:
        return parts
    if isinstance(node, _SMALL_NODES) and tall <= _SMALL:
        from remit.cel._evaluate import evaluate

        return evaluate(node, {})
    raise _Unknown


def macros(root: Node) -> int:
    """How many macros a tree has, and at least one."""
    return max(1, sum(isinstance(node, Macro) for node in postorder(root)))


def cuts(root: Node, tallest: int) -> frozenset[int]:
    """The nodes to give a function of their own, so that no function nests deeper than `tallest`."""
    found: set[int] = set()
    heights: dict[int, int] = {}
    for node in postorder(root):
        heights[id(node)] = height(heights[id(part)] for part in children(node))
        if heights[id(node)] >= tallest:
            found.add(id(node))
            heights[id(node)] = 0
    return frozenset(found)
