"""Checking `&&`, `||`, `? :` and macros."""

from __future__ import annotations

from remit.cel import _check_messages as messages
from remit.cel._ast import And, Conditional, Macro, Node, Or
from remit.cel._checker_context import Context, Typed, Walk
from remit.cel._checker_literals import joined
from remit.cel._tree import rebuild
from remit.cel._types import BOOL, DYN, ERROR, INT, Type, TypeParameter, list_of


def visit_terms(context: Context, node: And | Or) -> Walk:
    """`a && b && c`, `a || b || c`: every term is a bool."""
    word = "&&" if isinstance(node, And) else "||"
    terms = []
    for term in node.terms:
        terms.append(_bool(context, (yield term), f"a term of `{word}`"))
    return context.done(rebuild(node, tuple(terms)), BOOL)


def visit_conditional(context: Context, node: Conditional) -> Walk:
    """`test ? then : otherwise`: the type both results are of."""
    test = _bool(context, (yield node.test), "the test of `? :`")
    then = yield node.then
    otherwise = yield node.otherwise
    rebuilt = rebuild(node, (test, then.node, otherwise.node))
    return context.done(rebuilt, _result(context, node, then.type, otherwise.type))


def visit_macro(context: Context, node: Macro) -> Walk:
    """`range.all(x, body)` and its kin; the variables hide others of their name in the body."""
    over = yield node.range
    variables = _variables(context, node, over)
    context.scope.open(variables)
    where = None if node.where is None else _bool(context, (yield node.where), f"the condition of `{node.kind}`")
    body = yield node.body
    context.scope.close()
    if node.kind != "map":
        _bool(context, body, f"the condition of `{node.kind}`")
    parts = (over.node, body.node) if where is None else (over.node, body.node, where)
    rebuilt = rebuild(node, parts)
    return context.done(rebuilt, _macro_type(context, node, over.type, body.type))


def _bool(context: Context, typed: Typed, what: str) -> Node:
    """The node, after reporting when it can be no bool."""
    if not context.accepts(BOOL, typed.type):
        context.fail(typed.node, messages.not_bool(what, context.shown(typed.type)))
    return typed.node


def _result(context: Context, node: Conditional, then: Type, otherwise: Type) -> Type:
    both = joined(context, then, otherwise)
    if both is not None:
        return both
    message = messages.branches(context.shown(then), context.shown(otherwise))
    return context.fail(node.otherwise, message).type


def _variables(context: Context, node: Macro, over: Typed) -> dict[str, Type]:
    types = _element_types(context, node, over)
    if len(node.variables) == 1:
        return {node.variables[0]: types[0] if context.head(over.type).name == "map" else types[1]}
    return dict(zip(node.variables, types, strict=True))


def _element_types(context: Context, node: Macro, over: Typed) -> tuple[Type, Type]:
    """The type of the index or key, and of the element or value."""
    head = context.head(over.type)
    if head.name == "list":
        return INT, head.parameters[0]
    if head.name == "map":
        return head.parameters[0], head.parameters[1]
    if head not in (DYN, ERROR) and not isinstance(head, TypeParameter):
        context.fail(over.node, messages.no_range(node.kind, context.shown(head)))
    return DYN, DYN


def _macro_type(context: Context, node: Macro, over: Type, body: Type) -> Type:
    if node.kind == "map":
        return list_of(body)
    if node.kind != "filter":
        return BOOL
    head = context.head(over)
    return list_of(head.parameters[0] if head.parameters else DYN)
