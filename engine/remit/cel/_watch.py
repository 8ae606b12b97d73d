"""Watching one evaluation: a mark for every part that was reached, with what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from remit.cel._ast import Call, Ident, Macro, Node
from remit.cel._delayed import Evaluation
from remit.cel._errors import CelEvaluationError
from remit.cel._evaluate import _NAMESPACE, _Evaluation, _first
from remit.cel._names import is_field
from remit.cel._tree import fold, rebuild
from remit.cel._watched import Watched

MAX_ELEMENTS = 5

first = _first


@dataclass(slots=True)
class Mark:
    """What one part came to: a value when `done`, or an error; neither when it was not reached."""

    node: Node
    done: bool = False
    value: object = None
    error: str | None = None
    parts: list[Mark] = field(default_factory=list)
    bound: Mapping[str, object] = field(default_factory=dict)
    omitted: int = 0


def record(ast: Node, activation: Mapping[str, object], container: str) -> Mark:
    """Evaluate, and give the mark of the whole. Raises RecursionError for a tree too deep to be watched."""
    evaluation = _Watching(activation, container)
    whole = evaluation.open
    watched = evaluation.wired(ast)
    with suppress(CelEvaluationError):
        evaluation.see(evaluation, watched)
    return whole.parts[0]


class _Watching(_Evaluation):
    """An evaluation that keeps marks. `open` is the part being evaluated; `origin` leads back to the tree as it was.

    `names` are its nodes, by `id`, that read as a name with dots.
    """

    __slots__ = ("names", "open", "origin")

    def __init__(self, activation: Mapping[str, object], container: str) -> None:
        super().__init__(activation, container)
        self.open = Mark(Ident(""))
        # keyed by `id` of the copy, which is held too: no other node may get its id
        self.origin: dict[int, tuple[Node, Node]] = {}
        self.names: set[int] = set()

    def wired(self, ast: Node) -> Node:
        """A copy of the tree in which every part but those of a chain is watched; a chain is seen link by link."""
        return fold(ast, self._wired)

    def _wired(self, node: Node, parts: list[Node]) -> Node:
        left = first(node)
        if is_field(node) and (type(left) is Ident or id(left) in self.names):
            self.names.add(id(node))
        operands = [self._watched(node, at, part, linked=left is not None) for at, part in enumerate(parts)]
        copy = rebuild(node, tuple(operands))
        self.origin[id(copy)] = copy, node
        return copy

    def _watched(self, node: Node, at: int, part: Node, *, linked: bool) -> Node:
        if linked and at == 0 and (type(part) is Ident or type(part) is Call or first(part) is not None):
            return part
        # the variables of a macro are bound in all but its range; what `bind` names is seen where it is read
        macro = node if isinstance(node, Macro) and at and node.kind != "bind" else None
        return Watched(part, partial(self.see, macro=macro), offset=part.offset)

    def original(self, node: Node) -> Node:
        """The node of the tree as it was."""
        found = self.origin.get(id(node))
        return found[1] if found else node

    def see(self, _: Evaluation, node: Node, macro: Macro | None = None) -> object:
        """Evaluate a watched part, and mark it."""
        around, mark = self.open, Mark(self.original(node))
        if macro is not None:
            mark.bound = {name: self.locals[name] for name in macro.variables}
        self.open = mark
        try:
            mark.value, mark.done = self.visit(node), True
        except CelEvaluationError as error:
            mark.error = error.message
            raise
        finally:
            self.open = around
            _settle(mark, self.names)
            _append(around, mark)
        return mark.value

    def apply(self, link: Node, value: object, values: list[object]) -> object:
        """One link, marked; a name with dots is one part."""
        whole = self.original(link)
        parts = self.open.parts
        named = id(whole) in self.names
        mark = Mark(whole, parts=[inner for each in parts for inner in each.parts] if named else parts)
        self.open.parts = [mark]
        try:
            mark.value, mark.done = super().apply(link, value, values), True
        except CelEvaluationError as error:
            mark.error = error.message
            raise
        return mark.value

    def named(self, node: Ident, links: list[Node]) -> object:
        """A name, marked with all the links that belong to it; not a namespace, which is no value."""
        before, mark, known = list(links), Mark(node), len(self.open.parts)
        try:
            mark.value, mark.done = super().named(node, links), True
        except CelEvaluationError as error:
            mark.error = error.message
            raise
        finally:
            taken = len(before) - len(links)
            mark.node = self.original(before[-taken]) if taken else node
            mark.parts = self.open.parts[known:]
            self.open.parts[known:] = [] if mark.value is _NAMESPACE else [mark]
        return mark.value


def _append(around: Mark, mark: Mark) -> None:
    """Of what runs once an element, the first are kept, and the last, which may have decided."""
    elements = len(around.parts) - 1
    if mark.bound and elements >= MAX_ELEMENTS:
        around.parts[-1] = mark
        around.omitted += 1
    else:
        around.parts.append(mark)


def _settle(mark: Mark, names: set[int]) -> None:
    """A chain leaves the mark of its last link, which is the part itself; one that failed left those before it."""
    spine = _spine(mark.node)
    places = {id(node): at for at, node in enumerate(spine)}
    at = places.get(id(mark.parts[0].node)) if mark.parts and len(spine) else None
    if at is None:
        at = _last_call(spine)
        if mark.error is None or at is None or at == 0:
            return
        mark.parts = [Mark(spine[at], error=mark.error, parts=mark.parts)]
    elif at and mark.parts[0].error is None:
        at -= 1
        mark.parts = [Mark(spine[at], error=mark.error, parts=mark.parts)]
    for link in reversed(spine[1:at]):
        inner = mark.parts[0].parts if id(link) in names else mark.parts
        mark.parts = [Mark(link, error=mark.error, parts=inner)]
    if mark.parts[0].node is mark.node or id(mark.node) in names:
        mark.parts = mark.parts[0].parts


def _spine(node: Node) -> list[Node]:
    """A chain from its last link to what it begins with."""
    found = [node]
    while (left := first(found[-1])) is not None:
        found.append(left)
    return found if len(found) > 1 or isinstance(node, Call | Ident) else []


def _last_call(spine: list[Node]) -> int | None:
    """The call that a chain begins with, whose arguments are all that was reached."""
    return next((at for at in reversed(range(len(spine))) if isinstance(spine[at], Call)), None)
