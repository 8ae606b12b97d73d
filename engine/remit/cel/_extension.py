"""How an extension of the language is written: a table of overloads, each with what runs it.

A function chooses among its overloads by the run-time types of its arguments, so what runs an
overload is called with arguments of just those types; what is in a list is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from remit.cel import _messages
from remit.cel._kinds import kind
from remit.cel._overload import Overload
from remit.cel._types import MONEY, Type

# At run time an amount of money is an int.
_KINDS = {MONEY.name: "int"}


@dataclass(frozen=True, slots=True)
class Definition:
    """One overload of the function `name`."""

    name: str
    overload: Overload
    run: Callable[..., object]


def function(name: str, id_: str, arguments: tuple[Type, ...], result: Type, run: Callable[..., object]) -> Definition:
    """An overload written `name(x)`."""
    return Definition(name, Overload(id_, arguments, result), run)


def method(name: str, id_: str, arguments: tuple[Type, ...], result: Type, run: Callable[..., object]) -> Definition:
    """An overload written `x.name()`; the first argument is the target."""
    return Definition(name, Overload(id_, arguments, result, is_method=True), run)


def overloads(definitions: Iterable[Definition]) -> dict[str, list[Overload]]:
    """The overloads by the name of the function."""
    table: dict[str, list[Overload]] = {}
    for definition in definitions:
        table.setdefault(definition.name, []).append(definition.overload)
    return table


def implementations(definitions: Iterable[Definition]) -> Mapping[str, Callable[..., object]]:
    """The functions by name, each choosing by the types of its arguments."""
    tables: dict[str, dict[tuple[str, ...], Callable[..., object]]] = {}
    for definition in definitions:
        kinds = tuple(_KINDS.get(type_.name, type_.name) for type_ in definition.overload.arguments)
        tables.setdefault(definition.name, {}).setdefault(kinds, definition.run)
    return {name: _choice(name, table) for name, table in tables.items()}


def _choice(name: str, table: Mapping[tuple[str, ...], Callable[..., object]]) -> Callable[..., object]:
    def call(*arguments: object) -> object:
        kinds = tuple(map(kind, arguments))
        run = table.get(kinds)
        if run is None:
            raise _messages.no_such_overload(name, kinds)
        return run(*arguments)

    return call
