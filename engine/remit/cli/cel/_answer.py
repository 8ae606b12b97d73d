"""What is said about an expression: its value, type, tree, cost and parts, as lines and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remit.cel import MONEY, CelEvaluationError, Node, Type, UInt, show, spell
from remit.cel._show import field_type, parameter
from remit.cel._tree import children
from remit.cli._lines import Line
from remit.cli._messages import short_type
from remit.cli.cel._attempt import Attempt
from remit.resources import masked

MAX_NODES = 400
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to say beside the value, or in its place."""

    type_only: bool = False
    ast: bool = False
    cost: bool = False
    parts: bool = False


def answer_lines(attempt: Attempt, wanted: Wanted) -> Iterator[Line]:
    """The value, or with `type_only` the type; then what else is wanted.

    Raises CelEvaluationError, after the parts: they tell where it came from.
    """
    if wanted.type_only:
        yield ((short_type(str(attempt.program.type)), ""),)
    else:
        yield from _value_lines(attempt, parts=wanted.parts)
    if wanted.cost:
        yield from (((line, "dim"),) for line in attempt.cost.explain().splitlines())
    if wanted.ast:
        yield from tree_lines(attempt)


def _value_lines(attempt: Attempt, *, parts: bool) -> Iterator[Line]:
    failure = None
    try:
        yield ((shown(attempt, attempt.value()), ""),)
    except CelEvaluationError as error:
        failure = error
    if parts:
        from remit.render._part_lines import part_lines

        yield from part_lines(attempt.parts)
    if failure is not None:
        raise failure


def answer_json(attempt: Attempt, wanted: Wanted) -> dict[str, object]:
    """The same as plain data; secrets are not in it. Raises CelEvaluationError."""
    found: dict[str, object] = {
        "expression": masked(attempt.program.source),
        "type": short_type(str(attempt.program.type)),
    }
    if not wanted.type_only:
        value = attempt.value()
        found["value"] = _plain(value, attempt.program.type, attempt.scope.currency)
        found["text"] = shown(attempt, value)
    if wanted.parts:
        found["parts"] = attempt.parts.to_json()
    if wanted.cost:
        found["cost"] = {"minimum": attempt.cost.minimum, "maximum": attempt.cost.maximum}
    if wanted.ast:
        found["ast"] = [
            {"depth": depth, "node": kind, "expression": text, "type": type_}
            for depth, kind, text, type_ in _tree(attempt)
        ]
    return found


def shown(attempt: Attempt, value: object) -> str:
    """A value as one would write it."""
    return show(value, attempt.program.type, currency=attempt.scope.currency, hide=masked)


def tree_lines(attempt: Attempt) -> Iterator[Line]:
    """The tree, a node a line, each with its type."""
    for depth, kind, text, type_ in _tree(attempt):
        yield ("  " * depth, ""), (f"{kind} ", "dim"), (text, ""), (f": {type_}", "cyan")


def _tree(attempt: Attempt) -> Iterator[tuple[int, str, str, str]]:
    """(depth, kind, text, type) of the nodes, from the root down; at most 400, at most 40 deep."""
    waiting: list[tuple[int, Node]] = [(0, attempt.program.ast)]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        depth, node = waiting.pop()
        type_ = short_type(str(attempt.checked.type_at(node)))
        yield depth, type(node).__name__, masked(spell(node)), type_
        if depth < _MAX_DEPTH:
            waiting.extend((depth + 1, each) for each in reversed(children(node)))


def _plain(value: object, type_: Type, currency: str) -> object:
    """JSON has no amounts, instants or bytes: these are text, as one would write them."""
    match value:
        case str():
            return masked(value)
        case bool() | None:
            return value
        case UInt() | int() if type_ != MONEY:
            return int(value)
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [_plain(each, parameter(type_, 0), currency) for each in value]
        case Mapping():
            return {masked(str(name)): _plain(each, field_type(type_, name), currency) for name, each in value.items()}
    return show(value, type_, currency=currency, hide=masked)
