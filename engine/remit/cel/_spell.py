"""The text of a part of an expression, for people: an operator carries no range of its source."""

from __future__ import annotations

import json
from collections.abc import Iterable

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

MAX_CHARACTERS = 80
_MAX_DEPTH = 12
_CONDITIONAL, _OR, _AND, _RELATION, _SUM, _PRODUCT, _UNARY, _MEMBER = range(8)
_OPERATORS = {
    **dict.fromkeys(("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in"), _RELATION),
    **dict.fromkeys(("_+_", "_-_"), _SUM),
    **dict.fromkeys(("_*_", "_/_", "_%_", "money.multiply", "money.divide"), _PRODUCT),
}
_SIGNS = {"@in": "in", "money.multiply": "*", "money.divide": "/"}
_PREFIXES = {"!_": "!", "-_": "-"}
_NAMES = {"money.string": "string"}


def spell(node: Node) -> str:
    """The expression on one line, as one would write it, cut to 80 characters."""
    text = _spell(node, _CONDITIONAL, _MAX_DEPTH)
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def _spell(node: Node, level: int, depth: int) -> str:
    """`node` where an operand of precedence `level` or tighter may stand."""
    if not depth:
        return "…"
    own, text = _tree(node, depth - 1)
    return f"({text})" if own < level else text


def _tree(node: Node, depth: int) -> tuple[int, str]:
    match node:
        case Conditional(test=test, then=then, otherwise=otherwise):
            parts = (_spell(test, _OR, depth), _spell(then, _OR, depth), _spell(otherwise, _CONDITIONAL, depth))
            return _CONDITIONAL, "{} ? {} : {}".format(*parts)
        case Or(terms=terms):
            return _OR, " || ".join(_spell(term, _AND, depth) for term in terms)
        case And(terms=terms):
            return _AND, " && ".join(_spell(term, _RELATION, depth) for term in terms)
        case Call(function=function, target=None, args=args) if function in _OPERATORS:
            return _binary(function, args, depth)
        case Call(function=function, target=None, args=(operand,)) if function in _PREFIXES:
            return _UNARY, _PREFIXES[function] + _spell(operand, _MEMBER, depth)
        case _:
            return _MEMBER, _member(node, depth)


def _binary(function: str, args: tuple[Node, ...], depth: int) -> tuple[int, str]:
    own = _OPERATORS[function]
    sign = _SIGNS.get(function) or function.strip("_")
    return own, f"{_spell(args[0], own, depth)} {sign} {_spell(args[1], own + 1, depth)}"


def _member(node: Node, depth: int) -> str:
    match node:
        case Literal(kind=kind, value=value):
            return _literal(kind, value)
        case Ident(name=name, absolute=absolute):
            return "." * absolute + name
        case Select(operand=operand, field=field, test=test, optional=optional):
            text = f"{_spell(operand, _MEMBER, depth)}.{'?' * optional}{field}"
            return f"has({text})" if test else text
        case Index(operand=operand, index=index, optional=optional):
            return f"{_spell(operand, _MEMBER, depth)}[{'?' * optional}{_spell(index, _CONDITIONAL, depth)}]"
        case Call(function=function, target=target, args=args, absolute=absolute):
            before = f"{_spell(target, _MEMBER, depth)}." if target is not None else "." * absolute
            return f"{before}{_NAMES.get(function, function)}({_list(args, depth)})"
        case Macro():
            return _macro(node, depth)
        case _:
            return _collection(node, depth)


def _macro(node: Macro, depth: int) -> str:
    if node.kind == "bind":
        return f"cel.bind({node.variables[0]}, {_list((node.range, node.body), depth)})"
    bodies = (node.body,) if node.where is None else (node.where, node.body)
    arguments = f"{', '.join(node.variables)}, {_list(bodies, depth)}"
    return f"{_spell(node.range, _MEMBER, depth)}.{_macro_name(node)}({arguments})"


def _macro_name(node: Macro) -> str:
    return "transformList" if node.kind == "map" and len(node.variables) == 2 else node.kind


def _collection(node: Node, depth: int) -> str:
    match node:
        case ListLiteral(elements=elements):
            return f"[{_list(elements, depth)}]"
        case MapLiteral(entries=entries):
            return f"{{{', '.join(f'{_list((key,), depth)}: {_list((value,), depth)}' for key, value in entries)}}}"
        case StructLiteral(name=name, fields=fields):
            return f"{name}{{{', '.join(f'{field}: {_list((value,), depth)}' for field, value in fields)}}}"
        case _:
            return "…"


def _list(nodes: Iterable[Node], depth: int) -> str:
    return ", ".join(_spell(node, _CONDITIONAL, depth) for node in nodes)


def _literal(kind: str, value: object) -> str:
    if kind == "string":
        return json.dumps(value, ensure_ascii=False)
    if kind in ("null", "bool"):
        return json.dumps(value)
    return repr(value)
