"""The exact evaluator: what an expression means, node by node.

`&&`, `||`, `exists` and `all` are commutative: an error on one side gives way to an answer that the
other side decides alone. Chains that grow to the left are followed in a loop, one Python frame a level
of real nesting; running out of frames is an evaluation error, never a RecursionError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from remit.cel import _access, _messages
from remit.cel._ast import (
    And,
    Call,
    Conditional,
    Ident,
    Index,
    ListLiteral,
    Literal,
    Macro,
    MapLiteral,
    Node,
    Or,
    Select,
    StructLiteral,
)
from remit.cel._delayed import Delayed
from remit.cel._errors import CelEvaluationError
from remit.cel._ext_lists import sorted_by
from remit.cel._functions import FUNCTION_ARITIES, IMPLEMENTATIONS, METHOD_ARITIES, OPERATORS, is_namespaced
from remit.cel._kinds import LIST, MAP, kind
from remit.cel._maps import map_of
from remit.cel._names import called, is_field, prefixes, type_value
from remit.cel._tree import is_alternative
from remit.cel._values import OptionalValue
from remit.cel._watched import Watched

MAX_STEPS = 1_000_000
MAX_NAME_PARTS = 32

_NAMESPACE: Final = object()
"""Stands for the target of a call such as `math.abs(x)`, which is no value."""


def evaluate(ast: Node, activation: Mapping[str, object], *, container: str = "") -> object:
    """The value of `ast` with the variables of `activation`, whose names may have up to 32 parts with dots between.

    Values are the plain Python values of `_values.py`; only what an operation touches is looked at.
    `container` is the namespace in which names are looked up first, from the inside out.

    Raises:
        CelEvaluationError: there is no value; `code` says why, `offset` where.
    """
    evaluation = _Evaluation(activation, container)
    try:
        return _VISIT[type(ast)](evaluation, ast)
    except RecursionError:
        raise _messages.evaluation_too_deep() from None


class _Evaluation:
    """One run: the variables, those of the macros around, and the steps the macros took."""

    __slots__ = ("activation", "locals", "prefixes", "steps")

    def __init__(self, activation: Mapping[str, object], container: str) -> None:
        self.activation = activation
        self.prefixes = prefixes(container)
        self.locals: dict[str, object] = {}
        self.steps = 0

    def chain(self, node: Node) -> object:
        """A first operand, then the selections, indexings, calls and operators on it, outermost last."""
        links: list[Node] = []
        first = _first(node)
        while first is not None:
            links.append(node)
            node, first = first, _first(first)
        value: object = None
        if type(node) is Ident:
            value = self.named(node, links)
        elif type(node) is Call:
            links.append(node)
        else:
            value = _VISIT[type(node)](self, node)
        while links:
            link = links.pop()
            if type(value) is OptionalValue and value.present and is_alternative(link):
                value = value if cast("Call", link).function == "or" else value.value
                continue
            values = []
            for operand in _rest(link):
                values.append(_VISIT[type(operand)](self, operand))
            value = self.apply(link, value, values)
        return value

    def apply(self, link: Node, value: object, values: list[object]) -> object:
        """One link of a chain on what stands before it."""
        try:
            if type(link) is Select:
                return _SELECT[link.test, link.optional](value, link.field)
            if type(link) is Index:
                return (_access.optional_index if link.optional else _access.index)(value, values[0])
            return self.call(cast("Call", link), value, values)
        except CelEvaluationError as error:
            error.offset = error.offset or link.offset
            raise

    def call(self, node: Call, value: object, values: list[object]) -> object:
        is_method = node.target is not None and value is not _NAMESPACE
        name = self.function(node) if not is_method else node.function
        if is_method or node.function in OPERATORS:
            values.insert(0, value)
        implementation = IMPLEMENTATIONS.get(name)
        if implementation is None:
            raise _messages.unbound_function(name)
        if len(values) not in (METHOD_ARITIES if is_method else FUNCTION_ARITIES)[name]:
            raise _messages.no_such_overload(name, map(kind, values))
        return implementation(*values)

    def function(self, node: Call) -> str:
        """The full name of a function, which may be one of a namespace."""
        name = node.function if node.target is None else called(node)
        candidates = () if node.absolute else (prefix + name for prefix in self.prefixes)
        return next(filter(is_namespaced, candidates), name)

    def named(self, node: Ident, links: list[Node]) -> object:
        """The value of a name, taking from `links` the selections that belong to it."""
        if not node.absolute and node.name in self.locals:
            local = self.locals[node.name]
            return local.value(self) if type(local) is Delayed else local
        names = [node.name]
        for link in reversed(links):
            if len(names) == MAX_NAME_PARTS or not is_field(link):
                break
            names.append(f"{names[-1]}.{cast('Select', link).field}")
        if self.is_namespace(links[: len(links) - len(names) + 1]):
            del links[len(links) - len(names) + 1 :]
            return _NAMESPACE
        for look_up in (self.variable, self.type):
            for taken in range(len(names) - 1, -1, -1):
                found = look_up(names[taken], node.absolute)
                if found is not None:
                    del links[len(links) - taken :]
                    return found[0]
        error = _messages.undeclared_reference(node.name)
        error.offset = node.offset
        raise error

    def is_namespace(self, links: list[Node]) -> bool:
        """Whether the link after a name calls a function that the name is the namespace of."""
        link = links[-1] if links else None
        return isinstance(link, Call) and link.target is not None and is_namespaced(self.function(link))

    def variable(self, name: str, absolute: bool) -> tuple[object] | None:
        for prefix in ("",) if absolute else self.prefixes:
            if prefix + name in self.activation:
                return (self.activation[prefix + name],)
        return None

    def type(self, name: str, absolute: bool) -> tuple[object] | None:
        for prefix in ("",) if absolute else self.prefixes:
            found = type_value(prefix + name)
            if found is not None:
                return (found,)
        return None

    def literal(self, node: Literal) -> object:
        return node.value

    def conjunction(self, node: And) -> bool:
        return not self.decide(node.terms, False, "`&&`")

    def disjunction(self, node: Or) -> bool:
        return self.decide(node.terms, True, "`||`")

    def decide(self, conditions: Iterable[Node], decisive: bool, where: str) -> bool:
        """Whether a condition is `decisive`; only if none is do errors count, the first of them."""
        failure: CelEvaluationError | None = None
        for condition in conditions:
            try:
                value = _VISIT[type(condition)](self, condition)
                if value is decisive:
                    return True
                if not isinstance(value, bool):
                    raise _messages.not_a_condition(where, kind(value))
            except CelEvaluationError as error:
                error.offset = error.offset or condition.offset
                failure = failure or error
        if failure is not None:
            raise failure
        return False

    def condition(self, node: Node, where: str) -> bool:
        value = _VISIT[type(node)](self, node)
        if isinstance(value, bool):
            return value
        error = _messages.not_a_condition(where, kind(value))
        error.offset = node.offset
        raise error

    def conditional(self, node: Conditional) -> object:
        branch: Node = node
        while type(branch) is Conditional:
            branch = branch.then if self.condition(branch.test, "`? :`") else branch.otherwise
        return _VISIT[type(branch)](self, branch)

    def list_literal(self, node: ListLiteral) -> list[object]:
        result = []
        for position, element in enumerate(node.elements):
            value = _VISIT[type(element)](self, element)
            if position not in node.optional:
                result.append(value)
            elif _held(value).present:
                result.append(_held(value).value)
        return result

    def map_literal(self, node: MapLiteral) -> Mapping[object, object]:
        entries = []
        for position, (key_node, value_node) in enumerate(node.entries):
            key = _VISIT[type(key_node)](self, key_node)
            value = _VISIT[type(value_node)](self, value_node)
            if position not in node.optional:
                entries.append((key, value))
            elif _held(value).present:
                entries.append((key, _held(value).value))
        return map_of(entries)

    def struct_literal(self, node: StructLiteral) -> object:
        raise _messages.no_such_message(node.name)

    def visit(self, node: Node) -> object:
        return _VISIT[type(node)](self, node)

    def macro(self, node: Macro) -> object:
        if node.kind in _NAMING:
            return _NAMING[node.kind](self, node)
        items = _items(node, _VISIT[type(node.range)](self, node.range))
        outer = self.locals
        self.locals = dict(outer)
        try:
            return _FOLD[node.kind](self, node, items)
        finally:
            self.locals = outer

    def named_within(self, node: Macro, value: object) -> object:
        """The body, with the variable standing for `value`."""
        outer = self.locals
        self.locals = {**outer, node.variables[0]: value}
        try:
            return self.visit(node.body)
        finally:
            self.locals = outer

    def bind(self, node: Macro) -> object:
        return self.named_within(node, Delayed(node.range, self.locals))

    def optional_map(self, node: Macro) -> OptionalValue:
        held = _held(self.visit(node.range))
        return _access.some(self.named_within(node, held.value)) if held.present else _access.NONE

    def optional_flat_map(self, node: Macro) -> OptionalValue:
        held = _held(self.visit(node.range))
        return _held(self.named_within(node, held.value)) if held.present else _access.NONE

    def bodies(self, node: Macro, items: Iterable[tuple[object, ...]]) -> Iterator[Node]:
        """The body once for each item, with the variables bound to it."""
        for values in items:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise _messages.too_many_steps(MAX_STEPS)
            self.locals.update(zip(node.variables, values, strict=True))
            yield node.body

    def all(self, node: Macro, items: Iterable[tuple[object, ...]]) -> bool:
        return not self.decide(self.bodies(node, items), False, "`all`")

    def exists(self, node: Macro, items: Iterable[tuple[object, ...]]) -> bool:
        return self.decide(self.bodies(node, items), True, "`exists`")

    def exists_one(self, node: Macro, items: Iterable[tuple[object, ...]]) -> bool:
        return sum(self.condition(body, "`exists_one`") for body in self.bodies(node, items)) == 1

    def filter(self, node: Macro, items: Iterable[tuple[object, ...]]) -> list[object]:
        result = []
        for body in self.bodies(node, items):
            value = self.locals[node.variables[0]]
            if self.condition(body, "`filter`"):
                result.append(value)
        return result

    def map(self, node: Macro, items: Iterable[tuple[object, ...]]) -> list[object]:
        result = []
        for body in self.bodies(node, items):
            if node.where is None or self.condition(node.where, "`map`"):
                result.append(_VISIT[type(body)](self, body))
        return result

    def transform_map(self, node: Macro, items: Iterable[tuple[object, ...]]) -> Mapping[object, object]:
        entries = []
        for body in self.bodies(node, items):
            key = self.locals[node.variables[0]]
            if node.where is None or self.condition(node.where, "`transformMap`"):
                entries.append((key, self.visit(body)))
        return map_of(entries)

    def transform_entries(self, node: Macro, items: Iterable[tuple[object, ...]]) -> Mapping[object, object]:
        entries: list[tuple[object, object]] = []
        for value in self.map(node, items):
            if kind(value) != MAP:
                raise _messages.no_such_overload("transformMapEntry", (kind(value),))
            entries += cast("Mapping[object, object]", value).items()
        return map_of(entries)

    def sort_by(self, node: Macro, items: Iterable[tuple[object, ...]]) -> list[object]:
        values: list[object] = []
        keys: list[object] = []
        for body in self.bodies(node, items):
            values.append(self.locals[node.variables[0]])
            keys.append(self.visit(body))
        return sorted_by(values, keys)


def _first(node: Node) -> Node | None:
    """What stands to the left of a link in a chain."""
    if type(node) is Select or type(node) is Index:
        return node.operand
    if type(node) is not Call:
        return None
    return node.args[0] if node.function in OPERATORS and node.args else node.target


def _rest(node: Node) -> Sequence[Node]:
    """The other operands of a link."""
    if type(node) is Index:
        return (node.index,)
    if type(node) is not Call:
        return ()
    return node.args[1:] if node.function in OPERATORS else node.args


def _held(value: object) -> OptionalValue:
    if isinstance(value, OptionalValue):
        return value
    raise _messages.no_such_overload("?", (kind(value),))


def _items(node: Macro, range_: object) -> Iterable[tuple[object, ...]]:
    """What the variables of a macro are bound to, one after another."""
    name = kind(range_)
    if name == LIST:
        elements = cast("Sequence[object]", range_)
        return enumerate(elements) if len(node.variables) == 2 else zip(elements, strict=True)
    if name == MAP and node.kind != "sortBy":
        map_ = cast("Mapping[object, object]", range_)
        return map_.items() if len(node.variables) == 2 else zip(map_, strict=True)
    error = _messages.not_a_range(node.kind, name)
    error.offset = node.offset
    raise error


# Keyed by (test, optional).
_SELECT: Mapping[tuple[bool, bool], Callable[[object, str], object]] = {
    (False, False): _access.select,
    (True, False): _access.has,
    (False, True): _access.optional_select,
}
_VISIT: Mapping[type[Node], Callable[[_Evaluation, Any], object]] = {
    Literal: _Evaluation.literal,
    Ident: _Evaluation.chain,
    Select: _Evaluation.chain,
    Index: _Evaluation.chain,
    Call: _Evaluation.chain,
    And: _Evaluation.conjunction,
    Or: _Evaluation.disjunction,
    Conditional: _Evaluation.conditional,
    ListLiteral: _Evaluation.list_literal,
    MapLiteral: _Evaluation.map_literal,
    StructLiteral: _Evaluation.struct_literal,
    Macro: _Evaluation.macro,
    Watched: lambda evaluation, watched: watched.watch(evaluation, watched.node),
}
_FOLD: Mapping[str, Callable[[_Evaluation, Macro, Iterable[tuple[object, ...]]], object]] = {
    "all": _Evaluation.all,
    "exists": _Evaluation.exists,
    "exists_one": _Evaluation.exists_one,
    "filter": _Evaluation.filter,
    "map": _Evaluation.map,
    "transformMap": _Evaluation.transform_map,
    "transformMapEntry": _Evaluation.transform_entries,
    "sortBy": _Evaluation.sort_by,
}
_NAMING: Mapping[str, Callable[[_Evaluation, Macro], object]] = {
    "bind": _Evaluation.bind,
    "optMap": _Evaluation.optional_map,
    "optFlatMap": _Evaluation.optional_flat_map,
}
