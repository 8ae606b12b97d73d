"""From text, or from a tree, to a program."""

from __future__ import annotations

from collections.abc import Mapping

from remit.cel._ast import Node
from remit.cel._program import Program
from remit.cel._types import DYN, Type


def compile(
    source: str,
    *,
    variables: Mapping[str, Type] | None = None,
    container: str = "",
    result: Type | None = None,
) -> Program:
    """The program of an expression, checked against `variables` and the type it must give.

    Without `variables` every name is allowed and nothing is checked. Raises CelSyntaxError and
    CelTypeError, each with its position in `source`.
    """
    from remit.cel._check import check
    from remit.cel._parser import parse

    checked = check(parse(source), variables=variables, container=container, result=result, source=source)
    return Program(
        checked.ast,
        type=checked.type,
        types=checked.types,
        source=source,
        container=container,
        variables=None if variables is None else frozenset(variables),
    )


def from_ast(
    ast: Node,
    *,
    type: Type = DYN,
    types: Mapping[int, Type] | None = None,
    source: str = "",
    container: str = "",
    variables: frozenset[str] | None = None,
) -> Program:
    """The program of a tree that is already checked, as a saved bundle or a specialised program holds it.

    `types`, by `id(node)`, only hints at which operations to make fast: a wrong one costs time, never
    a wrong value. `variables` are the names it may read; None allows every name in the activation.
    """
    return Program(ast, type=type, types=types, source=source, container=container, variables=variables)
