"""The generated Python function of a program.

Its text holds nothing of the expression but its shape: variables, temporaries and constants are
numbered slots. So expressions of one shape share one compiled text, in which `_constants` then puts the
constants of each.
"""

from __future__ import annotations

import builtins
from functools import lru_cache
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, cast

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
from remit.cel._emit_access import index, name, select
from remit.cel._emit_fold import cuts, folded, macros
from remit.cel._emit_functions import call, fits, list_literal, map_literal, struct_literal
from remit.cel._emit_logic import conditional, conjunction, disjunction
from remit.cel._emit_macros import macro
from remit.cel._emit_names import Resolver
from remit.cel._emit_places import filled, with_places
from remit.cel._emit_runtime import NAMESPACE
from remit.cel._emit_share import shared
from remit.cel._emit_unit import MAIN, Emit, Routine, Unit, Unsupported
from remit.cel._names import type_value

if TYPE_CHECKING:
    from remit.cel._program import Native, Program

_TALLEST = 12
"""Nodes inside each other in one function: Python's parser allows about a hundred brackets."""

_EMITTERS = cast(
    "dict[type[Node], Emit]",
    {
        Ident: name,
        Select: select,
        Index: index,
        Call: call,
        And: conjunction,
        Or: disjunction,
        Conditional: conditional,
        ListLiteral: list_literal,
        MapLiteral: map_literal,
        StructLiteral: struct_literal,
        Macro: macro,
        Literal: lambda routine, node: routine.literal(node.value),
    },
)


def native(program: Program, otherwise: Native, *, tallest: int = _TALLEST) -> Native:
    """The function for `program`, which asks `otherwise` whatever it is not certain of.

    It is `otherwise` itself when no code can be generated for the tree.
    """
    try:
        unit = _unit(program, tallest)
        return _function(_code(source(unit, program.ast)), unit, otherwise)
    except (Unsupported, RecursionError, SyntaxError, MemoryError):
        return otherwise


def _unit(program: Program, tallest: int) -> Unit:
    from remit.cel._functions import IMPLEMENTATIONS

    return Unit(
        emitters=_EMITTERS,
        implementations=IMPLEMENTATIONS,
        types=program.types,
        folded=folded(program.ast, IMPLEMENTATIONS, fits),
        cuts=cuts(program.ast, tallest),
        resolver=Resolver(program.variables, program.container, type_value),
        macros=macros(program.ast),
        shared=shared(program.ast, program.types),
    )


def source(unit: Unit, root: Node) -> str:
    """The functions the tree is cut into, then the program itself."""
    main = Routine(unit, root, MAIN, {})
    body = _body(main)
    inner: list[str] = []
    while unit.waiting:
        routine = unit.waiting.pop()
        inner += [f"def {routine.name}({routine.parameters()}):", *(f" {line}" for line in _body(routine))]
    lines = [
        *inner,
        "def program(act):",
        " try:",
        *(f"  {line}" for line in [*_guard(unit), *body]),
        " except Exception:",
        "  return exact(act)",
    ]
    return "\n".join(lines)


def _body(routine: Routine) -> list[str]:
    result = routine.emit(routine.root)
    return [*routine.head, *routine.lines, f"return {result.code}"]


def _guard(unit: Unit) -> list[str]:
    """Without declarations, a variable with a dot in its name would change what the others mean."""
    if not unit.resolver.forbidden:
        return []
    return [f"if not {unit.constant(frozenset(unit.resolver.forbidden))}.isdisjoint(act): unusual()"]


@lru_cache(maxsize=4096)
def _code(text: str) -> tuple[CodeType, ...]:
    module = builtins.compile(with_places(text), "<expression>", "exec")
    return tuple(part for part in module.co_consts if isinstance(part, CodeType))


def _function(parts: tuple[CodeType, ...], unit: Unit, otherwise: Native) -> Native:
    """The program over its own globals. Each has a copy of the code, for code remembers where its globals are."""
    slots = {f"c{number}": value for number, value in enumerate(unit.constants)}
    names = {**NAMESPACE, **slots, "exact": otherwise}
    for part in parts:
        names[part.co_name] = FunctionType(filled(part, slots), names)
    return cast("Native", names["program"])
