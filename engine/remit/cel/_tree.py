"""Taking trees apart and putting them together again, at any depth without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

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
    StructLiteral,
)

Answer = TypeVar("Answer")

_CHILDREN: dict[type[Node], Callable[..., tuple[Node, ...]]] = {
    Literal: lambda _: (),
    Ident: lambda _: (),
    Select: lambda node: (node.operand,),
    Index: lambda node: (node.operand, node.index),
    Call: lambda node: node.args if node.target is None else (node.target, *node.args),
    And: lambda node: node.terms,
    Or: lambda node: node.terms,
    Conditional: lambda node: (node.test, node.then, node.otherwise),
    ListLiteral: lambda node: node.elements,
    MapLiteral: lambda node: tuple(part for entry in node.entries for part in entry),
    StructLiteral: lambda node: tuple(value for _, value in node.fields),
    Macro: lambda node: (node.range, node.body) if node.where is None else (node.range, node.body, node.where),
}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under `node`, in a fixed order: a method's target first."""
    return _CHILDREN[type(node)](node)


def _call(node: Call, parts: tuple[Node, ...]) -> Node:
    target, args = (None, parts) if node.target is None else (parts[0], parts[1:])
    return Call(node.function, target, args, node.absolute, offset=node.offset)


def _map(node: MapLiteral, parts: tuple[Node, ...]) -> Node:
    return MapLiteral(tuple(zip(parts[::2], parts[1::2], strict=True)), node.optional, offset=node.offset)


def _struct(node: StructLiteral, parts: tuple[Node, ...]) -> Node:
    names = (name for name, _ in node.fields)
    return StructLiteral(node.name, tuple(zip(names, parts, strict=True)), offset=node.offset)


def _macro(node: Macro, parts: tuple[Node, ...]) -> Node:
    where = parts[2] if len(parts) == 3 else None
    return Macro(node.kind, parts[0], node.variables, parts[1], where, offset=node.offset)


_REBUILD: dict[type[Node], Callable[..., Node]] = {
    Select: lambda node, parts: Select(parts[0], node.field, node.test, node.optional, offset=node.offset),
    Index: lambda node, parts: Index(parts[0], parts[1], node.optional, offset=node.offset),
    Call: _call,
    And: lambda node, parts: And(parts, offset=node.offset),
    Or: lambda node, parts: Or(parts, offset=node.offset),
    Conditional: lambda node, parts: Conditional(*parts, offset=node.offset),
    ListLiteral: lambda node, parts: ListLiteral(parts, node.optional, offset=node.offset),
    MapLiteral: _map,
    StructLiteral: _struct,
    Macro: _macro,
}


def rebuild(node: Node, parts: tuple[Node, ...]) -> Node:
    """`node` with `parts` for its children; `node` itself when nothing changed."""
    if all(new is old for new, old in zip(parts, children(node), strict=True)):
        return node
    return _REBUILD[type(node)](node, parts)


def is_alternative(node: Node) -> bool:
    """Whether a link of a chain is what `or` or `orValue` gives in the place of an absent value."""
    return (
        isinstance(node, Call)
        and node.function in ("or", "orValue")
        and node.target is not None
        and len(node.args) == 1
    )


def postorder(root: Node) -> list[Node]:
    """Every node of the tree, children before their parents, left to right."""
    found: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(children(node))
    found.reverse()
    return found


def fold(root: Node, answer: Callable[[Node, list[Answer]], Answer]) -> Answer:
    """`answer(node, answers of its children)`, from the leaves up."""
    done: list[Answer] = []
    for node in postorder(root):
        count = len(children(node))
        parts = done[len(done) - count :]
        del done[len(done) - count :]
        done.append(answer(node, parts))
    return done.pop()


def height(parts: Iterable[int]) -> int:
    """The height of a node over children of these heights."""
    return 1 + max(parts, default=0)
