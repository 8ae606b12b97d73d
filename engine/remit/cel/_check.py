"""The type checker.

It finds before anything runs what can never be right: unknown names, fields and functions, and
operands that do not fit. Where a type is unknown it is `dyn`, and the question is left to run time.
The method is that of every checker with type inference: each node gets a type, each call chooses
an overload, and free parameters (of `[]`, say) are learned from their use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from remit.cel import _check_messages as messages
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
from remit.cel._checked import Checked
from remit.cel._checker_calls import visit_call, visit_index
from remit.cel._checker_context import Context, EnoughErrors, Typed, Walk
from remit.cel._checker_flow import visit_conditional, visit_terms
from remit.cel._checker_literals import visit_list, visit_literal, visit_map, visit_struct
from remit.cel._checker_macros import visit_macro
from remit.cel._checker_names import visit_ident, visit_select
from remit.cel._checker_position import type_error
from remit.cel._checker_walk import drive
from remit.cel._errors import CelTypeError
from remit.cel._types import DYN, Type


def check(
    ast: Node,
    *,
    variables: Mapping[str, Type] | None,
    container: str = "",
    result: Type | None = None,
    source: str = "",
) -> Checked:
    """The tree with its types, operators on money rewritten to calls of their functions.

    `variables` declares names (with or without dots) and their types; with None nothing is checked
    and everything is dyn. `result` is the type the whole must have; an expression of type dyn
    passes, so the caller still looks at the value. `source` is the text, for lines and columns.
    Raises CelTypeError for the first error in the text.
    """
    checked, errors = check_all(ast, variables=variables, container=container, result=result, source=source)
    if checked is None:
        raise errors[0]
    return checked


def check_all(
    ast: Node,
    *,
    variables: Mapping[str, Type] | None,
    container: str = "",
    result: Type | None = None,
    source: str = "",
) -> tuple[Checked | None, tuple[CelTypeError, ...]]:
    """As `check`, with the errors in the order of the text, up to 20 of them; None when there is one."""
    if variables is None:
        return Checked(ast, DYN, {}, source), ()
    context = Context(variables, container, source)
    checked: Checked | None
    try:
        checked = _checked(context, ast, result)
    except RecursionError:
        return None, (type_error(messages.too_deep(), ast.offset, source),)
    except EnoughErrors:
        checked = None
    errors = tuple(sorted(context.errors, key=lambda error: error.offset))
    return (None, errors) if errors else (checked, ())


def _checked(context: Context, ast: Node, result: Type | None) -> Checked:
    root = drive(lambda node: _visit(context, node), ast)
    if result is not None and not context.errors:
        _hold_result(context, root, result)
    return Checked(root.node, context.shown(root.type), context.final(), context.source)


def _hold_result(context: Context, root: Typed, wanted: Type) -> None:
    given = context.shown(root.type)
    if given != DYN and not context.accepts(wanted, root.type):
        context.fail(root.node, messages.wrong_result(given, wanted))


def _visit(context: Context, node: Node) -> Walk:
    leaf = _LEAVES.get(type(node))
    if leaf is not None:
        return leaf(context, node)
    return (yield from _BRANCHES[type(node)](context, node))


_LEAVES: Mapping[type[Node], Callable[..., Typed]] = {
    Literal: visit_literal,
    Ident: visit_ident,
    StructLiteral: visit_struct,
}
_BRANCHES: Mapping[type[Node], Callable[..., Walk]] = {
    Select: visit_select,
    Call: visit_call,
    And: visit_terms,
    Or: visit_terms,
    Index: visit_index,
    Conditional: visit_conditional,
    ListLiteral: visit_list,
    MapLiteral: visit_map,
    Macro: visit_macro,
}
