"""Checking names and selections: `x`, `a.b.c`, `x.field`, `x.?field`, `has(x.field)`."""

from __future__ import annotations

from dataclasses import replace

from remit.cel import _check_messages as messages
from remit.cel._ast import Ident, Node, Select
from remit.cel._checker_context import Context, Typed, Walk
from remit.cel._checker_walk import dotted_path, root_of
from remit.cel._suggest import nearest
from remit.cel._types import BOOL, DYN, ERROR, STRING, ObjectType, Type, TypeParameter, optional_of


def visit_ident(context: Context, node: Ident) -> Typed:
    """A name by itself."""
    found = context.scope.find(node.name, absolute=node.absolute)
    if found is not None:
        return context.done(node, found)
    return context.fail(node, messages.unknown_name(node.name, nearest(node.name, context.scope.known())))


def visit_select(context: Context, node: Select) -> Walk:
    """A variable whose name has dots, or a field of what stands on the left."""
    variable = _dotted_variable(context, node)
    if variable is not None:
        return context.done(node, variable)
    operand = yield node.operand
    rebuilt = node if operand.node is node.operand else replace(node, operand=operand.node)
    type_ = _selected(context, rebuilt, context.head(operand.type))
    if type_ is None:
        return context.done(rebuilt, ERROR)
    return context.done(rebuilt, BOOL if node.test else type_)


def namespace(context: Context, node: Node) -> tuple[str, bool]:
    """The dotted text of a path that no macro's variable starts, and whether it is absolute."""
    path, root = dotted_path(node, context.scope.longest), root_of(node, context.scope.longest)
    if not path or not isinstance(root, Ident):
        return "", False
    hidden = not root.absolute and context.scope.local(root.name) is not None
    return ("", False) if hidden else (".".join(path), root.absolute)


def _dotted_variable(context: Context, node: Select) -> Type | None:
    name, absolute = namespace(context, node)
    return context.scope.find(name, absolute=absolute) if name else None


def _selected(context: Context, node: Select, operand: Type) -> Type | None:
    """The type of the selection; None when it failed, which is then reported."""
    if operand.name == "optional_type":
        inner = _field(context, node, context.head(operand.parameters[0]))
        return None if inner is None else optional_of(inner)
    inner = _field(context, node, operand)
    return optional_of(inner) if node.optional and inner is not None else inner


def _field(context: Context, node: Select, operand: Type) -> Type | None:
    if isinstance(operand, ObjectType):
        return _declared_field(context, node, operand)
    if operand.name == "map":
        return _map_field(context, node, operand)
    if operand in (DYN, ERROR) or isinstance(operand, TypeParameter):
        return DYN
    context.fail(node, messages.no_fields(node.field, context.shown(operand)))
    return None


def _declared_field(context: Context, node: Select, operand: ObjectType) -> Type | None:
    found = operand.fields.get(node.field)
    if found is None:
        context.fail(node, messages.unknown_field(node.field, operand, nearest(node.field, operand.fields)))
    return found


def _map_field(context: Context, node: Select, operand: Type) -> Type | None:
    key, value = operand.parameters
    if context.accepts(key, STRING):
        return value
    context.fail(node, messages.selects_by_text(node.field, context.shown(operand)))
    return None
