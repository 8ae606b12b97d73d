"""The expression tree: what the parser makes and every later phase reads.

Nodes are immutable and compare by structure; `offset`, the character offset of the node in the
text it was written in, takes no part in comparison, so equal expressions share one compilation.
`&&` and `||` chains are flat: `a && b && c` is one `And` of three terms, however long it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as Choice

from remit.cel._values import UInt

Constant = None | bool | int | UInt | float | str | bytes

MacroKind = Choice[
    "all",
    "exists",
    "exists_one",
    "map",
    "filter",
    "transformMap",
    "transformMapEntry",
    "sortBy",
    "bind",
    "optMap",
    "optFlatMap",
]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Node:
    """An expression, and where in its text it starts."""

    offset: int = field(kw_only=True, default=0)

    def __eq__(self, other: object) -> bool:
        """Whether both are the same expression, whatever their depth."""
        if self is other:
            return True
        if type(other) is not type(self):
            return NotImplemented
        from remit.cel._shape import shape

        return shape(self) == shape(other)

    def __hash__(self) -> int:
        """One that equal expressions share."""
        from remit.cel._shape import shape

        return hash(shape(self))

    def __repr__(self) -> str:
        """The kinds of its nodes and what is their own, cut where it gets long."""
        from remit.cel._shape import outline

        return outline(self)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Literal(Node):
    """A constant. `kind` keeps `1`, `1u`, `1.0` and `true` apart, which are equal in Python."""

    kind: Choice["null", "bool", "int", "uint", "double", "string", "bytes"]
    value: Constant


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ident(Node):
    """A name; `absolute` when written with a leading dot, which skips the container."""

    name: str
    absolute: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Select(Node):
    """`operand.field`, `operand.?field` when `optional`, `has(operand.field)` when `test`."""

    operand: Node
    field: str
    test: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Index(Node):
    """`operand[index]`, or `operand[?index]` when `optional`."""

    operand: Node
    index: Node
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call(Node):
    """A function, a method (with `target`), or an operator under its cel-spec name.

    Operators: `_+_ _-_ _*_ _/_ _%_ _==_ _!=_ _<_ _<=_ _>_ _>=_ @in !_ -_`.
    """

    function: str
    target: Node | None
    args: tuple[Node, ...]
    absolute: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class And(Node):
    """Conjunction of two or more terms; commutative, absorbs errors when a term is false."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Or(Node):
    """Disjunction of two or more terms; commutative, absorbs errors when a term is true."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Conditional(Node):
    """`test ? then : otherwise`."""

    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ListLiteral(Node):
    """`[a, ?b]`; `optional` holds the indices of the elements written with `?`."""

    elements: tuple[Node, ...]
    optional: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MapLiteral(Node):
    """`{k: v, ?k: v}`; `optional` holds the indices of the entries written with `?`."""

    entries: tuple[tuple[Node, Node], ...]
    optional: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StructLiteral(Node):
    """`Name{field: value}`. Remit declares no message types: the checker refuses it by name."""

    name: str
    fields: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Macro(Node):
    """A call that binds variables in a part of it: a loop, or a value that gets a name.

    `variables` has one name, or two for the two-variable forms.

    `all`, `exists`, `exists_one`: `body` is the predicate and `where` is None.
    `filter`: `body` is the predicate and `where` is None.
    `map`, `transformMap`: `body` is the transform; `where` is the predicate of the longer form, or None.
    `transformMapEntry`: the same; `body` gives a map whose entries go into the result.
    `sortBy`: `body` is the key; `where` is None.
    `bind`: `range` is a value, which `body` names and which is computed when it is first read.
    `optMap`, `optFlatMap`: `range` is an optional, whose value `body` names when there is one.
    """

    kind: MacroKind
    range: Node
    variables: tuple[str, ...]
    body: Node
    where: Node | None = None
