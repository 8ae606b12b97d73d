"""The generated Python function of a program.

Its text holds nothing of the expression but its shape: variables, temporaries and constants are
numbered slots, and the constants themselves come in as arguments of the factory around it. So
expressions of one shape share one compiled text.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from functools import lru_cache
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
from remit.cel._emit_runtime import NAMESPACE
from remit.cel._emit_unit import Emit, Routine, Unit, Unsupported
from remit.cel._values import TypeValue

if TYPE_CHECKING:
    from remit.cel._program import Native, Program

_TALLEST = 12
"""Nodes inside each other in one function: Python's parser allows about a hundred brackets."""

_DEEPEST = 300
"""Functions inside each other: the exact evaluator runs what would nest deeper."""

_Factory = Callable[..., "Native"]

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


def native(program: Program, otherwise: Native) -> Native:
    """The function for `program`, which asks `otherwise` whatever it is not certain of.

    It is `otherwise` itself when no code can be generated for the tree.
    """
    unit = _unit(program)
    try:
        text = _text(unit, program.ast)
        return _factory(text)(otherwise, *unit.constants)
    except (Unsupported, RecursionError, SyntaxError, MemoryError):
        return otherwise


def _unit(program: Program) -> Unit:
    from remit.cel._functions import IMPLEMENTATIONS

    return Unit(
        emitters=_EMITTERS,
        implementations=IMPLEMENTATIONS,
        types=program.types,
        folded=folded(program.ast, IMPLEMENTATIONS, fits),
        cuts=cuts(program.ast, _TALLEST),
        resolver=Resolver(program.variables, program.container, _type_named),
        macros=macros(program.ast),
    )


def _type_named(named: str) -> TypeValue | None:
    from remit.cel._kinds import TYPE_NAMES

    return TypeValue(named) if named in TYPE_NAMES else None


def _text(unit: Unit, root: Node) -> str:
    """The source of the factory: the functions the tree was cut into, then the program itself."""
    main = Routine(unit, root, "program", {})
    body = _body(main)
    inner: list[str] = []
    while unit.waiting:
        routine = unit.waiting.pop()
        inner += [f" def {routine.name}({routine.parameters()}):", *(f"  {line}" for line in _body(routine))]
    guard = _guard(unit)
    constants = ", ".join(["exact", *(f"c{number}" for number in range(len(unit.constants)))])
    lines = [
        f"def factory({constants}):",
        *inner,
        " def program(act):",
        "  try:",
        *(f"   {line}" for line in [*guard, *body]),
        "  except Exception:",
        "   return exact(act)",
        " return program",
    ]
    return "\n".join(lines)


def _body(routine: Routine) -> list[str]:
    result = routine.emit(routine.root)
    return [*routine.head, *routine.lines, f"return {result.code}"]


def _guard(unit: Unit) -> list[str]:
    if not unit.resolver.forbidden:
        return []
    return [f"if not {unit.constant(frozenset(unit.resolver.forbidden))}.isdisjoint(act): unusual()"]


@lru_cache(maxsize=4096)
def _factory(text: str) -> _Factory:
    names: dict[str, object] = {}
    code = builtins.compile(text, "<expression>", "exec")
    exec(code, NAMESPACE, names)  # noqa: S102 (the text is made of slots and operators only)
    return cast("_Factory", names["factory"])
