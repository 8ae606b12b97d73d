"""Functions of the language with their signatures, as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from remit.cel import Type
from remit.cel._macros import _COMPREHENSIONS
from remit.cel._overloads import OVERLOADS, Overload
from remit.cli._messages import short_type

MACROS: tuple[tuple[str, int], ...] = tuple(_COMPREHENSIONS)


def named_functions() -> Mapping[str, tuple[Overload, ...]]:
    """Functions and methods by name; operators and internal names are left out."""
    return {name: each for name, each in OVERLOADS.items() if name[0].isalpha() and not name.startswith("money.")}


def signature(name: str, overload: Overload) -> str:
    """`string.startsWith(string) → bool`."""
    arguments = [short_type(str(each)) for each in overload.arguments]
    target = f"{arguments.pop(0)}." if overload.is_method else ""
    return f"{target}{name}({', '.join(arguments)}) → {short_type(str(overload.result))}"


def functions() -> Iterator[tuple[str, str]]:
    """(name, signature) of what is called as `f(x)`."""
    for name, overloads in named_functions().items():
        found = [each for each in overloads if not each.is_method]
        if found:
            yield name, _all(name, found)


def methods(type_: Type) -> Iterator[tuple[str, str]]:
    """(name, signature) of what is called as `x.f()` on a value of the type."""
    for name, overloads in named_functions().items():
        found = [each for each in overloads if each.is_method and _fits(each.arguments[0], type_)]
        if found:
            yield name, _all(name, found)
    if type_.name in ("list", "map", "dyn"):
        yield from ((name, "macro") for name in dict.fromkeys(name for name, _ in MACROS))


def _fits(wanted: Type, type_: Type) -> bool:
    return wanted.name == type_.name or type_.name == "dyn" or len(wanted.name) == 1


def _all(name: str, found: list[Overload]) -> str:
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{signature(name, found[0])}{more}"
