"""A part of a tree whose evaluation somebody watches. It exists while a trace is made, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from remit.cel._ast import Node
from remit.cel._delayed import Evaluation


@dataclass(frozen=True, slots=True)
class Watched(Node):
    """`node`, evaluated by calling `watch`, which gives its value or raises as the evaluation of `node` does."""

    node: Node
    watch: Callable[[Evaluation, Node], object] = field(compare=False, repr=False)
