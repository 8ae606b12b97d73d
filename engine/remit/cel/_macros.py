"""The macros: calls that are expanded while parsing, by name and number of arguments."""

from __future__ import annotations

from remit.cel import _messages
from remit.cel._ast import Ident, Macro, MacroKind, Node, Select

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
