"""The branch points of an expression: the places whose truth decides what is evaluated next.

They are each term of `&&` and `||`, the test of `? :`, and the predicate of a macro.
"""

from __future__ import annotations

from collections.abc import Iterator

from remit.cel import (
    And,
    Call,
    Conditional,
    Index,
    ListLiteral,
    Macro,
    MapLiteral,
    Node,
    Or,
    Select,
    StructLiteral,
)

_PREDICATES = frozenset({"all", "exists", "exists_one", "filter"})


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node in the order they are evaluated."""
    match node:
        case And(terms=terms) | Or(terms=terms) | ListLiteral(elements=terms):
            return terms
        case Conditional(test=test, then=then, otherwise=otherwise):
            return test, then, otherwise
        case Select(operand=operand):
            return (operand,)
        case Index(operand=operand, index=index):
            return operand, index
        case Call(target=target, args=args):
            return args if target is None else (target, *args)
        case Macro(range=range_, body=body, where=where):
            return (range_, body) if where is None else (range_, where, body)
        case MapLiteral(entries=entries):
            return tuple(part for entry in entries for part in entry)
        case StructLiteral(fields=fields):
            return tuple(value for _, value in fields)
        case _:
            return ()


def own_points(node: Node) -> tuple[Node, ...]:
    """The parts of `node` that are branch points because of it."""
    match node:
        case And(terms=terms) | Or(terms=terms):
            return terms
        case Conditional(test=test):
            return (test,)
        case Macro(kind=kind, body=body) if kind in _PREDICATES:
            return (body,)
        case Macro(where=where) if where is not None:
            return (where,)
        case _:
            return ()


def points(root: Node) -> Iterator[Node]:
    """Every branch point under `root`, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield from own_points(node)
        waiting.extend(reversed(children(node)))


def start(node: Node) -> int:
    """The offset at which the text of `node` begins; an operator's own offset is that of its sign."""
    first, waiting = node.offset, list(children(node))
    while waiting:
        part = waiting.pop()
        first = min(first, part.offset)
        waiting.extend(children(part))
    return first
