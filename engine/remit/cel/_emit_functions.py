"""Calls in generated code: the hot ones written out, the others through their implementation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from remit.cel._ast import Call, ListLiteral, MapLiteral, Node, StructLiteral
from remit.cel._emit_operators import arithmetic, equality, membership, negation, order
from remit.cel._emit_unit import KINDS, Routine, Text, Unsupported
from remit.cel._errors import CelEvaluationError
from remit.cel._functions import FUNCTION_ARITIES, METHOD_ARITIES, is_namespaced
from remit.cel._names import called
from remit.cel._overloads import OVERLOADS
from remit.cel._references import root_of_path
from remit.cel._texts import glob_pattern, pattern
from remit.cel._tree import children


def call(routine: Routine, node: Call) -> Text:
    """A function, a method or an operator."""
    name = _namespaced(routine, node)
    if name:
        return _invoked(routine, name, node.args)
    if not fits(node):
        raise Unsupported
    return _SPECIAL.get(node.function, _plain)(routine, node)


def fits(node: Call) -> bool:
    """Whether some overload takes a call of this form: the implementations do not ask."""
    if node.target is not None:
        return len(node.args) + 1 in METHOD_ARITIES.get(node.function, ())
    return len(node.args) in FUNCTION_ARITIES.get(node.function, ())


def _namespaced(routine: Routine, node: Call) -> str:
    """The name of a function written as `math.abs(x)`; empty when the call is of another form."""
    root = root_of_path(node.target) if node.target is not None else None
    name = called(node) if root is not None and not (root.name in routine.scope and not root.absolute) else ""
    if not is_namespaced(name):
        return ""
    if len(node.args) not in FUNCTION_ARITIES[name]:
        raise Unsupported
    return name


def _arguments(routine: Routine, node: Call) -> list[Text]:
    return [routine.emit(part) for part in children(node)]


def _plain(routine: Routine, node: Call) -> Text:
    return _invoked(routine, node.function, children(node))


def _invoked(routine: Routine, function: str, arguments: Sequence[Node]) -> Text:
    code = ", ".join(routine.emit(argument).code for argument in arguments)
    return Text(f"{routine.unit.implementation(function)}({code})", _result_kind(function))


def _result_kind(function: str) -> str:
    """The kind of the result when every overload has the same."""
    names = {overload.result.name for overload in OVERLOADS[function]}
    return KINDS.get(names.pop(), "") if len(names) == 1 else ""


def _size(routine: Routine, node: Call) -> Text:
    value = node.args[0] if node.target is None else node.target
    first, again = routine.bind(routine.emit(value))
    slow = f"{routine.unit.implementation('size')}({again})"
    return Text(f"(len({again}) if type({first}) in SIZED else {slow})", "int")


def _dyn(routine: Routine, node: Call) -> Text:
    return routine.emit(node.args[0])


def _affix(template: str) -> Callable[[Routine, Call], Text]:
    """A test of two texts, written by `template`."""

    def emit(routine: Routine, node: Call) -> Text:
        text, part = _arguments(routine, node)
        slow = routine.unit.implementation(node.function)
        if part.kind != "string" or not part.atom:
            return Text(f"{slow}({text.code}, {part.code})", "bool")
        first, again = routine.bind(text)
        fast = template.format(again, part.code)
        return Text(f"({fast} if type({first}) is str else {slow}({again}, {part.code}))", "bool")

    return emit


def _pattern(compiled: Callable[[str], Callable[[str], bool]]) -> Callable[[Routine, Call], Text]:
    """A match with a pattern; a constant one is compiled here, once."""

    def emit(routine: Routine, node: Call) -> Text:
        subject, expression = children(node)
        held = routine.unit.folded.get(id(expression))
        try:
            search = compiled(held) if isinstance(held, str) else None
        except CelEvaluationError:
            search = None
        if search is None:
            return _plain(routine, node)
        first, again = routine.bind(routine.emit(subject))
        slow = f"{routine.unit.implementation(node.function)}({again}, {routine.unit.constant(held)})"
        return Text(f"({routine.unit.constant(search)}({again}) if type({first}) is str else {slow})", "bool")

    return emit


_GLOBS = {
    (False, False): "{0} == {1}",
    (False, True): "{0}.startswith({1})",
    (True, False): "{0}.endswith({1})",
    (True, True): "{1} in {0}",
}
"""Globs with a star at neither end, at the end, at the start, at both."""

_glob_search = _pattern(glob_pattern)


def _glob(routine: Routine, node: Call) -> Text:
    """A glob; RE2 would refuse half of a surrogate pair, so what is no ASCII is left to it."""
    subject, expression = children(node)
    held = routine.unit.folded.get(id(expression))
    fixed = held.strip("*") if isinstance(held, str) else "*"
    if not isinstance(held, str) or "*" in fixed or "?" in fixed or not fixed.isascii():
        return _glob_search(routine, node)
    first, again = routine.bind(routine.emit(subject))
    fast = _GLOBS[held.startswith("*"), held.endswith("*")].format(again, routine.unit.constant(fixed))
    slow = f"{routine.unit.implementation(node.function)}({again}, {routine.unit.constant(held)})"
    return Text(f"({fast} if type({first}) is str and {again}.isascii() else {slow})", "bool")


_SPECIAL: dict[str, Callable[[Routine, Call], Text]] = {
    "_==_": equality,
    "_!=_": equality,
    "_<_": order,
    "_<=_": order,
    "_>_": order,
    "_>=_": order,
    "_+_": arithmetic,
    "_-_": arithmetic,
    "_*_": arithmetic,
    "@in": membership,
    "!_": negation,
    "dyn": _dyn,
    "size": _size,
    "startsWith": _affix("{0}.startswith({1})"),
    "endsWith": _affix("{0}.endswith({1})"),
    "contains": _affix("{1} in {0}"),
    "matches": _pattern(pattern),
    "glob": _glob,
}


def list_literal(routine: Routine, node: ListLiteral) -> Text:
    """`[a, b]`."""
    if node.optional:
        raise Unsupported
    return Text(f"[{', '.join(routine.emit(element).code for element in node.elements)}]", "list")


def map_literal(routine: Routine, node: MapLiteral) -> Text:
    """`{"a": b}`; with different constant texts for keys it needs no looking at them."""
    keys = [routine.unit.folded.get(id(key)) for key, _ in node.entries]
    if node.optional:
        raise Unsupported
    if not all(type(key) is str for key in keys) or len(set(keys)) < len(keys):
        pairs = (f"({routine.emit(key).code}, {routine.emit(value).code})" for key, value in node.entries)
        return Text(f"map_of([{', '.join(pairs)}])")
    entries = (
        f"{routine.unit.constant(key)}: {routine.emit(value).code}"
        for key, (_, value) in zip(keys, node.entries, strict=True)
    )
    return Text(f"{{{', '.join(entries)}}}", "dict")


def struct_literal(_: Routine, __: StructLiteral) -> Text:
    """A message: there are none, and the exact evaluator says so."""
    raise Unsupported
