"""Checking calls: functions, methods, operators and indexing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from remit.cel import _check_messages as messages
from remit.cel import _checker_money as money
from remit.cel._ast import Call, Ident, Index, Node, Select
from remit.cel._checker_context import Context, Typed, Walk
from remit.cel._checker_names import namespace
from remit.cel._checker_overloads import INTERNAL, Resolution, declared, resolve, signatures
from remit.cel._currencies import MONEY_FUNCTIONS
from remit.cel._overloads import OVERLOADS
from remit.cel._suggest import nearest
from remit.cel._tree import children, rebuild
from remit.cel._types import DOUBLE, ERROR, INT, NULL, UINT, Type, optional_of
from remit.cel._unify import holds_money

_MACROS = frozenset({"has", "all", "exists", "exists_one", "map", "filter", "optMap", "optFlatMap", "sortBy"})
_MACROS |= {"transformList", "transformMap", "transformMapEntry"}
_NUMBERS = (INT, UINT, DOUBLE)
_ARITHMETIC = frozenset({"_+_", "_-_", "_*_", "_/_", "_%_", "_==_", "_!=_"})
_EQUALITY = frozenset({"_==_", "_!=_"})


def visit_call(context: Context, node: Call) -> Walk:
    """A function, a method or an operator."""
    qualified = _qualified_function(context, node)
    parts = []
    for part in node.args if qualified else children(node):
        parts.append((yield part))
    nodes = tuple(part.node for part in parts)
    rebuilt = cast("Call", rebuild(node, (node.target, *nodes) if node.target and qualified else nodes))
    function = qualified or _function(context, node)
    return _call(context, rebuilt, function, [part.type for part in parts])


def visit_index(context: Context, node: Index) -> Walk:
    """`x[i]` and `x[?i]`."""
    operand = yield node.operand
    index = yield node.index
    rebuilt = rebuild(node, (operand.node, index.node))
    inner, wrapped = _inside_optional(context, operand.type)
    found = _outcome(context, rebuilt, "_[_]", [inner, index.type], is_method=False)
    if found is None:
        return context.done(rebuilt, ERROR)
    return context.done(rebuilt, optional_of(found.result) if wrapped or node.optional else found.result)


def _inside_optional(context: Context, type_: Type) -> tuple[Type, bool]:
    head = context.head(type_)
    return (head.parameters[0], True) if head.name == "optional_type" else (head, False)


def _qualified_function(context: Context, node: Call) -> str | None:
    """The function `math.greatest` for a call that is written like a method of `math`."""
    if not isinstance(node.target, (Ident, Select)):
        return None
    path, absolute = namespace(context, node.target)
    if not path:
        return None
    names = context.scope.functions(f"{path}.{node.function}", absolute=absolute)
    return next(filter(declared, names), None)


def _function(context: Context, node: Call) -> str | None:
    if node.target is not None:
        return node.function if declared(node.function) else None
    if node.function in INTERNAL:
        return node.function  # no text parses to this: the tree was checked before
    return next(filter(declared, context.scope.functions(node.function, absolute=node.absolute)), None)


def _call(context: Context, node: Call, function: str | None, given: Sequence[Type]) -> Typed:
    if function is None:
        return _unknown(context, node, given)
    objection = context.currency.objection(function)
    if objection is not None:
        return context.fail(node, objection)
    found = _outcome(context, node, function, given, is_method=len(given) > len(node.args))
    if found is None:
        return context.done(node, ERROR)
    if found.rewritten is None:
        return context.done(node, found.result)
    types = [context.head(type_) for type_ in given]
    return context.done(money.rewritten(node, found.rewritten, types), found.result)


def _unknown(context: Context, node: Call, given: Sequence[Type]) -> Typed:
    if node.target is not None and given[0] == ERROR:
        return context.done(node, ERROR)
    known = {name for name in OVERLOADS if name.isidentifier()} - MONEY_FUNCTIONS | _MACROS
    return context.fail(node, messages.unknown_function(node.function, nearest(node.function, known)))


def _outcome(
    context: Context, node: Node, function: str, given: Sequence[Type], *, is_method: bool
) -> Resolution | None:
    """The overload chosen; None when there is none, which is then reported."""
    found = resolve(context, function, given, is_method=is_method)
    if found is not None and money.loses(function, map(context.unifier.apply, given)):
        context.fail(node, messages.hides_money(function))
        return None
    if found is not None and not money.may_meet_other(function):
        return found
    if found is not None and not money.meets_other(function, [context.unifier.apply(type_) for type_ in given]):
        return found
    shown = [context.shown(type_) for type_ in given]
    if ERROR not in shown:
        context.fail(node, _mismatch(function, shown, is_method=is_method))
    return None


def _mismatch(function: str, given: Sequence[Type], *, is_method: bool) -> str:
    operator = not function.isidentifier() and "." not in function
    if operator and any(map(holds_money, given)) and len(given) == 2:
        return money.refusal(function, given)
    accepted = signatures(function, is_method=is_method)
    if not accepted:
        return messages.not_a_method(function) if is_method else messages.not_a_function(function)
    return _remedy(function, given) or messages.no_overload(function, given, accepted)


def _remedy(function: str, given: Sequence[Type]) -> str | None:
    if function in _EQUALITY and NULL in given:
        return messages.compares_with_null(function, given)
    if function in _ARITHMETIC and len(given) == 2 and all(type_ in _NUMBERS for type_ in given):
        return messages.mixes_numbers(function, given, DOUBLE if DOUBLE in given else INT)
    return messages.compares_types(function, given) if function in _EQUALITY else None
