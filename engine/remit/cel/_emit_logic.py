"""`&&`, `||` and the conditional in generated code.

Left to right is right as long as nothing is raised: a term that decides makes the others
irrelevant even when they are errors, and what is raised before goes to the exact evaluator.
A term may need statements of its own (a macro is a loop); those run only when the terms before
it have not decided.
"""

from __future__ import annotations

from remit.cel._ast import And, Conditional, Or
from remit.cel._emit_unit import Routine, Text

_CHUNK = 64


def conjunction(routine: Routine, node: And) -> Text:
    """`&&`."""
    return _chain(routine, node, " and ", "if {}:")


def disjunction(routine: Routine, node: Or) -> Text:
    """`||`."""
    return _chain(routine, node, " or ", "if not {}:")


def _chain(routine: Routine, node: And | Or, joint: str, undecided: str) -> Text:
    mark = high = routine.temporaries
    slot = ""
    parts: list[str] = []
    neutral = isinstance(node, And)
    for term in node.terms:
        if routine.unit.folded.get(id(term)) is neutral:
            continue
        routine.temporaries = mark
        with routine.captured() as lines:
            code = routine.condition(term)
        high = max(high, routine.temporaries)
        if parts and (lines or len(parts) >= _CHUNK):
            slot = slot or routine.slot()
            routine.line(f"{slot} = {joint.join(parts)}")
            routine.block(undecided.format(slot), [*lines, f"{slot} = {code}"])
            parts = [slot]
        else:
            routine.lines.extend(lines)
            parts.append(code)
    routine.temporaries = high
    if not parts:
        return Text(str(neutral), "bool", atom=True)
    return Text(f"({joint.join(parts)})", "bool") if len(parts) > 1 else Text(parts[0], "bool")


def conditional(routine: Routine, node: Conditional) -> Text:
    """`test ? then : otherwise`."""
    test = routine.condition(node.test)
    with routine.captured() as then_lines:
        then = routine.emit(node.then)
    with routine.captured() as other_lines:
        other = routine.emit(node.otherwise)
    kind = then.kind if then.kind == other.kind else ""
    if not then_lines and not other_lines:
        return Text(f"({then.code} if {test} else {other.code})", kind)
    slot = routine.slot()
    routine.block(f"if {test}:", [*then_lines, f"{slot} = {then.code}"])
    routine.block("else:", [*other_lines, f"{slot} = {other.code}"])
    return Text(slot, kind, atom=True)
