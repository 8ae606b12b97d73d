"""Checking macros: the types of their variables, and what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from remit.cel import _check_messages as messages
from remit.cel._ast import Macro
from remit.cel._checker_context import Context, Typed, Walk
from remit.cel._checker_flow import as_bool
from remit.cel._ext_lists import ORDERED
from remit.cel._tree import rebuild
from remit.cel._types import BOOL, DYN, ERROR, INT, Type, TypeParameter, list_of, map_of, optional_of

_PREDICATES = frozenset({"all", "exists", "exists_one", "filter"})


def visit_macro(context: Context, node: Macro) -> Walk:
    """`range.all(x, body)` and its kin; the variables hide others of their name in the body."""
    over = yield node.range
    context.scope.open(_variables(context, node, over))
    where = None if node.where is None else as_bool(context, (yield node.where), f"the condition of `{node.kind}`")
    body = yield node.body
    context.scope.close()
    if node.kind in _PREDICATES:
        as_bool(context, body, f"the condition of `{node.kind}`")
    parts = (over.node, body.node) if where is None else (over.node, body.node, where)
    result = _RESULTS[node.kind](context, over, body)
    return context.done(rebuild(node, parts), result)


def _variables(context: Context, node: Macro, over: Typed) -> dict[str, Type]:
    if node.kind == "bind":
        return {node.variables[0]: over.type}
    if node.kind in ("optMap", "optFlatMap"):
        return {node.variables[0]: _held(context, node, over)}
    types = _element_types(context, node, over)
    if len(node.variables) == 1:
        return {node.variables[0]: types[0] if context.head(over.type).name == "map" else types[1]}
    return dict(zip(node.variables, types, strict=True))


def _element_types(context: Context, node: Macro, over: Typed) -> tuple[Type, Type]:
    """The type of the index or key, and of the element or value."""
    head = context.head(over.type)
    if head.name == "list":
        return INT, head.parameters[0]
    if head.name == "map" and node.kind != "sortBy":
        return head.parameters[0], head.parameters[1]
    if not _is_open(head):
        context.fail(over.node, messages.no_range(node.kind, context.shown(head)))
    return DYN, DYN


def _held(context: Context, node: Macro, over: Typed) -> Type:
    """The type of the value in an optional."""
    head = context.head(over.type)
    if head.name == "optional_type":
        return head.parameters[0]
    if not _is_open(head):
        context.fail(over.node, messages.no_optional(node.kind, context.shown(head)))
    return DYN


def _is_open(head: Type) -> bool:
    """Whether a type is only known at run time, or was reported already."""
    return head in (DYN, ERROR) or isinstance(head, TypeParameter)


def _elements(context: Context, over: Typed, _: Typed) -> Type:
    head = context.head(over.type)
    return list_of(head.parameters[0] if head.parameters else DYN)


def _mapped(_: Context, __: Typed, body: Typed) -> Type:
    return list_of(body.type)


def _transformed(context: Context, over: Typed, body: Typed) -> Type:
    head = context.head(over.type)
    if head.name == "list":
        return map_of(INT, body.type)
    return map_of(head.parameters[0] if head.name == "map" else DYN, body.type)


def _entries(context: Context, _: Typed, body: Typed) -> Type:
    head = context.head(body.type)
    if head.name == "map":
        return head
    if _is_open(head):
        return map_of(DYN, DYN)
    return context.fail(body.node, messages.not_entries(context.shown(head))).type


def _sorted(context: Context, over: Typed, body: Typed) -> Type:
    head = context.head(body.type)
    if head not in ORDERED and not _is_open(head):
        context.fail(body.node, messages.no_order(context.shown(head)))
    return _elements(context, over, body)


def _flat_mapped(context: Context, _: Typed, body: Typed) -> Type:
    head = context.head(body.type)
    if head.name == "optional_type":
        return head
    if _is_open(head):
        return optional_of(DYN)
    return context.fail(body.node, messages.no_optional("optFlatMap", context.shown(head))).type


_RESULTS: Mapping[str, Callable[[Context, Typed, Typed], Type]] = {
    **dict.fromkeys(("all", "exists", "exists_one"), lambda *_: BOOL),
    "filter": _elements,
    "map": _mapped,
    "transformMap": _transformed,
    "transformMapEntry": _entries,
    "sortBy": _sorted,
    "bind": lambda _, __, body: body.type,
    "optMap": lambda _, __, body: optional_of(body.type),
    "optFlatMap": _flat_mapped,
}
