"""Does a change of one property grant more, or less?"""

from __future__ import annotations

from typing import Literal

from remit.resources import Money
from remit.targets import Value

Direction = Literal["tighten", "loosen", "neutral"]

_NAMES = ("alias", "marker")
_PLACES = ("team", "project", "environment")


def direction(name: str, before: Value | None, after: Value | None) -> Direction:
    """None is "without bound". What cannot be told apart counts as loosening."""
    if before == after or name in _NAMES:
        return "neutral"
    if name in _PLACES:
        # another place shares other pools of money, so a move may widen
        return "neutral" if before is None else "loosen"
    if after is None:
        return "loosen"
    if before is None:
        return "tighten"
    return "loosen" if _widens(before, after) else "tighten"


def meet(name: str, before: Value | None, after: Value | None) -> Value | None:
    """The most that both allow: where a change stands when only its tightening half is done."""
    if isinstance(before, tuple) and isinstance(after, tuple):
        return tuple(each for each in before if each in after)
    return before if direction(name, before, after) == "loosen" else after


def _widens(before: Value, after: Value) -> bool:
    if isinstance(before, tuple) and isinstance(after, tuple):
        return not set(after) <= set(before)
    if isinstance(before, Money) and isinstance(after, Money):
        return before.currency != after.currency or after.micro > before.micro
    try:
        return bool(after > before)  # type: ignore[operator]
    except TypeError:
        return True
