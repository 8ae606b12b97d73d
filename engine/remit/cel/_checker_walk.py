"""Walking a tree of any depth without deep Python frames.

A visitor is a generator: it yields the child whose answer it needs, is sent that answer, and
returns its own. The frames wait in a list, so a chain of ten thousand additions is no recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from remit.cel._ast import Ident, Node, Select

Answer = TypeVar("Answer")


def drive(visit: Callable[[Node], Generator[Node, Answer, Answer]], root: Node) -> Answer:
    """The answer of `visit` for `root`, each yielded child visited the same way."""
    stack = [visit(root)]
    answers: list[Answer] = []
    while True:
        walk = stack[-1]
        try:
            child = walk.send(answers.pop()) if answers else next(walk)
        except StopIteration as stop:
            answers.append(stop.value)
            stack.pop()
            if not stack:
                return answers.pop()
        else:
            stack.append(visit(child))


def dotted_path(node: Node, longest: int) -> tuple[str, ...]:
    """`("a", "b", "c")` for the tree of `a.b.c`; empty when it is no plain path or longer than `longest`."""
    path: list[str] = []
    while isinstance(node, Select) and not node.test and not node.optional and len(path) < longest:
        path.append(node.field)
        node = node.operand
    if not isinstance(node, Ident) or len(path) >= longest:
        return ()
    return (node.name, *reversed(path))


def root_of(node: Node, longest: int) -> Node:
    """The left end of a chain of at most `longest` selections."""
    while isinstance(node, Select) and longest:
        node, longest = node.operand, longest - 1
    return node
