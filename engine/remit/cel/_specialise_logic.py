"""`&&`, `||` and the conditional in partial evaluation."""

from __future__ import annotations

from collections.abc import Sequence

from remit.cel._ast import And, Call, Conditional, Literal, Node, Or
from remit.cel._specialise_parts import Fails, Known, Part, Rest, surely_bool
from remit.cel._specialise_walk import Scope, Walk, Walking, computed, strict
from remit.cel._tree import children, is_alternative
from remit.cel._values import OptionalValue


def conjunction(walk: Walk, node: And, _: Scope) -> Walking:
    """`&&`."""
    return (yield from _chain(walk, node, decides=False))


def disjunction(walk: Walk, node: Or, _: Scope) -> Walking:
    """`||`."""
    return (yield from _chain(walk, node, decides=True))


def _chain(walk: Walk, node: And | Or, *, decides: bool) -> Walking:
    trees: list[tuple[Part, Node]] = []
    for term in node.terms:
        part = yield term
        if isinstance(part, Known) and part.value is decides:
            return part
        if not (isinstance(part, Known) and part.value is (not decides)):
            trees.append((part, walk.tree(part, term)))
    return joined(walk, node, type(node), trees)


def joined(walk: Walk, node: Node, chain: type[And | Or], terms: Sequence[tuple[Part, Node]]) -> Part:
    """A chain of the terms that have not decided it; those that never will, the failing ones, go last."""
    neutral = chain is And
    if not terms:
        return Known(neutral)
    unknown = [tree for part, tree in terms if isinstance(part, Rest)]
    trees = [*unknown, *(tree for part, tree in terms if not isinstance(part, Rest))]
    if len(trees) == 1 and unknown and surely_bool(trees[0]):
        return Rest(trees[0])
    if len(trees) == 1:
        trees.insert(0, Literal("bool", neutral, offset=node.offset))
    tree = walk.typed(node, chain(tuple(trees), offset=node.offset))
    return Rest(tree) if unknown else walk.failure(tree)


def call(walk: Walk, node: Call, scope: Scope) -> Walking:
    """A call; `or` and `orValue` look at their argument only when their target is absent."""
    return _alternative(walk, node, scope) if is_alternative(node) else strict(walk, node, scope)


def _alternative(walk: Walk, node: Call, _: Scope) -> Walking:
    target, argument = children(node)
    held = yield target
    if isinstance(held, Fails):
        return held
    if isinstance(held, Known) and isinstance(held.value, OptionalValue) and held.value.present:
        return Known(held.value if node.function == "or" else held.value.value)
    other = yield argument
    if isinstance(held, Known) and isinstance(other, Fails):
        return other
    if isinstance(held, Known) and isinstance(other, Known):
        return computed(walk, node, [held, other])
    return Rest(walk.rebuilt(node, [held, other]))


def conditional(walk: Walk, node: Conditional, _: Scope) -> Walking:
    """`test ? then : otherwise`."""
    test = yield node.test
    if isinstance(test, Known) and type(test.value) is bool:
        return (yield node.then if test.value else node.otherwise)
    if not isinstance(test, Rest):
        tree = walk.tree(test, node.test)
        return walk.failure(Conditional(tree, _NEITHER, _NEITHER, offset=node.offset))
    then = yield node.then
    otherwise = yield node.otherwise
    return Rest(walk.rebuilt(node, [test, then, otherwise]))


_NEITHER = Literal("null", None)
