"""Parts of a tree that stand in it several times, so that generated code computes each of them once.

A shared part is computed when it is first needed and not before: what `&&` or a conditional passes over stays
passed over, and a part that has no value raises at that moment, for the exact evaluator to decide. Nothing below
a macro is shared, for its variables have another value each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping

from remit.cel._ast import Call, Conditional, Index, Macro, Node, Select
from remit.cel._shape import own
from remit.cel._tree import children, postorder
from remit.cel._types import Type

LEAST = 3
"""A part that stands there less often is not worth the asking whether it is known."""

_SHARED = (Call, Select, Index, Macro, Conditional)


def shared(root: Node, types: Mapping[int, Type]) -> dict[int, int]:
    """By `id(node)`, the number of its sort: nodes of one sort have one value."""
    sorts = _sorts(root, types)
    counts = _counts(root, sorts)
    numbers: dict[int, int] = {}
    found: dict[int, int] = {}
    for node in _outside_macros(root):
        sort = sorts[id(node)]
        if counts[sort] >= LEAST and isinstance(node, _SHARED):
            found[id(node)] = numbers.setdefault(sort, len(numbers))
    return found


def _sorts(root: Node, types: Mapping[int, Type]) -> dict[int, int]:
    """Equal nodes of equal declared types get the same number."""
    known: dict[Hashable, int] = {}
    sorts: dict[int, int] = {}
    for node in postorder(root):
        declared = types.get(id(node))
        parts = tuple(sorts[id(part)] for part in children(node))
        key = (type(node), own(node), declared.name if declared else "", parts)
        sorts[id(node)] = known.setdefault(key, len(known))
    return sorts


def _counts(root: Node, sorts: Mapping[int, int]) -> Counter[int]:
    """How often each sort would be computed if every larger one were computed once."""
    counts: Counter[int] = Counter()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        counts[sorts[id(node)]] += 1
        if counts[sorts[id(node)]] == 1 or not isinstance(node, _SHARED):
            waiting.extend(_open(node))
    return counts


def _outside_macros(root: Node) -> list[Node]:
    found: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(_open(node))
    return found


def _open(node: Node) -> tuple[Node, ...]:
    """The children that do not see the variables of a macro."""
    return (node.range,) if isinstance(node, Macro) else children(node)
