"""Macros in partial evaluation: over a short known range they become its elements' bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from remit.cel._ast import And, ListLiteral, Literal, Macro, Node, Or
from remit.cel._references import free_names, references
from remit.cel._specialise_logic import joined
from remit.cel._specialise_parts import Fails, Known, Part, Rest
from remit.cel._specialise_walk import Scope, Walk, Walking
from remit.cel._tree import children

_LONGEST = 16
_Scopes = list[dict[str, Known | None]]


def macro(walk: Walk, node: Macro, scope: Scope) -> Walking:
    """Any macro."""
    source = yield node.range
    if node.kind == "bind":
        return _bound(walk, node, source, scope)
    if isinstance(source, Fails):
        return source
    if isinstance(source, Known) and node.kind in _LOOPS:
        elements = _elements(source.value, len(node.variables))
        if elements is None:
            return walk.failure(replace(node, range=walk.tree(source, node.range), body=_NOTHING, where=None))
        unrolled = _unrolled(walk, node, elements, scope)
        if unrolled is not None:
            return unrolled
    inner: dict[str, Known | None] = {**scope, **dict.fromkeys(node.variables)}
    parts = [source, *(walk.run(part, inner) for part in children(node)[1:])]
    return _left(walk, walk.rebuilt(node, parts))


_LOOPS = frozenset({"all", "exists", "exists_one", "map", "filter"})
_NOTHING = Literal("null", None)


def _left(walk: Walk, tree: Node) -> Part:
    """The part of a macro that stays: its value or failure when nothing in it is unknown."""
    if references(tree):
        return Rest(tree)
    return walk.value(tree, {}) or walk.failure(tree)


def _bound(walk: Walk, node: Macro, source: Part, scope: Scope) -> Part:
    """`cel.bind`: a value that fails counts only where the body reads it."""
    name = node.variables[0]
    body = walk.run(node.body, {**scope, name: source if isinstance(source, Known) else None})
    if not isinstance(body, Rest) or name not in free_names(body.node):
        return body
    return _left(walk, walk.rebuilt(node, [source, body]))


def _unrolled(walk: Walk, node: Macro, elements: list[tuple[object, ...]], scope: Scope) -> Part | None:
    """The answer over known elements; None when the macro has to stay."""
    if len(elements) > min(_LONGEST, walk.elements_left):
        return None
    walk.elements_left -= len(elements)
    scopes: _Scopes = [{**scope, **dict(zip(node.variables, map(Known, held), strict=True))} for held in elements]
    if node.kind in ("all", "exists"):
        return _chain(walk, node, scopes)
    return None if node.kind == "exists_one" else _list(walk, node, scopes)


def _elements(source: object, variables: int) -> list[tuple[object, ...]] | None:
    """What each step of the loop binds; None when the value is nothing to go over."""
    if isinstance(source, Mapping):
        return list(source.items()) if variables == 2 else [(key,) for key in source]
    if isinstance(source, list | tuple):
        return list(enumerate(source)) if variables == 2 else [(element,) for element in source]
    return None


def _chain(walk: Walk, node: Macro, scopes: _Scopes) -> Part:
    decides = node.kind == "exists"
    terms = []
    for scope in scopes:
        part = walk.run(node.body, scope)
        if isinstance(part, Known) and part.value is decides:
            return part
        if not (isinstance(part, Known) and part.value is (not decides)):
            terms.append((part, walk.tree(part, node.body)))
    return joined(walk, node, Or if decides else And, terms)


def _list(walk: Walk, node: Macro, scopes: _Scopes) -> Part | None:
    """`filter` and `map`, when it is known which elements are in."""
    where = node.body if node.kind == "filter" else node.where
    kept = []
    for scope in scopes:
        test = Known(True) if where is None else walk.run(where, scope)
        if not isinstance(test, Known) or type(test.value) is not bool:
            return None
        if test.value:
            kept.append(scope)
    if node.kind == "filter":
        return Known([held.value for scope in kept if (held := scope[node.variables[0]]) is not None])
    return _mapped(walk, node, kept)


def _mapped(walk: Walk, node: Macro, scopes: _Scopes) -> Part:
    parts = [walk.run(node.body, scope) for scope in scopes]
    for part in parts:
        if isinstance(part, Fails):
            return part
    if all(isinstance(part, Known) for part in parts):
        return Known([part.value for part in parts if isinstance(part, Known)])
    trees = (walk.tree(part, node.body) for part in parts)
    return Rest(walk.typed(node, ListLiteral(tuple(trees), offset=node.offset)))
