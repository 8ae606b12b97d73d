"""Trees as JSON: one flat list of rows, children before their parents.

A row is `[tag, offset, ...]`; the children of a row are the rows nearest before it that no other row
has taken, as in postfix notation, so the form has no depth and a tree of any height loads without
recursion. Nothing in the form is ever run; whatever is not exactly as written here is refused.

| tag | then                                  | children                        |
|-----|---------------------------------------|---------------------------------|
| `c` | kind, value                           | none                            |
| `i` | name, absolute                        | none                            |
| `s` | field, test, optional                 | operand                         |
| `x` | optional                              | operand, index                  |
| `f` | function, target?, count, absolute    | target if any, arguments        |
| `&` | count                                 | terms                           |
| `|` | count                                 | terms                           |
| `?` |                                       | test, then, otherwise           |
| `l` | count, optional indices               | elements                        |
| `m` | count, optional indices               | key and value of each entry     |
| `o` | name, field names                     | values                          |
| `q` | kind, variables, where?               | range, body, where if any       |
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from typing import Literal as Choice
from typing import NoReturn, TypeGuard, cast, get_args

from remit.cel import _ast
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
from remit.cel._compile_messages import malformed_tree, unsaved_constant
from remit.cel._errors import CelError
from remit.cel._tree import postorder
from remit.cel._values import INT_MAX, INT_MIN, UINT_MAX, UInt

Row = list[object]
LiteralKind = Choice["null", "bool", "int", "uint", "double", "string", "bytes"]

_MACROS = frozenset(get_args(_ast.MacroKind))
# Macros with just so many variables; the others have one or two.
_VARIABLES = {"transformMap": 2, "transformMapEntry": 2, **dict.fromkeys(("sortBy", "bind", "optMap", "optFlatMap"), 1)}
_FILTERED = frozenset({"map", "transformMap", "transformMapEntry"})


def dump(ast: Node) -> list[Row]:
    """The tree as a JSON-able list of rows, offsets kept.

    Raises CelError for a specialised tree that holds a value no text writes.
    """
    return rows(ast, offsets=True)


def rows(ast: Node, *, offsets: bool) -> list[Row]:
    """The rows of the tree, with 0 for every offset unless `offsets`."""
    return [_row(node, node.offset if offsets else 0) for node in postorder(ast)]


def _row(node: Node, offset: int) -> Row:
    tag, write = _WRITERS[type(node)]
    return [tag, offset, *write(node)]


def _write_literal(node: Literal) -> Row:
    value = node.value
    if node.kind == "null" and value is not None:
        raise CelError(unsaved_constant())
    if node.kind == "bytes":
        return [node.kind, base64.b64encode(cast("bytes", value)).decode("ascii")]
    if node.kind == "double":
        return [node.kind, cast("float", value).hex()]
    if node.kind in ("int", "uint"):
        return [node.kind, str(int(cast("int", value)))]
    return [node.kind, value]


_WRITERS: dict[type[Node], tuple[str, Callable[..., Row]]] = {
    Literal: ("c", _write_literal),
    Ident: ("i", lambda node: [node.name, node.absolute]),
    Select: ("s", lambda node: [node.field, node.test, node.optional]),
    Index: ("x", lambda node: [node.optional]),
    Call: ("f", lambda node: [node.function, node.target is not None, len(node.args), node.absolute]),
    And: ("&", lambda node: [len(node.terms)]),
    Or: ("|", lambda node: [len(node.terms)]),
    Conditional: ("?", lambda _: []),
    ListLiteral: ("l", lambda node: [len(node.elements), sorted(node.optional)]),
    MapLiteral: ("m", lambda node: [len(node.entries), sorted(node.optional)]),
    StructLiteral: ("o", lambda node: [node.name, [name for name, _ in node.fields]]),
    Macro: ("q", lambda node: [node.kind, list(node.variables), node.where is not None]),
}


def load(form: object) -> Node:
    """The tree that `dump` wrote. Raises CelError for anything `dump` would not write."""
    if not isinstance(form, list):
        _refuse("is no list of rows")
    stack = _Stack()
    for row in form:
        _read(row, stack)
    return stack.root()


class _Stack:
    """Trees waiting for their parent."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []

    def push(self, node: Node) -> None:
        self._nodes.append(node)

    def take(self, count: int) -> tuple[Node, ...]:
        """The last `count` trees, in the order they were pushed."""
        if count > len(self._nodes):
            _refuse("lacks an operand")
        at = len(self._nodes) - count
        taken = tuple(self._nodes[at:])
        del self._nodes[at:]
        return taken

    def root(self) -> Node:
        if len(self._nodes) != 1:
            _refuse(f"has {len(self._nodes)} roots instead of one")
        return self._nodes[0]


def _read(row: object, stack: _Stack) -> None:
    if not isinstance(row, list) or len(row) < 2 or not isinstance(row[0], str):
        _refuse("has a row that is no node")
    tag, offset, fields = row[0], row[1], row[2:]
    if tag not in _READERS:
        _refuse(f"has the unknown tag `{tag}`")
    shape, reader = _READERS[tag]
    if not _is_count(offset) or len(fields) != len(shape):
        _refuse(f"has a malformed `{tag}` row")
    for accepts, value in zip(shape, fields, strict=True):
        if not accepts(value):
            _refuse(f"has a malformed `{tag}` row")
    stack.push(reader(stack, offset, *fields))


def _refuse(why: str) -> NoReturn:
    raise CelError(malformed_tree(why))


def _is_str(value: object) -> TypeGuard[str]:
    return type(value) is str


def _is_bool(value: object) -> TypeGuard[bool]:
    return type(value) is bool


def _is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def _is_several(value: object) -> bool:
    return _is_count(value) and value >= 2


def _is_texts(value: object) -> bool:
    return type(value) is list and all(map(_is_str, value))


def _is_indices(value: object) -> bool:
    return type(value) is list and all(map(_is_count, value)) and value == sorted(set(value))


def _is_macro(value: object) -> bool:
    return _is_str(value) and value in _MACROS


def _is_constant(value: object) -> bool:
    return value is None or type(value) in (bool, str)


def _integer(text: str, low: int, high: int) -> int:
    value = int(text)
    if str(value) != text or not low <= value <= high:
        raise ValueError
    return value


def _double(text: str) -> float:
    value = float.fromhex(text)
    if value.hex() != text:
        raise ValueError
    return math.nan if math.isnan(value) else value


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_CONSTANTS: dict[str, tuple[type, Callable[..., _ast.Constant]]] = {
    "null": (type(None), lambda _: None),
    "bool": (bool, lambda value: value),
    "int": (str, lambda text: _integer(text, INT_MIN, INT_MAX)),
    "uint": (str, lambda text: UInt(_integer(text, 0, UINT_MAX))),
    "double": (str, _double),
    "string": (str, lambda text: text),
    "bytes": (str, _bytes),
}


def _literal(_: _Stack, offset: int, kind: LiteralKind, written: object) -> Node:
    if kind not in _CONSTANTS:
        _refuse(f"has a constant of the unknown kind `{kind}`")
    expected, read = _CONSTANTS[kind]
    if type(written) is not expected:
        _refuse(f"has a malformed {kind} constant")
    try:
        return Literal(kind, read(written), offset=offset)
    except (ValueError, OverflowError, binascii.Error):
        _refuse(f"has a malformed {kind} constant")


def _select(stack: _Stack, offset: int, field: str, test: bool, optional: bool) -> Node:
    (operand,) = stack.take(1)
    return Select(operand, field, test, optional, offset=offset)


def _index(stack: _Stack, offset: int, optional: bool) -> Node:
    operand, index = stack.take(2)
    return Index(operand, index, optional, offset=offset)


def _call(stack: _Stack, offset: int, function: str, method: bool, count: int, absolute: bool) -> Node:
    args = stack.take(count)
    target = stack.take(1)[0] if method else None
    return Call(function, target, args, absolute, offset=offset)


def _list(stack: _Stack, offset: int, count: int, optional: list[int]) -> Node:
    return ListLiteral(stack.take(count), _indices(optional, count), offset=offset)


def _map(stack: _Stack, offset: int, count: int, optional: list[int]) -> Node:
    parts = stack.take(2 * count)
    entries = tuple(zip(parts[::2], parts[1::2], strict=True))
    return MapLiteral(entries, _indices(optional, count), offset=offset)


def _indices(optional: list[int], count: int) -> frozenset[int]:
    if optional and optional[-1] >= count:
        _refuse("marks an element that is not there as optional")
    return frozenset(optional)


def _struct(stack: _Stack, offset: int, name: str, fields: list[str]) -> Node:
    return StructLiteral(name, tuple(zip(fields, stack.take(len(fields)), strict=True)), offset=offset)


def _macro(stack: _Stack, offset: int, kind: _ast.MacroKind, variables: list[str], filtered: bool) -> Node:
    if not 1 <= len(variables) <= 2 or len(variables) != _VARIABLES.get(kind, len(variables)):
        _refuse("has a macro without its variables")
    if filtered and kind not in _FILTERED:
        _refuse("has a macro with a condition it cannot have")
    where = stack.take(1)[0] if filtered else None
    range_, body = stack.take(2)
    return Macro(kind, range_, tuple(variables), body, where, offset=offset)


_Shape = tuple[Callable[[object], bool], ...]

_READERS: dict[str, tuple[_Shape, Callable[..., Node]]] = {
    "c": ((_is_str, _is_constant), _literal),
    "i": ((_is_str, _is_bool), lambda _, offset, name, absolute: Ident(name, absolute, offset=offset)),
    "s": ((_is_str, _is_bool, _is_bool), _select),
    "x": ((_is_bool,), _index),
    "f": ((_is_str, _is_bool, _is_count, _is_bool), _call),
    "&": ((_is_several,), lambda stack, offset, count: And(stack.take(count), offset=offset)),
    "|": ((_is_several,), lambda stack, offset, count: Or(stack.take(count), offset=offset)),
    "?": ((), lambda stack, offset: Conditional(*stack.take(3), offset=offset)),
    "l": ((_is_count, _is_indices), _list),
    "m": ((_is_count, _is_indices), _map),
    "o": ((_is_str, _is_texts), _struct),
    "q": ((_is_macro, _is_texts, _is_bool), _macro),
}
