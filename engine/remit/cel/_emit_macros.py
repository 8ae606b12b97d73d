"""Macros in generated code: plain loops that stop as soon as the answer is certain.

An error in an element is raised and goes to the exact evaluator, which knows whether a later
element absorbs it. The elements of nested loops multiply, so each loop may only be so long that all
loops together stay under the steps the exact evaluator allows; a longer one is left to it.
"""

from __future__ import annotations

from collections.abc import Callable

from remit.cel._ast import Macro
from remit.cel._emit_naming import NAMING
from remit.cel._emit_unit import MACRO_STEPS, Routine, Text, Unsupported


def macro(routine: Routine, node: Macro) -> Text:
    """Any macro."""
    if node.kind in NAMING:
        return NAMING[node.kind](routine, node)
    if len(node.variables) == 2 and node.kind == "filter":
        raise Unsupported
    source, result = _source(routine, node), routine.slot()
    variables = [routine.slot() for _ in node.variables]
    routine.line(f"{result} = {_START[node.kind]}")
    routine.block(f"for {', '.join(variables)} in {source}:", _body(routine, node, variables, result))
    if node.kind == "exists_one":
        return Text(f"({result} == 1)", "bool")
    if node.kind == "sortBy":
        return Text(f"sorted_by({source}, {result})", "list")
    return Text(result, _KINDS.get(node.kind, "bool"), atom=True)


_START = {"all": "True", "exists": "False", "exists_one": "0", "map": "[]", "filter": "[]"}
_START |= {"transformMap": "{}", "transformMapEntry": "{}", "sortBy": "[]"}
_KINDS = {"map": "list", "filter": "list", "transformMap": "dict", "transformMapEntry": "dict"}


def _source(routine: Routine, node: Macro) -> str:
    """The local that holds what the loop runs over."""
    local = routine.slot()
    certain = Text("", "list")
    folded = routine.unit.folded.get(id(node.range))
    if isinstance(folded, list) and not any(isinstance(element, list | dict) for element in folded):
        routine.line(f"{local} = {routine.unit.constant(folded)}")
    else:
        certain = routine.emit(node.range)
        routine.line(f"{local} = {certain.code}")
    if len(node.variables) == 2:
        routine.line(f"{local} = pairs({local})")
    elif node.kind == "sortBy":
        routine.line(f"if type({local}) is not list: unusual()")
    elif certain.kind != "list":
        routine.line(f"if type({local}) is not list: {local} = elements({local})")
    routine.line(f"if len({local}) > {_longest(routine)}: unusual()")
    return local


def _longest(routine: Routine) -> int:
    return int((MACRO_STEPS / routine.unit.macros) ** (1 / (routine.depth + 1)))


def _body(routine: Routine, node: Macro, variables: list[str], result: str) -> list[str]:
    """The statements of the loop."""
    outer = dict(routine.scope)
    routine.scope.update({name: Text(local, atom=True) for name, local in zip(node.variables, variables, strict=True)})
    routine.depth += 1
    try:
        with routine.captured() as lines:
            _STEPS[node.kind](routine, node, result, variables[0])
    finally:
        routine.scope = outer
        routine.depth -= 1
    return lines


def _all(routine: Routine, node: Macro, result: str, _: str) -> None:
    condition = routine.condition(node.body)
    routine.block(f"if not {condition}:", [f"{result} = False", "break"])


def _exists(routine: Routine, node: Macro, result: str, _: str) -> None:
    condition = routine.condition(node.body)
    routine.block(f"if {condition}:", [f"{result} = True", "break"])


def _exists_one(routine: Routine, node: Macro, result: str, _: str) -> None:
    condition = routine.condition(node.body)
    routine.line(f"if {condition}: {result} += 1")


def _filter(routine: Routine, node: Macro, result: str, variable: str) -> None:
    condition = routine.condition(node.body)
    routine.line(f"if {condition}: {result}.append({variable})")


def _with_each(template: str) -> Callable[[Routine, Macro, str, str], None]:
    """What to do with the body of each element that the condition lets through."""

    def step(routine: Routine, node: Macro, result: str, variable: str) -> None:
        condition = "True" if node.where is None else routine.condition(node.where)
        with routine.captured() as lines:
            code = routine.emit(node.body).code
        lines.append(template.format(result=result, key=variable, code=code))
        if node.where is None:
            routine.lines.extend(lines)
        else:
            routine.block(f"if {condition}:", lines)

    return step


_STEPS: dict[str, Callable[[Routine, Macro, str, str], None]] = {
    "all": _all,
    "exists": _exists,
    "exists_one": _exists_one,
    "filter": _filter,
    "map": _with_each("{result}.append({code})"),
    "sortBy": _with_each("{result}.append({code})"),
    "transformMap": _with_each("put({result}, {key}, {code})"),
    "transformMapEntry": _with_each("put_all({result}, {code})"),
}
