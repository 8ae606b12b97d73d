"""What the checker holds about money.

At run time an amount is a bare integer of micro-units, so everything that keeps it apart from
other numbers happens here: an amount never meets a dyn, nor a number that is no factor, nor an
amount of another currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from remit.cel import _check_messages as messages
from remit.cel._ast import Call
from remit.cel._currencies import MONEY_FUNCTIONS
from remit.cel._types import DYN, MONEY, Type
from remit.cel._unify import hides_money, holds_money

_MEETING = frozenset({"_==_", "_!=_", "_+_", "_*_", "or", "sets.contains", "sets.equivalent", "sets.intersects"})
# Their second forms take elements of any type.
_LOSING = frozenset({"flatten", "format"})
# Where one operand holds the other: its place among the two.
_HOLDING = {"@in": 1, "orValue": 0}


def rewritten(node: Call, function: str, types: Sequence[Type]) -> Call:
    """The call of the internal function for an operator on money; the amount is its first argument."""
    args = node.args[::-1] if len(types) == 2 and types[0] != MONEY else node.args
    return Call(function, None, args, offset=node.offset)


def may_meet_other(function: str) -> bool:
    """Whether `meets_other` has to be asked about the function."""
    return function in _MEETING or function in _HOLDING


def meets_other(function: str, types: Sequence[Type]) -> bool:
    """Whether an operator on any two values of one type brings an amount and an unknown together."""
    place = _HOLDING.get(function)
    if place is None:
        return hides_money(*types)
    holder, member = types[place], types[1 - place]
    if holder == DYN:
        return holds_money(member)
    return bool(holder.parameters) and hides_money(member, holder.parameters[0])


def loses(function: str, types: Iterable[Type]) -> bool:
    """Whether a function would give amounts back as plain numbers, or write them as such."""
    if function not in _LOSING:
        return False
    given = list(types)
    return len(given) == 2 and any(map(holds_money, given))


def refusal(function: str, types: Sequence[Type]) -> str:
    """Why an operator does not take these types, one of which holds money."""
    if function == "_*_":
        return messages.multiplies_money(types)
    if function == "_/_":
        return messages.divides_money(types)
    return messages.mixes_money(function, types)


@dataclass(slots=True)
class Currency:
    """The one currency an expression is written in."""

    used: str = ""

    def objection(self, function: str) -> str | None:
        """Why this call may not stand beside the others, or None."""
        if function not in MONEY_FUNCTIONS:
            return None
        if self.used and function != self.used:
            return messages.mixes_currencies(self.used, function)
        self.used = function
        return None
