"""The macros: calls that are expanded while parsing, by name and number of arguments."""

from __future__ import annotations

from collections.abc import Callable

from remit.cel import _messages
from remit.cel._ast import Call, Ident, ListLiteral, Literal, Macro, MacroKind, Node, Select

# (name, number of arguments) -> kind, number of variables
_COMPREHENSIONS: dict[tuple[str, int], tuple[MacroKind, int]] = {
    ("all", 2): ("all", 1),
    ("exists", 2): ("exists", 1),
    ("exists_one", 2): ("exists_one", 1),
    ("existsOne", 2): ("exists_one", 1),
    ("map", 2): ("map", 1),
    ("map", 3): ("map", 1),
    ("filter", 2): ("filter", 1),
    ("all", 3): ("all", 2),
    ("exists", 3): ("exists", 2),
    ("exists_one", 3): ("exists_one", 2),
    ("existsOne", 3): ("exists_one", 2),
    ("transformList", 3): ("map", 2),
    ("transformList", 4): ("map", 2),
    ("transformMap", 3): ("transformMap", 2),
    ("transformMap", 4): ("transformMap", 2),
    ("transformMapEntry", 3): ("transformMapEntry", 2),
    ("transformMapEntry", 4): ("transformMapEntry", 2),
    ("sortBy", 2): ("sortBy", 1),
    ("optMap", 2): ("optMap", 1),
    ("optFlatMap", 2): ("optFlatMap", 1),
}


class MacroError(ValueError):
    """A macro called with what it cannot take: the message, and where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def comprehension(name: str, range_: Node, args: tuple[Node, ...], offset: int) -> Macro | None:
    """`range_.name(args)` as a comprehension, or None when it is an ordinary method call.

    Raises:
        MacroError: a variable is no simple name, or both variables have one name.
    """
    found = _COMPREHENSIONS.get((name, len(args)))
    if found is None:
        return None
    kind, count = found
    variables = tuple(_variable(name, argument) for argument in args[:count])
    if len(set(variables)) < count:
        raise MacroError(_messages.macro_repeats_name(name, variables[0]), args[1].offset)
    *where, body = args[count:]
    return Macro(kind, range_, variables, body, where[0] if where else None, offset=offset)


def namespaced(name: str, target: Node, args: tuple[Node, ...], offset: int) -> Node | None:
    """`target.name(args)` as what it expands to when `target` is a namespace of macros, or None.

    Raises:
        MacroError: the variable of `cel.bind` is no simple name.
    """
    if not isinstance(target, Ident) or target.absolute:
        return None
    expand = _NAMESPACED.get((target.name, name))
    return expand(target, args, offset) if expand else None


def _bind(_: Ident, args: tuple[Node, ...], offset: int) -> Node | None:
    """`cel.bind(name, value, body)`."""
    if len(args) != 3:
        return None
    name, value, body = args
    return Macro("bind", value, (_variable("cel.bind", name),), body, offset=offset)


def _block(_: Ident, args: tuple[Node, ...], offset: int) -> Node | None:
    """`cel.block([value, ...], body)`, as an optimizer writes it: each value may read those before it."""
    if len(args) != 2 or not isinstance(args[0], ListLiteral) or args[0].optional:
        return None
    body = args[1]
    for position, value in reversed(list(enumerate(args[0].elements))):
        body = Macro("bind", value, (f"@index{position}",), body, offset=offset)
    return body


def _index(_: Ident, args: tuple[Node, ...], offset: int) -> Node | None:
    """`cel.index(1)`: a value of the block around."""
    numbers = _numbers(args)
    return Ident(f"@index{numbers[0]}", offset=offset) if len(numbers) == len(args) == 1 else None


def _iteration_variable(_: Ident, args: tuple[Node, ...], offset: int) -> Node | None:
    """`cel.iterVar(1, 0)`: the name of a macro's variable, as an optimizer writes it."""
    numbers = _numbers(args)
    return Ident(f"@it:{numbers[0]}:{numbers[1]}", offset=offset) if len(numbers) == len(args) == 2 else None


def _numbers(args: tuple[Node, ...]) -> list[int]:
    literals = (argument for argument in args if isinstance(argument, Literal))
    return [literal.value for literal in literals if isinstance(literal.value, int) and literal.kind == "int"]


def _extreme(name: str) -> Callable[[Ident, tuple[Node, ...], int], Node | None]:
    """`math.greatest` and `math.least` of three or more, as that of a list."""

    def expand(target: Ident, args: tuple[Node, ...], offset: int) -> Node | None:
        if len(args) < 3:
            return None
        return Call(name, target, (ListLiteral(args, offset=args[0].offset),), offset=offset)

    return expand


_NAMESPACED: dict[tuple[str, str], Callable[[Ident, tuple[Node, ...], int], Node | None]] = {
    ("cel", "bind"): _bind,
    ("cel", "block"): _block,
    ("cel", "index"): _index,
    ("cel", "iterVar"): _iteration_variable,
    ("math", "greatest"): _extreme("greatest"),
    ("math", "least"): _extreme("least"),
}


def presence(args: tuple[Node, ...], offset: int) -> Select | None:
    """`has(operand.field)` as a test, or None when the number of arguments makes it no macro.

    Raises:
        MacroError: the argument is no field selection.
    """
    if len(args) != 1:
        return None
    argument = args[0]
    if not isinstance(argument, Select) or argument.test or argument.optional:
        raise MacroError(_messages.has_needs_field(), argument.offset)
    return Select(argument.operand, argument.field, test=True, offset=offset)


def _variable(macro: str, argument: Node) -> str:
    if isinstance(argument, Ident) and not argument.absolute:
        return argument.name
    raise MacroError(_messages.macro_needs_name(macro), argument.offset)
