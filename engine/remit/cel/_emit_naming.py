"""Names for values in generated code: `cel.bind`, `optMap` and `optFlatMap`.

The value of `cel.bind` is computed before the body, though the language computes it when it is read:
an error in it goes to the exact evaluator, and without one there is no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from remit.cel._ast import Macro
from remit.cel._emit_unit import Routine, Text


def _within(routine: Routine, node: Macro, value: Text) -> Text:
    """The body, with the variable standing for a local that holds the value."""
    outer = dict(routine.scope)
    local = routine.slot()
    routine.line(f"{local} = {value.code}")
    routine.scope[node.variables[0]] = Text(local, value.kind, atom=True)
    try:
        return routine.emit(node.body)
    finally:
        routine.scope = outer


def bind(routine: Routine, node: Macro) -> Text:
    """`cel.bind(name, value, body)`."""
    return _within(routine, node, routine.emit(node.range))


def _optional(form: str) -> Callable[[Routine, Macro], Text]:
    """The body under the value of an optional, written by `form`; none when it holds none."""

    def emit(routine: Routine, node: Macro) -> Text:
        held, result = routine.slot(), routine.slot()
        routine.line(f"{held} = {routine.emit(node.range).code}")
        routine.line(f"if type({held}) is not OptionalValue: unusual()")
        routine.line(f"{result} = NONE")
        with routine.captured() as lines:
            code = _within(routine, node, Text(f"{held}.value")).code
        routine.block(f"if {held}.present:", [*lines, f"{result} = {form.format(code)}"])
        return Text(result, atom=True)

    return emit


NAMING: Mapping[str, Callable[[Routine, Macro], Text]] = {
    "bind": bind,
    "optMap": _optional("some({})"),
    "optFlatMap": _optional("optional({})"),
}
