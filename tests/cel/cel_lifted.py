"""Vectors again, with their constants in variables.

An expression of constants is computed while code is generated for it, or before, so most vectors say nothing of
generated code. With variables in the place of all constants, or of some, the answer is the same; and so it is after
specialising to the values of some of the variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import conformance
from conformance import Vector

from remit import cel
from remit.cel._tree import children, rebuild

Choice = Callable[[int, int], bool]
"""Whether to lift the constant of a number, of so many."""

_CHOICES: Mapping[str, Choice] = {
    "all": lambda number, count: True,
    "first": lambda number, count: number == 0,
    "last": lambda number, count: number == count - 1,
    "all but the first": lambda number, count: number > 0,
}
_TYPES = {"bool": cel.BOOL, "int": cel.INT, "double": cel.DOUBLE, "string": cel.STRING, "bytes": cel.BYTES}


def failure(vector: Vector) -> str:
    """What is wrong with the answers to the vector's expression with constants lifted; empty when all are right."""
    try:
        whole = cel.compile(vector.source, variables=vector.variables, container=vector.container)
    except cel.CelError:
        return ""
    for choice, lift in _CHOICES.items():
        program, values = _lifted(whole, lift)
        for way, run in _ways(program, {**vector.bindings, **values}, values):
            answer = _outcome(run)
            if vector.expect is not None and not conformance.fits(answer, vector):
                return f"with {choice} of its constants in variables, {way} gives {answer!r}"
    return ""


def _ways(
    program: cel.Program, values: Mapping[str, object], lifted: Mapping[str, object]
) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "compiled", lambda: program(values)
    yield "exact", lambda: program.exact(values)
    names = list(lifted)
    for known in (names[::2], names[1::2], names):
        if known:
            yield f"specialised to {', '.join(known)}", lambda known=known: _specialised(program, values, known)


def _specialised(program: cel.Program, values: Mapping[str, object], known: list[str]) -> object:
    rest = cel.specialise(program, {name: values[name] for name in known})
    if isinstance(rest, cel.Constant):
        return rest.value
    if isinstance(rest, cel.Failed):
        raise rest.error
    return rest({name: held for name, held in values.items() if name not in known})


def _outcome(run: Callable[[], object]) -> object:
    try:
        return run()
    except cel.CelEvaluationError as error:
        return error


def _lifted(whole: cel.Program, lift: Choice) -> tuple[cel.Program, dict[str, object]]:
    """The program with variables `c0`, `c1`, ... for constants, and their values."""
    constants = [node for node in _constants(whole.ast) if _has_value(node)]
    names = {id(node): f"c{at}" for at, node in enumerate(constants) if lift(at, len(constants))}
    types = dict(whole.types)
    ast = _replaced(whole.ast, names, types)
    values = {names[id(node)]: cel.evaluate(node, {}) for node in constants if id(node) in names}
    variables = None if whole.variables is None else whole.variables | frozenset(values)
    return cel.from_ast(ast, types=types, container=whole.container, variables=variables), values


def _constants(node: cel.Node) -> Iterator[cel.Node]:
    """The largest parts that are constants, from left to right."""
    if _is_constant(node):
        yield node
    else:
        for child in children(node):
            yield from _constants(child)


def _has_value(node: cel.Node) -> bool:
    """A map that repeats a key has none."""
    try:
        cel.evaluate(node, {})
    except cel.CelEvaluationError:
        return False
    return True


def _is_constant(node: cel.Node) -> bool:
    if isinstance(node, cel.ListLiteral | cel.MapLiteral):
        return not node.optional and all(map(_is_constant, children(node)))
    return isinstance(node, cel.Literal)


def _replaced(node: cel.Node, names: Mapping[int, str], types: dict[int, cel.Type]) -> cel.Node:
    """The tree with variables of these names; `types` learns those of the new parts."""
    if id(node) in names:
        new: cel.Node = cel.Ident(names[id(node)])
        type_ = _TYPES.get(node.kind) if isinstance(node, cel.Literal) else None
    else:
        new = rebuild(node, tuple(_replaced(child, names, types) for child in children(node)))
        type_ = types.get(id(node))
    if type_ is not None:
        types[id(new)] = type_
    return new
