"""What the visitors of the checker share: scope, unifier, the types found and the errors."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from remit.cel._ast import Node
from remit.cel._checker_money import Currency
from remit.cel._checker_position import type_error
from remit.cel._checker_scope import Scope
from remit.cel._errors import CelTypeError
from remit.cel._types import DYN, ERROR, Type
from remit.cel._unify import Unifier, bounded


class Typed(NamedTuple):
    """A checked node, possibly rewritten, and its type."""

    node: Node
    type: Type


Walk: TypeAlias = Generator[Node, Typed, Typed]


MAX_ERRORS = 20
"""Nobody reads more of one expression at once, and each takes time to put into words."""


class EnoughErrors(Exception):
    """The checker has found `MAX_ERRORS`, and stops."""


class Context:
    """The state of one run of the checker."""

    def __init__(self, variables: Mapping[str, Type], container: str, source: str) -> None:
        self.scope = Scope(variables, container)
        self.unifier = Unifier()
        self.source = source
        self.currency = Currency()
        self.errors: list[CelTypeError] = []
        self._types: dict[int, Type] = {}

    def done(self, node: Node, type_: Type) -> Typed:
        """Note the type of a node; a node that stands in two places with two types is copied."""
        type_ = bounded(type_)
        if self._types.get(id(node), type_) != type_:
            node = replace(node)
        self._types[id(node)] = type_
        return Typed(node, type_)

    def fail(self, node: Node, message: str) -> Typed:
        """Report an error; the node's type then fits everywhere, so that one error stays one."""
        self.errors.append(type_error(message, node.offset, self.source))
        if len(self.errors) == MAX_ERRORS:
            raise EnoughErrors
        return self.done(node, ERROR)

    def head(self, type_: Type) -> Type:
        """The type with its outermost parameter replaced by what is known of it."""
        return self.unifier.head(type_)

    def shown(self, type_: Type) -> Type:
        """The type as messages and results show it: what nothing is known of is dyn."""
        return self.unifier.apply(type_, free=DYN)

    def accepts(self, wanted: Type, given: Type) -> bool:
        """Whether `given` fits `wanted`; nothing is learned when it does not."""
        mark = self.unifier.mark()
        if self.unifier.assign(wanted, given):
            return True
        self.unifier.rollback(mark)
        return False

    def final(self) -> dict[int, Type]:
        """The types of all nodes with nothing left open; what failed is dyn."""
        return {key: self._closed(type_) for key, type_ in self._types.items()}

    def _closed(self, type_: Type) -> Type:
        return DYN if type_ == ERROR else self.shown(type_)
