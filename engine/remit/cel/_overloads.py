"""Every function and operator of the language with its overloads: data shared by checker and evaluator.

An overload's first argument is the target when `is_method`. `T`, `K` and `V` are free in each
overload by itself. Operators stand under their cel-spec names, `_[_]` for `Index` nodes; `&&`, `||`
and the conditional are nodes of their own and have no entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from remit.cel._currencies import MONEY_FUNCTIONS
from remit.cel._extension import overloads
from remit.cel._extensions import EXTENSIONS
from remit.cel._overload import Overload
from remit.cel._types import (
    BOOL,
    BYTES,
    CIDR,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    IP,
    MONEY,
    STRING,
    TIMESTAMP,
    UINT,
    Type,
    TypeParameter,
    list_of,
    map_of,
    optional_of,
    type_of,
)

__all__ = ["MONEY_REWRITES", "OVERLOADS", "Overload"]

T, K, V = TypeParameter("T"), TypeParameter("K"), TypeParameter("V")
_LIST, _MAP = list_of(T), map_of(K, V)

_SHORT = {TIMESTAMP: "timestamp", DURATION: "duration", IP: "ip", CIDR: "cidr"}
_NUMBERS = (INT, UINT, DOUBLE)
_ORDERED = (BOOL, *_NUMBERS, STRING, BYTES, TIMESTAMP, DURATION, MONEY)
_OPERATOR_WORDS = {"_<_": "less", "_<=_": "less_equals", "_>_": "greater", "_>=_": "greater_equals"}

# Money times a factor, money over money and the text of money differ from the plain operation on
# their run-time integers: the checker rewrites a call resolved to one of these to the named function.
MONEY_REWRITES: Mapping[str, str] = MappingProxyType(
    {
        "multiply_money_int": "money.multiply",
        "multiply_int_money": "money.multiply",
        "multiply_money_double": "money.multiply",
        "multiply_double_money": "money.multiply",
        "divide_money_money": "money.divide",
        "money_to_string": "money.string",
    }
)


def _word(type_: Type) -> str:
    return _SHORT.get(type_, type_.name)


def _same(name: str, types: Iterable[Type]) -> list[Overload]:
    """`name` over two operands of one type, giving that type."""
    return [Overload(f"{name}_{_word(type_)}", (type_, type_), type_) for type_ in types]


def _mixed(name: str, *signatures: tuple[Type, Type, Type]) -> list[Overload]:
    return [Overload(f"{name}_{_word(a)}_{_word(b)}", (a, b), result) for a, b, result in signatures]


def _ordering(operator: str) -> list[Overload]:
    word = _OPERATOR_WORDS[operator]
    same = [Overload(f"{word}_{_word(type_)}", (type_, type_), BOOL) for type_ in _ORDERED]
    pairs = [(a, b, BOOL) for a in _NUMBERS for b in _NUMBERS if a != b]
    return [*same, *_mixed(word, *pairs)]


def _arithmetic() -> dict[str, list[Overload]]:
    return {
        "_+_": [
            *_same("add", (*_NUMBERS, STRING, BYTES, DURATION, MONEY)),
            Overload("add_list", (_LIST, _LIST), _LIST),
            *_mixed("add", (TIMESTAMP, DURATION, TIMESTAMP), (DURATION, TIMESTAMP, TIMESTAMP)),
        ],
        "_-_": [
            *_same("subtract", (*_NUMBERS, DURATION, MONEY)),
            *_mixed("subtract", (TIMESTAMP, TIMESTAMP, DURATION), (TIMESTAMP, DURATION, TIMESTAMP)),
        ],
        "_*_": [
            *_same("multiply", _NUMBERS),
            *_mixed("multiply", (MONEY, INT, MONEY), (INT, MONEY, MONEY)),
            *_mixed("multiply", (MONEY, DOUBLE, MONEY), (DOUBLE, MONEY, MONEY)),
        ],
        "_/_": [*_same("divide", _NUMBERS), *_mixed("divide", (MONEY, MONEY, DOUBLE))],
        "_%_": _same("modulo", (INT, UINT)),
        "-_": [Overload(f"negate_{type_.name}", (type_,), type_) for type_ in (INT, DOUBLE)],
        "!_": [Overload("logical_not", (BOOL,), BOOL)],
    }


def _comparison() -> dict[str, list[Overload]]:
    return {
        "_==_": [Overload("equals", (T, T), BOOL)],
        "_!=_": [Overload("not_equals", (T, T), BOOL)],
        **{operator: _ordering(operator) for operator in _OPERATOR_WORDS},
        "@in": [Overload("in_list", (T, _LIST), BOOL), Overload("in_map", (K, _MAP), BOOL)],
        "_[_]": [Overload("index_list", (_LIST, INT), T), Overload("index_map", (_MAP, K), V)],
    }


def _conversions() -> dict[str, list[Overload]]:
    sources = {
        INT: (INT, UINT, DOUBLE, STRING, TIMESTAMP),
        UINT: (UINT, INT, DOUBLE, STRING),
        DOUBLE: (DOUBLE, INT, UINT, STRING),
        STRING: (STRING, BOOL, *_NUMBERS, BYTES, TIMESTAMP, DURATION, IP, CIDR, MONEY),
        BYTES: (BYTES, STRING),
        BOOL: (BOOL, STRING),
        TIMESTAMP: (TIMESTAMP, STRING, INT),
        DURATION: (DURATION, STRING),
    }
    table = {
        _word(target): [Overload(f"{_word(source)}_to_{_word(target)}", (source,), target) for source in from_]
        for target, from_ in sources.items()
    }
    table["dyn"] = [Overload("to_dyn", (T,), DYN)]
    table["type"] = [Overload("type", (T,), type_of(T))]
    return table


def _both_forms(id_: str, arguments: tuple[Type, ...], result: Type) -> list[Overload]:
    return [Overload(id_, arguments, result), Overload(f"{id_}_method", arguments, result, True)]


def _strings() -> dict[str, list[Overload]]:
    methods = {"startsWith": "starts_with", "endsWith": "ends_with", "contains": "contains"}
    sized = (STRING, BYTES, _LIST, _MAP)
    return {
        "size": [overload for type_ in sized for overload in _both_forms(f"size_{type_.name}", (type_,), INT)],
        **{name: [Overload(f"{id_}_string", (STRING, STRING), BOOL, True)] for name, id_ in methods.items()},
        "matches": _both_forms("matches", (STRING, STRING), BOOL),
        "glob": _both_forms("glob", (STRING, STRING), BOOL),
    }


def _time() -> dict[str, list[Overload]]:
    calendar = ("FullYear", "Month", "DayOfYear", "DayOfMonth", "Date", "DayOfWeek")
    clock = ("Hours", "Minutes", "Seconds", "Milliseconds")
    table = {
        f"get{part}": [
            Overload(f"timestamp_{part}", (TIMESTAMP,), INT, True),
            Overload(f"timestamp_{part}_in_zone", (TIMESTAMP, STRING), INT, True),
        ]
        for part in (*calendar, *clock)
    }
    for part in clock:
        table[f"get{part}"].append(Overload(f"duration_{part}", (DURATION,), INT, True))
    return table


def _optionals() -> dict[str, list[Overload]]:
    some = optional_of(T)
    return {
        "optional.of": [Overload("optional_of", (T,), some)],
        "optional.none": [Overload("optional_none", (), some)],
        "optional.ofNonZeroValue": [Overload("optional_of_non_zero_value", (T,), some)],
        "hasValue": [Overload("optional_has_value", (some,), BOOL, True)],
        "value": [Overload("optional_value", (some,), T, True)],
        "or": [Overload("optional_or", (some, some), some, True)],
        "orValue": [Overload("optional_or_value", (some, T), T, True)],
        "optional.unwrap": [Overload("optional_unwrap", (list_of(some),), _LIST)],
        "unwrapOpt": [Overload("optional_unwrap_method", (list_of(some),), _LIST, True)],
    }


def _money() -> dict[str, list[Overload]]:
    """`usd(500)`, `usd("12.50")`, and the internal names that no text can call."""
    amounts = {
        name: [Overload(f"{name}_{type_.name}", (type_,), MONEY) for type_ in (INT, STRING)]
        for name in sorted(MONEY_FUNCTIONS)
    }
    factors = [Overload(f"money_multiply_{type_.name}", (MONEY, type_), MONEY) for type_ in (INT, DOUBLE)]
    return {
        **amounts,
        "money.multiply": factors,
        "money.divide": [Overload("money_divide", (MONEY, MONEY), DOUBLE)],
        "money.string": [Overload("money_string", (MONEY,), STRING)],
    }


def _table() -> dict[str, tuple[Overload, ...]]:
    parts = (
        _arithmetic(),
        _comparison(),
        _conversions(),
        _strings(),
        _time(),
        _optionals(),
        _money(),
        overloads(EXTENSIONS),
    )
    return {name: tuple(overloads) for part in parts for name, overloads in part.items()}


OVERLOADS: Mapping[str, tuple[Overload, ...]] = MappingProxyType(_table())
