"""How names are looked up: the namespaces around an expression, and the names of types."""

from __future__ import annotations

import functools

from remit.cel._ast import Call, Ident, Node, Select
from remit.cel._kinds import TYPE_NAMES
from remit.cel._values import TypeValue

_TYPES = {name: TypeValue(name) for name in TYPE_NAMES}


@functools.lru_cache(maxsize=256)
def prefixes(container: str) -> tuple[str, ...]:
    """What to put before a name, innermost namespace first: `a.b` gives `a.b.`, `a.` and nothing."""
    parts = container.split(".") if container else []
    return (*(".".join(parts[:count]) + "." for count in range(len(parts), 0, -1)), "")


def type_value(name: str) -> TypeValue | None:
    """The type that `name` stands for as a value."""
    return _TYPES.get(name)


def is_field(node: Node) -> bool:
    """Whether `node` is written `x.name`, which may also be a name with a dot in it."""
    return type(node) is Select and not (node.test or node.optional)


def dotted(node: Node | None) -> str:
    """The name that a chain of fields spells, such as `a.b.c`; empty for anything else."""
    fields: list[str] = []
    while isinstance(node, Select) and is_field(node):
        fields.append(node.field)
        node = node.operand
    return ".".join([node.name, *reversed(fields)]) if isinstance(node, Ident) else ""


def called(node: Call) -> str:
    """The function of a call that reads as a method but is one of a namespace: `math.abs(x)`."""
    return f"{dotted(node.target)}.{node.function}"
