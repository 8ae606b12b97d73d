"""Evaluate an expression and note which truth values its branch points took.

Only what is reached counts: the walk follows the language, left to right, and stops where it may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from remit.cel import And, Call, CelError, CelEvaluationError, Conditional, Macro, Node, OptionalValue, Or, evaluate
from remit.testing import _messages as messages
from remit.testing._points import children, own_points

Activation = Mapping[str, object]
_STOPS: Mapping[str, bool] = {"all": False, "exists": True}
# What these take is only needed when their target holds nothing: its failure may not count.
_WHEN_ABSENT = frozenset({"or", "orValue"})
_PREDICATES = frozenset({"exists_one", "filter"})
_OPTIONAL = frozenset({"optMap", "optFlatMap"})


@dataclass(slots=True)
class Tracer:
    """Records into `seen`, by `id(node)`, the truth values of branch points of one tree that stays alive."""

    seen: dict[int, set[bool]] = field(default_factory=dict)
    _plain: dict[int, bool] = field(default_factory=dict)

    def value(self, node: Node, activation: Activation) -> object:
        """The value of `node`. Raises CelError when it has none."""
        try:
            return self._value(node, activation)
        except RecursionError:
            raise CelEvaluationError(messages.too_deep(), code="too_deep") from None

    def _value(self, node: Node, activation: Activation) -> object:
        if self._is_plain(node):
            return evaluate(node, activation)
        match node:
            case And(terms=terms):
                return self._chain(terms, activation, stop=False)
            case Or(terms=terms):
                return self._chain(terms, activation, stop=True)
            case Conditional(test=test, then=then, otherwise=otherwise):
                return self._value(then if self._truth(test, activation) else otherwise, activation)
            case Macro():
                self._macro(node, activation)
            case Call():
                self._call(node, activation)
            case _:
                for child in children(node):
                    self._value(child, activation)
        return evaluate(node, activation)

    def _call(self, node: Call, activation: Activation) -> None:
        """A plain target decides nothing, and may be no value but a namespace, as in `math.abs(x)`."""
        if node.target is not None and not self._is_plain(node.target):
            self._value(node.target, activation)
        for argument in node.args:
            if node.function in _WHEN_ABSENT:
                self._quietly(partial(self._value, argument, activation))
            else:
                self._value(argument, activation)

    def _is_plain(self, node: Node) -> bool:
        """Whether nothing under `node` decides anything, so that its value is all there is to it."""
        known = self._plain.get(id(node))
        if known is None:
            known = not own_points(node) and all(self._is_plain(child) for child in children(node))
            self._plain[id(node)] = known
        return known

    def _truth(self, node: Node, activation: Activation) -> bool:
        value = self._value(node, activation)
        if not isinstance(value, bool):
            raise CelEvaluationError(messages.not_boolean(), code="no_such_overload")
        self.seen.setdefault(id(node), set()).add(value)
        return value

    def _chain(self, terms: Sequence[Node], activation: Activation, *, stop: bool) -> bool:
        """`&&` stops at false and `||` at true; an error counts only when nothing stops it."""
        return self._first(((term, activation) for term in terms), stop=stop)

    def _first(self, terms: Iterator[tuple[Node, Activation]], *, stop: bool) -> bool:
        failure: CelError | None = None
        for term, activation in terms:
            try:
                if self._truth(term, activation) is stop:
                    return stop
            except CelError as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return not stop

    def _macro(self, node: Macro, activation: Activation) -> None:
        if node.kind == "bind":
            self._quietly(partial(self._named, node, activation))
            return
        scopes = [_bind(node, item, activation) for item in _items(self._value(node.range, activation), node)]
        if node.kind in _STOPS:
            self._quietly(lambda: self._first(((node.body, each) for each in scopes), stop=_STOPS[node.kind]))
            return
        for scope in scopes:
            self._quietly(partial(self._step, node, scope))

    def _named(self, node: Macro, activation: Activation) -> None:
        """A value with a name; one that fails, or is not read, has no branches to show."""
        self._value(node.body, _bind(node, (self._value(node.range, activation),), activation))

    def _step(self, node: Macro, activation: Activation) -> None:
        if node.kind in _PREDICATES:
            self._truth(node.body, activation)
        elif node.where is None or self._truth(node.where, activation):
            self._value(node.body, activation)

    def _quietly(self, action: Callable[[], object]) -> None:
        """An error inside a macro is met again, and told, when the macro itself is evaluated."""
        try:
            action()
        except CelError:
            return


def _items(value: object, node: Macro) -> Iterator[tuple[object, ...]]:
    if node.kind in _OPTIONAL:
        if isinstance(value, OptionalValue) and value.present:
            yield (value.value,)
    elif isinstance(value, Mapping):
        yield from (value.items() if len(node.variables) == 2 else ((key,) for key in value))
    elif isinstance(value, list | tuple):
        yield from (enumerate(value) if len(node.variables) == 2 else ((item,) for item in value))


def _bind(node: Macro, item: tuple[object, ...], activation: Activation) -> Activation:
    return {**activation, **dict(zip(node.variables, item, strict=True))}
