"""What the checker hands to the phases after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from remit.cel._ast import Node
from remit.cel._types import DYN, Type


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A tree with the type of each of its nodes.

    `types` is keyed by `id(node)`; the nodes live as long as this object holds `ast`. A node that
    only names a part of a dotted variable or function has no type of its own, and an expression
    checked without declarations has none at all: ask with `type_at`.
    """

    ast: Node
    type: Type
    types: Mapping[int, Type] = field(repr=False)
    source: str = field(repr=False, default="")

    def type_at(self, node: Node) -> Type:
        """The type of a node of `ast`; dyn when it has none."""
        return self.types.get(id(node), DYN)
