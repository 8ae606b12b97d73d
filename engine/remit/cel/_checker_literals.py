"""Checking constants, lists, maps and message literals."""

from __future__ import annotations

from collections.abc import Sequence

from remit.cel import _check_messages as messages
from remit.cel._ast import ListLiteral, Literal, MapLiteral, Node, StructLiteral
from remit.cel._checker_context import Context, Typed, Walk
from remit.cel._declarations import is_key
from remit.cel._tree import rebuild
from remit.cel._types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    ERROR,
    INT,
    NULL,
    STRING,
    UINT,
    Type,
    TypeParameter,
    list_of,
    map_of,
)
from remit.cel._unify import hides_money, holds_money

_CONSTANTS = {
    "null": NULL,
    "bool": BOOL,
    "int": INT,
    "uint": UINT,
    "double": DOUBLE,
    "string": STRING,
    "bytes": BYTES,
}


def visit_literal(context: Context, node: Literal) -> Typed:
    """A constant."""
    return context.done(node, _CONSTANTS[node.kind])


def visit_list(context: Context, node: ListLiteral) -> Walk:
    """`[a, ?b]`: the elements' common type, dyn when they have none."""
    elements = []
    for element in node.elements:
        elements.append((yield element))
    rebuilt = rebuild(node, tuple(element.node for element in elements))
    return context.done(rebuilt, list_of(_common(context, elements, node.optional)))


def visit_map(context: Context, node: MapLiteral) -> Walk:
    """`{k: v, ?k: v}`: the common type of keys and of values, dyn when they have none."""
    keys, values = [], []
    for key, value in node.entries:
        keys.append((yield key))
        values.append((yield value))
    type_ = map_of(_key(context, keys), _common(context, values, node.optional))
    parts = tuple(part.node for entry in zip(keys, values, strict=True) for part in entry)
    return context.done(rebuild(node, parts), type_)


def visit_struct(context: Context, node: StructLiteral) -> Typed:
    """`Name{field: value}`: there are no message types to write."""
    return context.fail(node, messages.no_messages(node.name))


def joined(context: Context, first: Type, second: Type) -> Type | None:
    """The type of a value that is one of two, None when there is none or an amount would hide in a dyn."""
    type_ = context.unifier.join(first, second)
    if type_ is None or type_ == first == second:
        return type_
    shown = context.shown(type_)
    hidden = hides_money(shown, context.shown(first)) or hides_money(shown, context.shown(second))
    return None if hidden else type_


def _common(context: Context, members: Sequence[Typed], optional: frozenset[int]) -> Type:
    """The type all members are of; a free parameter when there are none."""
    common: Type | None = None
    for index, member in enumerate(members):
        type_ = _unwrapped(context, member) if index in optional else member.type
        common = type_ if common is None else _with(context, common, type_, member.node)
    return context.unifier.fresh() if common is None else common


def _with(context: Context, common: Type, type_: Type, node: Node) -> Type:
    both = joined(context, common, type_)
    if both is not None:
        return both
    shown = context.shown(common), context.shown(type_)
    if not any(map(holds_money, shown)):
        return DYN
    return context.fail(node, messages.mixed_literal(*shown)).type


def _unwrapped(context: Context, member: Typed) -> Type:
    head = context.head(member.type)
    if head.name == "optional_type":
        return head.parameters[0]
    if head in (DYN, ERROR) or isinstance(head, TypeParameter):
        return DYN
    return context.fail(member.node, messages.not_optional(context.shown(head))).type


def _key(context: Context, keys: Sequence[Typed]) -> Type:
    """The type of the keys: one that can be a key, so that types of maps stay small."""
    if not keys:
        return context.unifier.fresh()
    for key in keys:
        shown = context.shown(key.type)
        if shown != ERROR and not is_key(shown):
            return context.fail(key.node, messages.key_type(shown)).type
    return context.shown(_common(context, keys, frozenset()))
