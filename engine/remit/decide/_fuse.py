"""Many conditions as one expression: true or an error if any of them is, and false only if all are.

`(a && b) || (a && c)` is `a && (b || c)`, also where terms fail: an error stands unless a false beside it in a
conjunction, or a true in a disjunction, decides. So what many conditions begin with is asked once. And of bounds on
one number, `n > 5 || n > 7`, the loosest says it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from remit.cel import BOOL, DYN, And, Call, ListLiteral, Literal, Node, Or, Program, Type, from_ast, list_of

_LOOSEST: Mapping[str, Callable[[int, int], int]] = {"_>_": min, "_>=_": min, "_<_": max, "_<=_": max}
_FALSE = Literal("bool", False)


def fused(programs: Sequence[Program]) -> Program:
    """One program for two or more."""
    return from_ast(_any(_grouped(each.ast for each in programs)), type=BOOL, types=_types(programs))


def listed(programs: Sequence[Program]) -> Program:
    """The outcome of each, as a list of true and false; an error if any of them is one, or is something else."""
    outcomes = tuple(Or((each.ast, _FALSE)) for each in programs)
    return from_ast(ListLiteral(outcomes), type=list_of(DYN), types=_types(programs))


def _types(programs: Iterable[Program]) -> dict[int, Type]:
    types: dict[int, Type] = {}
    for each in programs:
        types.update(each.types)
    return types


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
    left = _loosest(trees)
    return left[0] if len(left) == 1 else Or(tuple(left))


def _loosest(trees: Iterable[Node]) -> list[Node]:
    """Without the bounds that another one implies. They are of one tree, so they fail together."""
    found: dict[object, Node] = {}
    for tree in trees:
        bound = _bound(tree)
        if bound is None:
            found[id(tree)] = tree
            continue
        function, number, limit = bound
        before = _bound(found.get((function, number), tree))
        kept = before is not None and _LOOSEST[function](limit, before[2]) == before[2] and before[2] != limit
        if not kept:
            found[function, number] = tree
    return list(found.values())


def _bound(tree: Node) -> tuple[str, Node, int] | None:
    """(comparison, what is compared, limit) of `x > 5`."""
    if not isinstance(tree, Call) or tree.function not in _LOOSEST or tree.target is not None:
        return None
    number, limit = tree.args
    if not isinstance(limit, Literal) or limit.kind != "int" or not isinstance(limit.value, int):
        return None
    return tree.function, number, limit.value
