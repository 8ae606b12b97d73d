"""Names, fields and elements in generated code."""

from __future__ import annotations

from remit.cel._ast import Ident, Index, Node, Select
from remit.cel._emit_unit import Routine, Text, Unsupported
from remit.cel._references import path_of, root_of_path


def name(routine: Routine, node: Ident) -> Text:
    """A macro variable, a variable of the activation, or a type."""
    local = _local(routine, node)
    return local or _path(routine, (node.name,), node)


def select(routine: Routine, node: Select) -> Text:
    """`operand.field` and `has(operand.field)`."""
    if node.test:
        return _test(routine, node)
    if node.optional:
        return Text(f"optional_select({routine.emit(node.operand).code}, {routine.unit.constant(node.field)})")
    path, root = _named(routine, node)
    if root is None or _local(routine, root):
        return _field(routine, routine.emit(node.operand), node.field)
    return _path(routine, path, root)


def _named(routine: Routine, node: Select) -> tuple[tuple[str, ...], Ident | None]:
    """The path of a chain of fields and the name it starts with; asked once for a chain that does not with a name."""
    pathless = routine.unit.pathless
    path = () if id(node) in pathless else path_of(node)
    if path:
        return path, root_of_path(node)
    link: Node = node
    while isinstance(link, Select) and id(link) not in pathless and not (link.test or link.optional):
        pathless.add(id(link))
        link = link.operand
    return (), None


def _local(routine: Routine, node: Ident) -> Text | None:
    return None if node.absolute else routine.scope.get(node.name)


def _path(routine: Routine, path: tuple[str, ...], root: Ident) -> Text:
    resolved = routine.unit.resolver.resolve(path, absolute=root.absolute)
    if resolved is None:
        raise Unsupported
    if resolved.type_value is not None:
        text = routine.literal(resolved.type_value)
    else:
        text = Text(routine.variable(resolved.variable), atom=True)
    for field in path[resolved.parts :]:
        text = _field(routine, text, field)
    return text


def _field(routine: Routine, operand: Text, field: str) -> Text:
    slot = routine.unit.constant(field)
    if operand.atom and operand.code.startswith("v"):
        routine.record(operand.code)
        return Text(f"{operand.code}[{slot}]")
    first, again = routine.bind(operand)
    return Text(f"({again}[{slot}] if type({first}) is dict else select({again}, {slot}))")


def _test(routine: Routine, node: Select) -> Text:
    first, again = routine.bind(routine.emit(node.operand))
    slot = routine.unit.constant(node.field)
    return Text(f"({slot} in {again} if type({first}) is dict else has({again}, {slot}))", "bool")


def index(routine: Routine, node: Index) -> Text:
    """`operand[index]`."""
    operand, position = routine.emit(node.operand), routine.emit(node.index)
    if node.optional:
        return Text(f"optional_index({operand.code}, {position.code})")
    slow = routine.unit.implementation("_[_]")
    first, again = routine.bind(operand)
    if position.atom and position.kind == "string":
        test = f"type({first}) is dict"
    elif position.atom and position.kind == "int":
        test = f"type({first}) is list and {position.code} >= 0"
    else:
        return Text(f"{slow}({operand.code}, {position.code})")
    return Text(f"({again}[{position.code}] if {test} else {slow}({again}, {position.code}))")
