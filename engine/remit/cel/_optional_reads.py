"""Reads of fields that may be missing, with nothing before them that asked `has()`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TypeAlias

from remit.cel._ast import And, Call, Conditional, Macro, Node, Or, Select
from remit.cel._checked import Checked
from remit.cel._checker_walk import dotted_path, drive
from remit.cel._tree import children
from remit.cel._types import ObjectType

Paths: TypeAlias = frozenset[str]
Walk: TypeAlias = Generator[Node, "_Held", "_Held"]
_LONGEST_PATH = 64
_NONE: Paths = frozenset()


def optional_reads(checked: Checked) -> tuple[tuple[str, int], ...]:
    """The dotted path and offset of each unguarded read of a field declared optional, in the order of the text.

    A read is guarded by `has()` of the same path in an earlier term of an enclosing `&&`, in the
    test of an enclosing `? :`, or as `!has()` in an earlier term of an enclosing `||`.
    """
    reader = _Reader(checked)
    drive(reader.visit, checked.ast)
    return tuple(sorted(set(reader.found), key=lambda read: (read[1], read[0])))


class _Held:
    """What is known to be present when a node was true, and when it was false."""

    __slots__ = ("false", "true")

    def __init__(self, true: Paths = _NONE, false: Paths = _NONE) -> None:
        self.true = true
        self.false = false


class _Reader:
    """One walk, with the paths known to be present at the node it is at."""

    def __init__(self, checked: Checked) -> None:
        self.found: list[tuple[str, int]] = []
        self._checked = checked
        self._present: Paths = _NONE

    def visit(self, node: Node) -> Walk:
        """What holds after `node`, noting unguarded reads on the way."""
        visit = _VISITS.get(type(node), _Reader._plain)
        return (yield from visit(self, node))

    def _plain(self, node: Node) -> Walk:
        for child in children(node):
            _ = yield child
        return _Held()

    def _select(self, node: Select) -> Walk:
        path = ".".join(dotted_path(Select(node.operand, node.field), _LONGEST_PATH))
        yield node.operand
        if node.test:
            return _Held(true=frozenset({path} - {""}))
        if not node.optional and self._may_be_missing(node) and path not in self._present:
            self.found.append((path or f"….{node.field}", node.offset))
        return _Held()

    def _may_be_missing(self, node: Select) -> bool:
        operand = self._checked.type_at(node.operand)
        return isinstance(operand, ObjectType) and node.field in operand.optional

    def _call(self, node: Call) -> Walk:
        if node.function != "!_":
            return (yield from self._plain(node))
        held = yield node.args[0]
        return _Held(true=held.false, false=held.true)

    def _and(self, node: And) -> Walk:
        before, held = self._present, []
        for term in node.terms:
            held.append((yield term))
            self._present |= held[-1].true
        self._present = before
        return _Held(true=_any(one.true for one in held), false=_all(one.false for one in held))

    def _or(self, node: Or) -> Walk:
        before, held = self._present, []
        for term in node.terms:
            held.append((yield term))
            self._present |= held[-1].false
        self._present = before
        return _Held(true=_all(one.true for one in held), false=_any(one.false for one in held))

    def _conditional(self, node: Conditional) -> Walk:
        test, before = (yield node.test), self._present
        self._present = before | test.true
        yield node.then
        self._present = before | test.false
        yield node.otherwise
        self._present = before
        return _Held()

    def _macro(self, node: Macro) -> Walk:
        yield node.range
        before = self._present
        self._present = frozenset(path for path in before if path.partition(".")[0] not in node.variables)
        if node.where is not None:
            self._present |= (yield node.where).true
        yield node.body
        self._present = before
        return _Held()


def _any(parts: Iterable[Paths]) -> Paths:
    return _NONE.union(*parts)


def _all(parts: Iterable[Paths]) -> Paths:
    first, *rest = parts
    return first.intersection(*rest)


_VISITS: Mapping[type[Node], Callable[..., Walk]] = {
    Select: _Reader._select,
    Call: _Reader._call,
    And: _Reader._and,
    Or: _Reader._or,
    Conditional: _Reader._conditional,
    Macro: _Reader._macro,
}
