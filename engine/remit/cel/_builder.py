"""The tree's nodes, built as the parser reduces each rule of `_grammar.lark`."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lark import Token, Transformer, v_args

from remit.cel import _messages
from remit.cel._ast import (
    And,
    Call,
    Conditional,
    Ident,
    Index,
    ListLiteral,
    Literal,
    MapLiteral,
    Node,
    Or,
    Select,
    StructLiteral,
)
from remit.cel._macros import MacroError, comprehension, namespaced, presence
from remit.cel._strings import EscapeError, bytes_value, string_value
from remit.cel._values import INT_MAX, INT_MIN, UINT_MAX, UInt

_KEYWORDS = frozenset({"false", "in", "null", "true"})
_RESERVED = _KEYWORDS | {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"}
_RESERVED |= {"namespace", "package", "return", "var", "void", "while"}
_BINARY = {sign: f"_{sign}_" for sign in ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=")} | {"in": "@in"}
_PREFIX = {"!": "!_", "-": "-_"}
_MOST_DIGITS = 40


class BuildError(Exception):
    """What parses and still is no expression: the message, and where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class _Part:
    """An element or entry of a literal: its nodes, and whether it was written with `?`."""

    nodes: tuple[Node, ...]
    optional: bool = False


@v_args(inline=True)
class Builder(Transformer[Token, Node]):
    """One method a rule; each takes what the rule's parts have built."""

    def conditional(self, test: Node, then: Node, otherwise: Node) -> Node:
        return Conditional(test, then, otherwise, offset=test.offset)

    def disjunction(self, *terms: Node) -> Node:
        flat = tuple(inner for term in terms for inner in (term.terms if type(term) is Or else (term,)))
        return Or(flat, offset=terms[0].offset)

    def conjunction(self, *terms: Node) -> Node:
        flat = tuple(inner for term in terms for inner in (term.terms if type(term) is And else (term,)))
        return And(flat, offset=terms[0].offset)

    def binary(self, left: Node, sign: Token, right: Node) -> Node:
        return Call(_BINARY[sign], None, (left, right), offset=_start(sign))

    def prefixed(self, sign: Token, operand: Node) -> Node:
        return Call(_PREFIX[sign], None, (operand,), offset=_start(sign))

    def select(self, operand: Node, name: Token) -> Node:
        return Select(operand, _field(name), offset=_start(name))

    def optional_select(self, operand: Node, name: Token) -> Node:
        return Select(operand, _field(name), optional=True, offset=_start(name))

    def method(self, target: Node, name: Token, args: tuple[Node, ...]) -> Node:
        function, offset = _field(name), _start(name)
        try:
            macro = namespaced(function, target, args, offset) or comprehension(function, target, args, offset)
        except MacroError as error:
            raise BuildError(error.message, error.offset) from None
        return macro or Call(function, target, args, offset=offset)

    def index(self, operand: Node, bracket: Token, index: Node) -> Node:
        return Index(operand, index, offset=_start(bracket))

    def optional_index(self, operand: Node, bracket: Token, index: Node) -> Node:
        return Index(operand, index, optional=True, offset=_start(bracket))

    def struct(self, type_: Node, brace: Token, fields: tuple[tuple[str, Node], ...] = ()) -> Node:
        names: list[str] = []
        node = type_
        while isinstance(node, Select) and not node.optional and not node.test:
            names.append(node.field)
            node = node.operand
        if not isinstance(node, Ident):
            raise BuildError(_messages.not_a_type_name(), _start(brace))
        names.append(f".{node.name}" if node.absolute else node.name)
        return StructLiteral(".".join(reversed(names)), fields, offset=node.offset)

    def ident(self, name: Token) -> Node:
        return Ident(_name(name), offset=_start(name))

    def absolute_ident(self, dot: Token, name: Token) -> Node:
        return Ident(_name(name), absolute=True, offset=_start(dot))

    def function(self, name: Token, args: tuple[Node, ...]) -> Node:
        function, offset = _name(name), _start(name)
        if function != "has":
            return Call(function, None, args, offset=offset)
        try:
            return presence(args, offset) or Call(function, None, args, offset=offset)
        except MacroError as error:
            raise BuildError(error.message, error.offset) from None

    def absolute_function(self, dot: Token, name: Token, args: tuple[Node, ...]) -> Node:
        return Call(_name(name), None, args, absolute=True, offset=_start(dot))

    def list_literal(self, bracket: Token, parts: tuple[_Part, ...] = ()) -> Node:
        return ListLiteral(tuple(part.nodes[0] for part in parts), _optional(parts), offset=_start(bracket))

    def map_literal(self, brace: Token, parts: tuple[_Part, ...] = ()) -> Node:
        entries = tuple((part.nodes[0], part.nodes[1]) for part in parts)
        return MapLiteral(entries, _optional(parts), offset=_start(brace))

    def arguments(self, args: tuple[Node, ...] = ()) -> tuple[Node, ...]:
        return args

    def exprlist(self, *args: Node) -> tuple[Node, ...]:
        return args

    def name(self, name: Token) -> Token:
        return name

    def elements(self, *parts: _Part) -> tuple[_Part, ...]:
        return parts

    def element(self, node: Node) -> _Part:
        return _Part((node,))

    def optional_element(self, node: Node) -> _Part:
        return _Part((node,), optional=True)

    def mapinits(self, *parts: _Part) -> tuple[_Part, ...]:
        return parts

    def entry(self, key: Node, value: Node) -> _Part:
        return _Part((key, value))

    def optional_entry(self, key: Node, value: Node) -> _Part:
        return _Part((key, value), optional=True)

    def fieldinits(self, *fields: tuple[str, Node]) -> tuple[tuple[str, Node], ...]:
        return fields

    def field(self, name: Token, value: Node) -> tuple[str, Node]:
        return _field(name), value

    def int_literal(self, text: Token) -> Node:
        digits = f"-{text[1:].lstrip()}" if text[0] == "-" else text
        return Literal("int", _integer(text, digits, INT_MIN, INT_MAX), offset=_start(text))

    def uint_literal(self, text: Token) -> Node:
        return Literal("uint", UInt(_integer(text, text[:-1], 0, UINT_MAX)), offset=_start(text))

    def double_literal(self, text: Token) -> Node:
        value = float(text)
        if math.isinf(value):
            raise BuildError(_messages.number_out_of_range(text, "double"), _start(text))
        return Literal("double", value, offset=_start(text))

    def string_literal(self, text: Token) -> Node:
        try:
            return Literal("string", string_value(text), offset=_start(text))
        except EscapeError as error:
            raise BuildError(error.message, _start(text) + error.position) from None

    def bytes_literal(self, text: Token) -> Node:
        try:
            return Literal("bytes", bytes_value(text), offset=_start(text))
        except EscapeError as error:
            raise BuildError(error.message, _start(text) + error.position) from None

    def bool_literal(self, text: Token) -> Node:
        return Literal("bool", text == "true", offset=_start(text))

    def null_literal(self, text: Token) -> Node:
        return Literal("null", None, offset=_start(text))


def _start(token: Token) -> int:
    return token.start_pos or 0


def _name(token: Token) -> str:
    """The name of a variable or function, which no reserved word can be."""
    if token in _RESERVED:
        raise BuildError(_messages.reserved_word(token), _start(token))
    return str(token)


def _field(token: Token) -> str:
    """The name of a field or method, which only the keywords cannot be unless quoted."""
    if token[0] == "`":
        return str(token[1:-1])
    if token in _KEYWORDS:
        raise BuildError(_messages.reserved_word(token), _start(token))
    return str(token)


def _optional(parts: tuple[_Part, ...]) -> frozenset[int]:
    return frozenset(position for position, part in enumerate(parts) if part.optional)


def _integer(token: Token, digits: str, lowest: int, highest: int) -> int:
    if len(digits.lstrip("-0x")) <= _MOST_DIGITS:
        value = int(digits, 16 if "x" in digits else 10)
        if lowest <= value <= highest:
            return value
    type_name = "uint" if lowest == 0 else "int"
    raise BuildError(_messages.number_out_of_range(token, type_name), _start(token))
