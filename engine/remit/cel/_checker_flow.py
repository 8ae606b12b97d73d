"""Checking `&&`, `||` and `? :`."""

from __future__ import annotations

from remit.cel import _check_messages as messages
from remit.cel._ast import And, Conditional, Node, Or
from remit.cel._checker_context import Context, Typed, Walk
from remit.cel._checker_literals import joined
from remit.cel._tree import rebuild
from remit.cel._types import BOOL, Type


def visit_terms(context: Context, node: And | Or) -> Walk:
    """`a && b && c`, `a || b || c`: every term is a bool."""
    word = "&&" if isinstance(node, And) else "||"
    terms = []
    for term in node.terms:
        terms.append(as_bool(context, (yield term), f"a term of `{word}`"))
    return context.done(rebuild(node, tuple(terms)), BOOL)


def visit_conditional(context: Context, node: Conditional) -> Walk:
    """`test ? then : otherwise`: the type both results are of."""
    test = as_bool(context, (yield node.test), "the test of `? :`")
    then = yield node.then
    otherwise = yield node.otherwise
    rebuilt = rebuild(node, (test, then.node, otherwise.node))
    return context.done(rebuilt, _result(context, node, then.type, otherwise.type))


def as_bool(context: Context, typed: Typed, what: str) -> Node:
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
