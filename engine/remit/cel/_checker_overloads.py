"""Choosing among the overloads of a function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remit.cel._checker_context import Context
from remit.cel._overloads import MONEY_REWRITES, OVERLOADS, Overload
from remit.cel._types import BOOL, BYTES, DOUBLE, DURATION, DYN, INT, MONEY, STRING, TIMESTAMP, UINT, Type

INTERNAL = frozenset(MONEY_REWRITES.values())


@dataclass(frozen=True, slots=True)
class Resolution:
    """The result of a call, and the function that stands for it when that is another."""

    result: Type
    rewritten: str | None = None


def declared(function: str) -> bool:
    """Whether text may call the function; internal names may not be called."""
    return function in OVERLOADS and function not in INTERNAL


def resolve(context: Context, function: str, given: Sequence[Type], *, is_method: bool) -> Resolution | None:
    """What a call is, or None when no overload takes these types.

    One overload that fits teaches the unifier about free parameters. Where several fit, because an
    argument is dyn, nothing is learned, and the result is dyn unless all agree.
    """
    exact = _EXACT.get((function, is_method, *given))
    if exact is not None:
        return exact
    overloads = [overload for overload in OVERLOADS[function] if overload.is_method == is_method]
    fitting = [overload for overload in overloads if _attempt(context, overload, given, keep=False)]
    if not fitting:
        return None
    results = [_attempt(context, overload, given, keep=len(fitting) == 1) for overload in fitting]
    return Resolution(_common(results), _rewriting(fitting))


def _exact() -> dict[tuple[str | bool | Type, ...], Resolution]:
    """Calls whose types are plain and just those of an overload, which then is the only one that fits."""
    return {
        (name, overload.is_method, *overload.arguments): Resolution(overload.result, MONEY_REWRITES.get(overload.id))
        for name, overloads in OVERLOADS.items()
        for overload in overloads
        if all(type(type_) is Type and not type_.parameters for type_ in overload.arguments)
    }


def _equalities() -> dict[tuple[str | bool | Type, ...], Resolution]:
    """The same for `==` and `!=`, which take two of any type."""
    return {(name, False, type_, type_): Resolution(BOOL) for name in ("_==_", "_!=_") for type_ in _PLAIN}


_PLAIN = (BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, MONEY)
_EXACT = _exact() | _equalities()


def signatures(function: str, *, is_method: bool) -> list[tuple[Type, ...]]:
    """The argument types the function takes, as declared."""
    return [overload.arguments for overload in OVERLOADS[function] if overload.is_method == is_method]


def _attempt(context: Context, overload: Overload, given: Sequence[Type], *, keep: bool) -> Type | None:
    if len(overload.arguments) != len(given):
        return None
    unifier = context.unifier
    mark = unifier.mark()
    *wanted, result = unifier.instantiate((*overload.arguments, overload.result))
    fits = unifier.assign_all(wanted, given)
    found = unifier.apply(result) if fits else None
    if not (fits and keep):
        unifier.rollback(mark)
    return found


def _common(results: Sequence[Type | None]) -> Type:
    first, *rest = results
    return first if first is not None and all(result == first for result in rest) else DYN


def _rewriting(fitting: Sequence[Overload]) -> str | None:
    names = {MONEY_REWRITES.get(overload.id) for overload in fitting}
    return names.pop() if len(names) == 1 else None
