"""What is known of a part of an expression when some variables are known."""

from __future__ import annotations

from dataclasses import dataclass

from remit.cel._ast import And, Call, Ident, Literal, Macro, Node, Or, Select
from remit.cel._errors import CelEvaluationError
from remit.cel._overloads import OVERLOADS
from remit.cel._references import is_namespace
from remit.cel._tree import fold
from remit.cel._types import BOOL


@dataclass(frozen=True, slots=True)
class Known:
    """The part has this value."""

    value: object


@dataclass(frozen=True, slots=True)
class Fails:
    """The part has no value: `node` has no variables and fails the same way."""

    node: Node
    error: CelEvaluationError


@dataclass(frozen=True, slots=True)
class Rest:
    """The part depends on unknown variables: `node` reads only those."""

    node: Node


Part = Known | Fails | Rest


def surely_bool(node: Node) -> bool:
    """Whether a tree gives a bool or fails, whatever its variables hold."""
    if isinstance(node, And | Or):
        return True
    if isinstance(node, Literal):
        return node.kind == "bool"
    if isinstance(node, Select):
        return node.test
    if isinstance(node, Macro):
        return node.kind not in ("map", "filter")
    return isinstance(node, Call) and node.function in _BOOLEAN


_BOOLEAN = frozenset(
    name for name, overloads in OVERLOADS.items() if all(overload.result == BOOL for overload in overloads)
)


def free_names(root: Node) -> dict[int, frozenset[str]]:
    """By `id(node)`, the first names of what each part of a tree reads, without its own macro variables."""
    found: dict[int, frozenset[str]] = {}

    def visit(node: Node, parts: list[frozenset[str]]) -> frozenset[str]:
        if isinstance(node, Ident):
            names = frozenset({"." + node.name if node.absolute else node.name})
        elif isinstance(node, Call) and is_namespace(node, frozenset()):
            names = frozenset().union(*parts[1:])
        elif isinstance(node, Macro):
            names = parts[0] | (frozenset().union(*parts[1:]) - frozenset(node.variables))
        else:
            names = parts[0] if len(parts) == 1 else frozenset().union(*parts)
        found[id(node)] = names
        return names

    fold(root, visit)
    return found
