"""What every part of an expression came to in one evaluation, the parts that were not needed included.

The exact evaluator does the work, once, over a copy of the tree in which every operand is watched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal as Choice

from remit.cel._ast import Ident, Literal, Macro, Node, Select
from remit.cel._errors import CelEvaluationError
from remit.cel._names import dotted
from remit.cel._program import Program
from remit.cel._tree import children
from remit.cel._types import DYN, Type
from remit.cel._watch import Mark, first, record

MAX_DEPTH = 40
MAX_PARTS = 400

State = Choice["value", "error", "not evaluated"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One part: its value, or its error without values, or that it was not needed.

    `parts` are its operands in the order of the text; literals and the variables of macros are left out, and
    `a.b.c` is one part.
    A part of a macro that runs once an element has `bound`, the variables of the macro; of many elements
    the first and the last are there, and `omitted` says how many are not.
    """

    node: Node
    state: State
    value: object = None
    error: str = ""
    type: Type = DYN
    parts: tuple[Trace, ...] = ()
    bound: Mapping[str, object] = field(default_factory=dict)
    omitted: int = 0


def trace(program: Program, activation: Mapping[str, object]) -> Trace:
    """Evaluate a program and tell of each part what became of it. An error is told, not raised.

    At most 400 parts are told, at most 40 levels deep.
    """
    try:
        mark = record(program.ast, program._visible(activation), program.container)
    except RecursionError:
        return _whole(program, activation)
    return _Telling(program.types, _reached(mark)).told(mark, MAX_DEPTH)


def _whole(program: Program, activation: Mapping[str, object]) -> Trace:
    """The value alone, of an expression that nests too deep to be watched."""
    try:
        return Trace(program.ast, "value", program.exact(activation), type=program.type)
    except CelEvaluationError as error:
        return Trace(program.ast, "error", error=error.message, type=program.type)


def _reached(mark: Mark) -> set[int]:
    """Every node that was evaluated anywhere: what `bind` names is marked where it is read."""
    found: set[int] = set()
    waiting = [mark]
    while waiting:
        each = waiting.pop()
        found.add(id(each.node))
        waiting += each.parts
    return found


class _Telling:
    """From marks to traces, within bounds."""

    def __init__(self, types: Mapping[int, Type], reached: set[int]) -> None:
        self._types = types
        self._reached = reached
        self._left = MAX_PARTS - 1

    def told(self, mark: Mark, depth: int, bound: frozenset[str] = frozenset()) -> Trace:
        """A mark and the parts below it. What stands side by side is counted before what is inside it.

        `bound` are the variables of macros around it, whose values are told there.
        """
        bound |= mark.bound.keys()
        found = [each for each in self._with_skipped(mark) if not _is_known(each.node, bound)] if depth else []
        shown = found[: self._left]
        self._left -= len(shown)
        return Trace(
            mark.node,
            _state(mark),
            mark.value,
            mark.error or "",
            self._types.get(id(mark.node), DYN),
            tuple(self.told(each, depth - 1, bound) for each in shown),
            mark.bound,
            mark.omitted,
        )

    def _with_skipped(self, mark: Mark) -> list[Mark]:
        """The parts of an evaluated node, with those that were not needed in their places."""
        if not mark.parts or _asks_for_field(mark):
            return []
        own = children(mark.node)
        seen = self._reached if isinstance(mark.node, Macro) else {id(each.node) for each in mark.parts}
        left = first(mark.node)  # always evaluated, unless it is the namespace of a function
        skipped = [Mark(node) for node in own if id(node) not in seen and node is not left]
        if isinstance(mark.node, Macro):
            return [*mark.parts, *skipped]
        order = {id(node): at for at, node in enumerate(own)}
        return sorted([*mark.parts, *skipped], key=lambda each: order.get(id(each.node), -1))


def _is_known(node: Node, bound: frozenset[str]) -> bool:
    return isinstance(node, Literal) or (isinstance(node, Ident) and node.name in bound)


def _asks_for_field(mark: Mark) -> bool:
    """`has(a.b)`: what `a` is as a whole explains nothing."""
    return isinstance(mark.node, Select) and mark.node.test and mark.done and bool(dotted(mark.node.operand))


def _state(mark: Mark) -> State:
    if mark.error is not None:
        return "error"
    return "value" if mark.done else "not evaluated"
