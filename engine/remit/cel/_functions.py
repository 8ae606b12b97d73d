"""Every function and operator on plain values, by name.

A method takes its target as its first argument. Each chooses by the run-time types of its arguments
and raises CelEvaluationError, with `no_such_overload` when it has nothing for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from remit.cel import _arithmetic, _compare, _messages
from remit.cel._access import index
from remit.cel._conversions import CONVERSIONS
from remit.cel._extension import implementations
from remit.cel._extensions import EXTENSIONS
from remit.cel._kinds import kind
from remit.cel._money import MONEY
from remit.cel._optionals import OPTIONALS
from remit.cel._overloads import MONEY_REWRITES, OVERLOADS
from remit.cel._texts import TEXTS
from remit.cel._time import GETTERS


def logical_not(operand: object) -> bool:
    """`!operand`."""
    if isinstance(operand, bool):
        return not operand
    raise _messages.no_such_overload("!", (kind(operand),))


_OPERATORS: Mapping[str, Callable[..., object]] = {
    "_+_": _arithmetic.add,
    "_-_": _arithmetic.subtract,
    "_*_": _arithmetic.multiply,
    "_/_": _arithmetic.divide,
    "_%_": _arithmetic.modulo,
    "-_": _arithmetic.negate,
    "!_": logical_not,
    "_==_": _compare.equal,
    "_!=_": _compare.not_equal,
    "_<_": _compare.less,
    "_<=_": _compare.less_equal,
    "_>_": _compare.greater,
    "_>=_": _compare.greater_equal,
    "@in": _compare.contained,
    "_[_]": index,
}
# The operators that are calls in the tree, and whose first argument stands on their left or under them.
OPERATORS = frozenset(_OPERATORS) - {"_[_]"}

IMPLEMENTATIONS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {**_OPERATORS, **CONVERSIONS, **TEXTS, **GETTERS, **OPTIONALS, **MONEY, **implementations(EXTENSIONS)}
)

_INTERNAL = frozenset(MONEY_REWRITES.values())


def _arities(*, is_method: bool) -> Mapping[str, frozenset[int]]:
    """Function name to the numbers of arguments, target included, that its overloads of one form take."""
    return {
        name: frozenset(len(overload.arguments) for overload in overloads if overload.is_method == is_method)
        for name, overloads in OVERLOADS.items()
    }


FUNCTION_ARITIES = _arities(is_method=False)
METHOD_ARITIES = _arities(is_method=True)


def is_namespaced(name: str) -> bool:
    """Whether a text that reads as a method of a name, such as `math.abs(x)`, calls a function `name`."""
    return "." in name and name in IMPLEMENTATIONS and name not in _INTERNAL
