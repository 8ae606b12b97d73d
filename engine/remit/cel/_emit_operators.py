"""Operators in generated code, and why each arm is right.

One thing is not looked for: elements of a list in the activation that stand for no value at all, such
as a naive datetime, are passed over by `x in list` instead of failing it.

An operand from the activation may hold anything: its declared type only says which arm to make
fast. Every fast arm therefore tests what it relies on with `type(x) is ...`, and every other value
goes to the implementation of the operator, which knows all of CEL or raises.

| operator          | Python                          | differs from CEL, and so is tested               |
|-------------------|---------------------------------|--------------------------------------------------|
| `x == "text"`     | true only for an equal str      | false for a value CEL does not know: tested then |
| `x == 1`          | `1`, `1u`, `1.0`, but also True | the type is tested first                         |
| `x == true`       | True, but also 1                | the type is tested first                         |
| `x == null`       | `is None`                       | false for a value CEL does not know: tested then |
| `==` of lists, …  | identity, `True == 1`           | never used: the implementation compares          |
| `<` of int, double| exact, also between the two     | True is an int to Python: types are tested       |
| `<` of timestamps | wall clocks in one zone         | both zones must be fixed offsets                 |
| `+ - *` of int    | unbounded                       | the result must fit 64 bits                      |
| timestamp - same  | wall clocks; any length         | fixed offsets; the result fits 64 bits of ns     |
| timestamp ± const | keeps the zone                  | the zone must be UTC                             |
| `+ - *` of double | IEEE, never raises              | both must be float                               |
| `/ %`             | rounds down, raises             | never used: the implementation divides           |
| `x in list`       | `==`, so True is found as 1     | x must be str, or int among constants            |
| `x in map`        | the same                        | x must be str                                    |
| `x in [a, b]`     | passes over what is no value    | never used: the implementation looks             |
| `!x`, `&&`, `||`  | truth of anything               | the operand must be True or False                |
"""

from __future__ import annotations

from remit.cel._ast import Call, Node
from remit.cel._emit_unit import PYTHON, Routine, Text
from remit.cel._references import path_of
from remit.cel._values import INT_MAX, INT_MIN

_ORDER = {"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">="}
_ARITHMETIC = {"_+_": "+", "_-_": "-", "_*_": "*"}
_PLAINLY_EQUAL = frozenset({"bool", "int", "double", "string", "bytes", "timestamp", "duration"})
_PLAINLY_ORDERED = _PLAINLY_EQUAL
_FIXED_ZONES = " and type({0}.tzinfo) is type({1}.tzinfo) is timezone"


def _pair(routine: Routine, left: Text, right: Text, kind: str) -> tuple[str, str, str]:
    """The condition that both are certainly of `kind`, and what to call them after it was asked.

    Each operand is bound in a part of the condition that always runs.
    """
    python = PYTHON[kind]
    for certain, other in ((left, right), (right, left)):
        if certain.kind == kind and (certain.atom or certain.again):
            first, again = routine.bind(other)
            one, two = (certain.code, again) if certain is left else (again, certain.code)
            return f"type({first}) is {python}" + _zones(kind, one, two), one, two
    first, one = routine.bind(left)
    second, two = routine.bind(right)
    return f"type({first}) is type({second}) is {python}" + _zones(kind, one, two), one, two


def _zones(kind: str, one: str, two: str) -> str:
    """What has to hold of timestamps besides their type."""
    return _FIXED_ZONES.format(one, two) if kind == "timestamp" else ""


def _operands(routine: Routine, node: Call) -> tuple[Text, Text, str]:
    """Both operands, and the kind to expect of them: empty when they differ or nothing is known."""
    left, right = (routine.emit(part) for part in node.args)
    kinds = {routine.hint(part, text) for part, text in zip(node.args, (left, right), strict=True)} - {""}
    return left, right, kinds.pop() if len(kinds) == 1 else ("?" if kinds else "")


def _general(routine: Routine, node: Call, left: Text, right: Text) -> str:
    return f"{routine.unit.implementation(node.function)}({left.code}, {right.code})"


def _certain(left: Text, right: Text, kind: str) -> bool:
    return left.kind == right.kind == kind and kind != "timestamp"


def equality(routine: Routine, node: Call) -> Text:
    """`==` and `!=`."""
    left, right, kind = _operands(routine, node)
    if node.function == "_!=_":
        for constant, other in ((left, right), (right, left)):
            if constant.kind == "string" and constant.atom and other.kind != "string":
                return _other_text(routine, constant, other)
    code = _equal(routine, left, right, kind or "string")
    return Text(f"(not {code})" if node.function == "_!=_" else code, "bool")


def _other_text(routine: Routine, constant: Text, other: Text) -> Text:
    """`x != "text"`: a str that is not equal, or whatever the implementation says of what is no str."""
    first, again = routine.bind(other)
    slow = f"not {routine.unit.implementation('_==_')}({again}, {constant.code})"
    return Text(f"({first} != {constant.code} and (type({again}) is str or {slow}))", "bool")


def _equal(routine: Routine, left: Text, right: Text, kind: str) -> str:
    implementation = routine.unit.implementation("_==_")
    for constant, other in ((left, right), (right, left)):
        if constant.code == "None":
            first, again = routine.bind(other)
            return f"({first} is None or type({again}) not in VALUES and {implementation}({again}, None))"
        if constant.kind == "string" and constant.atom and other.kind != "string":
            first, again = routine.bind(other)
            slow = f"{implementation}({again}, {constant.code})"
            return f"({first} == {constant.code} or type({again}) is not str and {slow})"
    if kind not in _PLAINLY_EQUAL:
        return f"{implementation}({left.code}, {right.code})"
    if _certain(left, right, kind):
        return f"({left.code} == {right.code})"
    condition, one, two = _pair(routine, left, right, kind)
    return f"({one} == {two} if {condition} else {implementation}({one}, {two}))"


def order(routine: Routine, node: Call) -> Text:
    """`<`, `<=`, `>` and `>=`."""
    left, right, kind = _operands(routine, node)
    kind, sign = kind or "int", _ORDER[node.function]
    if kind not in _PLAINLY_ORDERED:
        return Text(_general(routine, node, left, right), "bool")
    if _certain(left, right, kind):
        return Text(f"({left.code} {sign} {right.code})", "bool")
    condition, one, two = _pair(routine, left, right, kind)
    slow = f"{routine.unit.implementation(node.function)}({one}, {two})"
    return Text(f"({one} {sign} {two} if {condition} else {slow})", "bool")


def arithmetic(routine: Routine, node: Call) -> Text:
    """`+`, `-` and `*`."""
    left, right, kind = _operands(routine, node)
    if kind in ("", "int"):
        return _integers(routine, node, left, right, promised=bool(kind))
    if kind == "timestamp" and node.function == "_-_":
        return _between(routine, node, left, right)
    if right.kind == "duration" and right.atom and routine.hint(node.args[0], left) in ("timestamp", ""):
        return _shifted(routine, node, left, right)
    if (kind, node.function) not in _ARMS:
        return Text(_general(routine, node, left, right))
    condition, one, two = _pair(routine, left, right, kind)
    slow = f"{routine.unit.implementation(node.function)}({one}, {two})"
    return Text(f"({one} {_ARITHMETIC[node.function]} {two} if {condition} else {slow})")


def _integers(routine: Routine, node: Call, left: Text, right: Text, *, promised: bool) -> Text:
    condition, one, two = _pair(routine, left, right, "int")
    result = routine.temporary()
    fits = f"{INT_MIN} <= ({result} := {one} {_ARITHMETIC[node.function]} {two}) <= {INT_MAX}"
    if promised:
        return Text(f"({result} if {condition} and {fits} else unusual())", "int")
    slow = f"{routine.unit.implementation(node.function)}({one}, {two})"
    return Text(f"({result} if {condition} and {fits} else {slow})")


def _between(routine: Routine, node: Call, left: Text, right: Text) -> Text:
    """A timestamp minus a timestamp."""
    condition, one, two = _pair(routine, left, right, "timestamp")
    result = routine.temporary()
    fits = f"SHORTEST <= ({result} := {one} - {two}) <= LONGEST"
    slow = f"{routine.unit.implementation(node.function)}({one}, {two})"
    return Text(f"({result} if {condition} and {fits} else {slow})")


def _shifted(routine: Routine, node: Call, left: Text, right: Text) -> Text:
    """A timestamp plus or minus a constant duration; Python raises where CEL has no such year."""
    first, again = routine.bind(left)
    condition = f"type({first}) is datetime and {again}.tzinfo is UTC"
    slow = f"{routine.unit.implementation(node.function)}({again}, {right.code})"
    return Text(f"({again} {_ARITHMETIC[node.function]} {right.code} if {condition} else {slow})")


_ARMS = frozenset(
    {*(("double", sign) for sign in _ARITHMETIC), ("string", "_+_"), ("bytes", "_+_")},
)


def negation(routine: Routine, node: Call) -> Text:
    """`!`."""
    return Text(f"(not {routine.condition(node.args[0])})", "bool")


def membership(routine: Routine, node: Call) -> Text:
    """`in`."""
    element, container = node.args
    implementation = routine.unit.implementation("@in")
    among = _constants(routine, container)
    text = routine.emit(element)
    if among is not None:
        return _among(routine, text, among, implementation)
    within = routine.emit(container)
    if not path_of(container):
        return Text(f"{implementation}({text.code}, {within.code})", "bool")
    one, element_again = routine.bind(text)
    two, container_again = routine.bind(within)
    slow = f"{implementation}({element_again}, {container_again})"
    is_text, is_container = f"type({one}) is str", f"type({two}) in CONTAINERS"
    if text.kind == "string" and text.atom:
        kinds = is_container
    elif text.atom:
        kinds = f"{is_container} and {is_text}"
    else:
        kinds = f"({is_text}) & ({is_container})"
    return Text(f"({element_again} in {container_again} if {kinds} else {slow})", "bool")


def _constants(routine: Routine, container: Node) -> list[object] | None:
    value = routine.unit.folded.get(id(container))
    return value if isinstance(value, list) else None


def _among(routine: Routine, text: Text, among: list[object], implementation: str) -> Text:
    kinds = {type(value) for value in among}
    slow_list = routine.unit.constant(among)
    if kinds != {str} and kinds != {int}:
        return Text(f"{implementation}({text.code}, {slow_list})", "bool")
    members = routine.unit.constant(frozenset(among))
    if (text.kind, kinds) in (("string", {str}), ("int", {int})):
        return Text(f"({text.code} in {members})", "bool")
    first, again = routine.bind(text)
    slow = f"{implementation}({again}, {slow_list})"
    if kinds == {str}:
        return Text(f"({first} in {members} or type({again}) is not str and {slow})", "bool")
    return Text(f"({again} in {members} if type({first}) is int else {slow})", "bool")
