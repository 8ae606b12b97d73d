"""What the checker says, one function a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from remit.cel._types import Type

_OPERATORS = {"@in": "in", "_[_]": "[]", "-_": "-", "!_": "!"}
_CASTS = {"int": "int(x)", "uint": "uint(x)", "double": "double(x)"}


def function_name(function: str) -> str:
    """A function or operator as it is written."""
    return _OPERATORS.get(function) or (function.strip("_") if function.startswith("_") else function)


def _types(types: Iterable[Type]) -> str:
    return f"({', '.join(map(str, types))})"


def _meant(suggestion: str | None) -> str:
    return f": did you mean `{suggestion}`?" if suggestion else ""


def unknown_name(name: str, suggestion: str | None) -> str:
    """A variable that is not declared."""
    return f"unknown name `{name}`{_meant(suggestion)}"


def unknown_function(name: str, suggestion: str | None) -> str:
    """A function that does not exist."""
    return f"unknown function `{name}`{_meant(suggestion)}"


def unknown_field(name: str, type_: Type, suggestion: str | None) -> str:
    """A field that an object type does not have."""
    return f"no field `{name}` on {type_}{_meant(suggestion)}"


def no_fields(name: str, type_: Type) -> str:
    """A selection from something that has no fields."""
    return f"no field `{name}` on {type_}: only objects and maps have fields"


def selects_by_text(name: str, type_: Type) -> str:
    """`.name` on a map whose keys are no strings."""
    return f"no field `{name}` on {type_}: its keys are no strings, write the key in `[ ]`"


def no_overload(function: str, given: Sequence[Type], accepted: Sequence[Sequence[Type]]) -> str:
    """Operands or arguments of the wrong types."""
    known = sorted({_types(types) for types in accepted})
    return f"`{function_name(function)}` does not take {_types(given)}: it takes {', '.join(known)}"


def mixes_numbers(function: str, given: Sequence[Type], target: Type) -> str:
    """Two kinds of number under one operator."""
    cast = _CASTS[target.name]
    return f"`{function_name(function)}` does not take {_types(given)}: convert with `{cast}`"


def mixes_money(function: str, given: Sequence[Type]) -> str:
    """Money with something that is no amount."""
    remedy = "write the amount with its currency, as in `usd(500)`"
    return f"`{function_name(function)}` does not take {_types(given)}: {remedy}"


def multiplies_money(given: Sequence[Type]) -> str:
    """Money times something that is no factor."""
    return f"`*` does not take {_types(given)}: money is multiplied by an int or a double"


def divides_money(given: Sequence[Type]) -> str:
    """Money over a number."""
    return f"`/` does not take {_types(given)}: divide money by money, or multiply it with a double such as `0.5`"


def compares_with_null(function: str, given: Sequence[Type]) -> str:
    """A comparison with null of something that is never null."""
    return f"`{function_name(function)}` does not take {_types(given)}: test a missing field with `has()`"


def compares_types(function: str, given: Sequence[Type]) -> str:
    """An equality of two unrelated types."""
    return f"`{function_name(function)}` does not take {_types(given)}: both sides must be of one type"


def not_a_method(name: str) -> str:
    """`x.f()` of a function that is called as `f(x)`."""
    return f"`{name}` is not a method: write `{name}(x)`"


def not_a_function(name: str) -> str:
    """`f(x)` of a function that is called as `x.f()`."""
    return f"`{name}` is a method: write `x.{name}()`"


def mixes_currencies(first: str, second: str) -> str:
    """Amounts of two currencies in one expression."""
    return f"mixes `{first}` with `{second}`: write every amount in one currency"


def not_bool(what: str, type_: Type) -> str:
    """A term, test or predicate that is no bool."""
    return f"{what} must be a bool: this is {type_}"


def branches(then: Type, otherwise: Type) -> str:
    """A conditional of two unrelated types."""
    return f"both results of `? :` must be of one type: these are {then} and {otherwise}"


def mixed_literal(first: Type, second: Type) -> str:
    """A list or map literal that holds amounts among other things."""
    return f"holds {first} and {second}: write every amount with its currency, as in `usd(500)`"


def no_range(macro: str, type_: Type) -> str:
    """A macro over something that has no elements."""
    what = "a list" if macro == "sortBy" else "a list or a map"
    return f"`{macro}` goes over {what}: this is {type_}"


def no_optional(macro: str, type_: Type) -> str:
    """`optMap` of, or `optFlatMap` to, something that is not optional."""
    return f"`{macro}` needs an optional value here: this is {type_}"


def not_entries(type_: Type) -> str:
    """`transformMapEntry` to something that is no map."""
    return f"`transformMapEntry` needs a map of the entries, as in `{{key: value}}`: this is {type_}"


def no_order(type_: Type) -> str:
    """A key to sort by that has no order."""
    return f"`sortBy` needs a key that has an order: this is {type_}"


def hides_money(function: str) -> str:
    """Money given to a function that would take it for a plain number."""
    return f"`{function}` does not take money: write the amounts as text first, as in `string(x)`"


def key_type(type_: Type) -> str:
    """A map key that can be no key."""
    return f"a map key must be a bool, int, uint or string: this is {type_}"


def not_optional(type_: Type) -> str:
    """`[?x]` or `{?k: x}` of something that is not optional."""
    return f"only an optional value may stand after `?`: this is {type_}"


def no_messages(name: str) -> str:
    """`Name{...}`: there are no message types."""
    return f"no type `{name}` can be written as a literal: write a map, as in `{{'field': value}}`"


def wrong_result(type_: Type, wanted: Type) -> str:
    """An expression of another type than its place needs."""
    return f"must be {wanted}: this is {type_}"


def too_deep() -> str:
    """An expression nested beyond what can be checked."""
    return "nests too deep: split the expression"


def over_cost(maximum: int, limit: int, parts: Sequence[tuple[str, int]]) -> str:
    """An expression that may take too long, and what its parts may cost; a loop's cost holds that of its body."""
    dear = ", ".join(f"{part} {cost:,}" for part, cost in parts)
    of_it = f", of which {dear}" if dear else ""
    return f"may cost {maximum:,} of at most {limit:,}{of_it}: declare smaller sizes or loop less"


def no_such_type(text: str) -> str:
    """A text that names no type."""
    return f"no type `{text}`: write one as in `list(string)`"


def reserved_type_name(name: str) -> str:
    """An object type named like a type of the language."""
    return f"type name `{name}` is taken by the language: choose another"


def undeclared_field(type_name: str, field: str) -> str:
    """An option for a field that is not there."""
    return f"no field `{field}` on {type_name}: declare it before giving it a size or making it optional"
