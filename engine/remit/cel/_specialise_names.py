"""Names, fields and elements in partial evaluation."""

from __future__ import annotations

from remit.cel._ast import Ident, Index, Literal, Node, Select
from remit.cel._emit_names import LONGEST_PATH, candidates
from remit.cel._names import type_value
from remit.cel._references import path_of, root_of_path
from remit.cel._specialise_parts import Known, Part, Rest
from remit.cel._specialise_walk import Scope, Walk, Walking, strict


def name(walk: Walk, node: Ident, scope: Scope) -> Walking:
    """A macro variable, or a variable of the activation."""
    yield from ()
    if node.name in scope and not node.absolute:
        return scope[node.name] or Rest(node)
    return _named(walk, node, (node.name,), absolute=node.absolute) or Rest(node)


def _named(walk: Walk, node: Node, path: tuple[str, ...], *, absolute: bool) -> Part | None:
    """The variable that a whole path names; None when it names a field of one, or a type."""
    possible = candidates(path, walk.container, absolute=absolute)
    for variable, parts in possible:
        if variable in walk.names:
            if parts < len(path):
                return None
            return Known(walk.known[variable]) if variable in walk.known else Rest(node)
    return _type(possible, len(path)) if walk.declared else None


def _type(possible: list[tuple[str, int]], length: int) -> Known | None:
    """The type that a whole path names, which no undeclared variable can hide."""
    found = (type_value(name) for name, parts in possible if parts == length)
    return next((Known(value) for value in found if value is not None), None)


def select(walk: Walk, node: Select, scope: Scope) -> Walking:
    """`operand.field` and `has(operand.field)`."""
    path = path_of(node, longest=LONGEST_PATH)
    root = root_of_path(node) if path else None
    if root is not None and (root.absolute or root.name not in scope):
        named = _named(walk, node, path, absolute=root.absolute)
        if named is not None:
            return named
    found = None if node.optional else _partly(walk, node.operand, node.field, scope)
    if found is not None:
        return Known(True) if node.test else found
    return (yield from strict(walk, node, scope))


def index(walk: Walk, node: Index, scope: Scope) -> Walking:
    """`operand[index]`."""
    if not node.optional and isinstance(node.index, Literal) and isinstance(node.index.value, str):
        found = _partly(walk, node.operand, node.index.value, scope)
        if found is not None:
            return found
    return (yield from strict(walk, node, scope))


def _partly(walk: Walk, operand: Node, field: str, scope: Scope) -> Known | None:
    """A known field of a variable that is known in part."""
    if not isinstance(operand, Ident) or (operand.name in scope and not operand.absolute):
        return None
    for variable, _ in candidates((operand.name,), walk.container, absolute=operand.absolute):
        if variable in walk.names:
            held = walk.partial.get(variable, {}) if variable not in walk.known else {}
            return Known(held[field]) if field in held else None
    return None
