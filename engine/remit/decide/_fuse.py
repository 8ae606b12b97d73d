"""Many conditions as one expression: true or an error if any of them is, and false only if all are.

`(a && b) || (a && c)` is `a && (b || c)`, also where terms fail: an error stands unless a false beside it in a
conjunction, or a true in a disjunction, decides. So what many conditions begin with is asked once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from remit.cel import BOOL, And, Node, Or, Program, Type, from_ast


def fused(programs: Sequence[Program]) -> Program:
    """One program for two or more."""
    types: dict[int, Type] = {}
    for each in programs:
        types.update(each.types)
    return from_ast(_any(_grouped(each.ast for each in programs)), type=BOOL, types=types)


def _grouped(trees: Iterable[Node]) -> list[Node]:
    """Conjunctions with the same first term become one."""
    rests: dict[Node, list[Node]] = {}
    found: list[Node] = []
    for tree in trees:
        if isinstance(tree, And):
            rests.setdefault(tree.terms[0], []).append(_all(tree.terms[1:]))
        else:
            found.append(tree)
    return found + [And((first, _any(rest))) for first, rest in rests.items()]


def _all(terms: tuple[Node, ...]) -> Node:
    return terms[0] if len(terms) == 1 else And(terms)


def _any(trees: list[Node]) -> Node:
    return trees[0] if len(trees) == 1 else Or(tuple(trees))
