"""What the parts of an expression came to, as text: of a value nothing is kept that looks like a secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from remit.cel import DYN, Program, Trace, show, spell, trace
from remit.resources import masked


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an expression. `value` is empty where it has an `error`, or was not needed and so not evaluated.

    Of a macro, each part that ran once an element says for which: `bound` is `name = value` of its variables.
    `omitted` counts those that are left out.
    """

    text: str
    value: str = ""
    error: str = ""
    bound: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    omitted: int = 0

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        return {
            "expression": self.text,
            "value": self.value or None,
            "error": self.error or None,
            "evaluated": bool(self.value or self.error),
            "bound": list(self.bound),
            "parts": [each.to_json() for each in self.parts],
            "omitted": self.omitted,
        }


def parts_of(program: Program, activation: Mapping[str, object], currency: str = "") -> Part:
    """The whole expression with its parts. Amounts are shown in `currency`."""
    return _part(trace(program, activation), currency)


def _part(each: Trace, currency: str) -> Part:
    shown = partial(show, currency=currency, hide=masked)
    return Part(
        masked(spell(each.node)),
        shown(each.value, each.type) if each.state == "value" else "",
        each.error,
        tuple(f"{name} = {shown(value, DYN)}" for name, value in each.bound.items()),
        tuple(_part(inner, currency) for inner in each.parts),
        each.omitted,
    )
