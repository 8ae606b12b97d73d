"""What is known of a part of an expression when some variables are known."""

from __future__ import annotations

from dataclasses import dataclass

from remit.cel._ast import And, Call, Literal, Macro, Node, Or, Select
from remit.cel._errors import CelEvaluationError
from remit.cel._overloads import OVERLOADS
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
        return node.kind in ("all", "exists", "exists_one")
    return isinstance(node, Call) and node.function in _BOOLEAN


_BOOLEAN = frozenset(
    name for name, overloads in OVERLOADS.items() if all(overload.result == BOOL for overload in overloads)
)
