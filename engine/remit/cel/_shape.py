"""What a tree looks like: what two nodes have to share, besides their children, to be the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

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
from remit.cel._tree import children, fold, postorder

# values by their text, for 0.0 is not -0.0; what no text writes is held as a null, and is only the same as itself
_OWN: Mapping[type[Node], Callable[..., Hashable]] = {
    Literal: lambda node: (node.kind, id(node.value) if node.kind == "null" else repr(node.value)),
    Ident: lambda node: (node.name, node.absolute),
    Select: lambda node: (node.field, node.test, node.optional),
    Index: lambda node: node.optional,
    Call: lambda node: (node.function, node.absolute, node.target is None),
    And: lambda _: None,
    Or: lambda _: None,
    Conditional: lambda _: None,
    ListLiteral: lambda node: node.optional,
    MapLiteral: lambda node: node.optional,
    StructLiteral: lambda node: (node.name, tuple(name for name, _ in node.fields)),
    Macro: lambda node: (node.kind, node.variables, node.where is None),
}

_OUTLINED = 4_000


def own(node: Node) -> Hashable:
    """What tells `node` apart from others of its type, besides its children."""
    return _OWN[type(node)](node)


def shape(root: Node) -> tuple[Hashable, ...]:
    """All that makes a tree what it is, without its offsets, in one flat tuple: equal for equal trees alone."""
    return tuple((type(node), own(node), len(children(node))) for node in postorder(root))


def outline(root: Node) -> str:
    """A tree for people who look for a fault: what its nodes are; a part that takes too many words is `…`."""
    return fold(root, _outlined)


def _outlined(node: Node, parts: list[str]) -> str:
    inside = ", ".join(parts)
    words = [*([] if own(node) is None else [str(own(node))]), *([inside] if inside else [])]
    return f"{type(node).__name__}({': '.join(words) if len(inside) < _OUTLINED else '…'})"
