"""Partial evaluation: what an expression becomes once some of its variables are known.

Sound under the language's own rules for errors. `false && x` is false even where `x` fails; an error
beside an unknown term stays, for the term may still decide; and a term that is left alone in a
chain keeps a `true &&` beside it unless it can only be a bool, for the chain would have refused it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from remit.cel._ast import And, Call, Conditional, Ident, Index, Macro, Node, Or, Select
from remit.cel._compile_messages import too_deep_to_specialise
from remit.cel._errors import CelError, CelEvaluationError
from remit.cel._program import Program
from remit.cel._specialise_logic import call, conditional, conjunction, disjunction
from remit.cel._specialise_macros import macro
from remit.cel._specialise_names import index, name, select
from remit.cel._specialise_parts import Fails, Known
from remit.cel._specialise_walk import Visit, Walk
from remit.cel._tree import postorder

_VISITS = cast(
    "Mapping[type[Node], Visit]",
    {
        Ident: name,
        Select: select,
        Index: index,
        Call: call,
        And: conjunction,
        Or: disjunction,
        Conditional: conditional,
        Macro: macro,
    },
)
_NO_PARTIAL: Mapping[str, Mapping[str, object]] = {}


@dataclass(frozen=True, slots=True)
class Constant:
    """The answer is certain: this value, whatever the unknown variables hold."""

    value: object


@dataclass(frozen=True, slots=True)
class Failed:
    """The answer is certain: there is no value, whatever the unknown variables hold."""

    error: CelEvaluationError


def specialise(
    program: Program,
    known: Mapping[str, object],
    *,
    partial: Mapping[str, Mapping[str, object]] = _NO_PARTIAL,
) -> Constant | Failed | Program:
    """The program with `known` variables put in, or its answer when that is certain already.

    `known` gives whole variables: a field that is missing there is an error. `partial` gives some
    fields of a variable that is itself unknown. The result agrees with the program on every
    activation that holds the known values, and reads only the unknown variables. A program without
    declared variables is taken to meet no further variable with a dot in its name.
    Raises CelError when macros or known values nest too deep to follow.
    """
    walk = Walk(program, known, partial, _VISITS)
    try:
        part = walk.run(program.ast, {})
    except RecursionError:
        raise CelError(too_deep_to_specialise()) from None
    if isinstance(part, Known):
        return Constant(part.value)
    if isinstance(part, Fails):
        return Failed(part.error)
    return _residue(program, part.node, known, walk)


def _residue(program: Program, node: Node, known: Mapping[str, object], walk: Walk) -> Program:
    types = {id(part): walk.types[id(part)] for part in postorder(node) if id(part) in walk.types}
    return Program(
        node,
        type=program.type,
        types=types,
        source=program.source,
        container=program.container,
        variables=None if program.variables is None else program.variables - frozenset(known),
    )
