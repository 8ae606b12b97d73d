"""The walk of partial evaluation: what is known, and how parts become trees again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Generator, Mapping, Sequence

from remit.cel._ast import Call, Index, Literal, Node, Select
from remit.cel._checker_walk import drive
from remit.cel._errors import CelEvaluationError
from remit.cel._literal import literal
from remit.cel._program import Program
from remit.cel._specialise_parts import Fails, Known, Part, Rest
from remit.cel._tree import children, rebuild
from remit.cel._types import Type

Scope = Mapping[str, Known | None]
"""The macro variables around a part: None for one whose value is unknown."""

Walking = Generator[Node, Part, Part]
Visit = Callable[["Walk", Node, Scope], Walking]

_MACRO_ELEMENTS = 4_000
_SHORT_CHAIN = 16


class Walk:
    """One specialisation: what is known, and the types of the nodes it makes."""

    def __init__(
        self,
        program: Program,
        known: Mapping[str, object],
        partial: Mapping[str, Mapping[str, object]],
        visits: Mapping[type[Node], Visit],
    ) -> None:
        self.known = known
        self.partial = partial
        self.container = program.container
        self.names = frozenset(known) | frozenset(partial) | (program.variables or frozenset())
        self.declared = program.variables is not None
        self.types: dict[int, Type] = dict(program.types)
        self.elements_left = _MACRO_ELEMENTS
        self._visits = visits
        self._failing: set[int] = set()
        self._made: list[Node] = []
        plain = not self.container and not any("." in name for name in self.names)
        self._names_read = program.names_read if plain else {}

    def run(self, node: Node, scope: Scope) -> Part:
        """What becomes of a part under these macro variables."""
        return drive(lambda part: self._visit(part, scope), node)

    def _visit(self, node: Node, scope: Scope) -> Walking:
        settled = Known(node.value) if isinstance(node, Literal) else self._settled(node, scope)
        if settled is not None:
            return settled
        return (yield from self._visits.get(type(node), strict)(self, node, scope))

    def _settled(self, node: Node, scope: Scope) -> Known | Rest | None:
        """A part that reads nothing unknown, as its value; a field of what is unknown, as it is; None for any other."""
        names = self._names_read.get(id(node))
        if names is None or id(node) in self._failing:
            return None
        if not all(self._is_known(name, scope) for name in names):
            unknown = isinstance(node, Select) and all(self._is_unknown(name, scope) for name in names)
            return Rest(node) if unknown else None
        values = {name: held.value for name, held in scope.items() if held is not None}
        activation = {**self.known, **values} if values else self.known
        found = self.value(node, activation)
        if found is None:
            self._note_failing(node, activation)
        return found

    def _note_failing(self, node: Node, activation: Mapping[str, object]) -> None:
        """Where a long chain has no value, neither have its links down to one: found by halves, not link by link."""
        links = _links(node)
        if len(links) > _SHORT_CHAIN:
            count = bisect_left(links, True, key=lambda link: self.value(link, activation) is not None)
            self._failing.update(map(id, links[:count]))

    def _is_known(self, name: str, scope: Scope) -> bool:
        return scope[name] is not None if name in scope else name in self.known

    def _is_unknown(self, name: str, scope: Scope) -> bool:
        """Whether a name is a variable without a value here; one that may name a type is not."""
        if name in scope:
            return scope[name] is None
        return name not in self.known and name not in self.partial and name in self.names

    def value(self, node: Node, activation: Mapping[str, object]) -> Known | None:
        """The value of a tree, if it has one."""
        from remit.cel._evaluate import evaluate

        try:
            return Known(evaluate(node, activation, container=self.container))
        except CelEvaluationError:
            return None

    def failure(self, node: Node) -> Fails:
        """A tree without variables that has no value, and its error."""
        from remit.cel._evaluate import evaluate

        try:
            evaluate(node, {}, container=self.container)
        except CelEvaluationError as error:
            return Fails(node, error)
        raise AssertionError("the part has a value after all")

    def tree(self, part: Part, node: Node) -> Node:
        """The tree of a part, at the place of `node`."""
        return literal(part.value, offset=node.offset) if isinstance(part, Known) else part.node

    def rebuilt(self, node: Node, parts: Sequence[Part]) -> Node:
        """`node` over the trees of its parts."""
        return self.typed(node, rebuild(node, tuple(map(self.tree, parts, children(node)))))

    def typed(self, old: Node, new: Node) -> Node:
        """`new`, with the type of the node it replaces."""
        if new is not old and id(old) in self.types:
            self._made.append(new)
            self.types[id(new)] = self.types[id(old)]
        return new


def _links(node: Node) -> list[Node]:
    """What a chain such as `a.b[0].f()` has below its last link, from the last to the first."""
    found: list[Node] = []
    parts = children(node)
    while parts and isinstance(parts[0], Select | Index | Call):
        found.append(parts[0])
        parts = children(parts[0])
    return found


def strict(walk: Walk, node: Node, _: Scope) -> Walking:
    """A part that fails when any of its own parts does."""
    parts: list[Part] = []
    for child in children(node):
        part = yield child
        if isinstance(part, Fails):
            return part
        parts.append(part)
    if all(isinstance(part, Known) for part in parts):
        return computed(walk, node, parts)
    return Rest(walk.rebuilt(node, parts))


def computed(walk: Walk, node: Node, parts: Sequence[Part]) -> Part:
    """The value of an operation on known values, or its failure."""
    tree = walk.rebuilt(node, parts)
    return walk.value(tree, {}) or walk.failure(tree)
