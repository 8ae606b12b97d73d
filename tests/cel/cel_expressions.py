"""Random expressions of every type, for the differential tests and the fuzzer.

A seed gives the expression, so that a failure is repeated by its seed. Expressions are well typed except
where `dyn` hides it. What is drawn comes as two texts: Remit's, and one of the same meaning for Google's
implementation, which lacks some functions and macros; there is none where the language has no other way.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from cel_forms import MAKERS, NAMES, Drawn
from cel_values import VARIABLES, Failure, activation, odd_value, outcome, same

from remit.cel import CelTypeError, check, parse

__all__ = [
    "Drawn",
    "Expressions",
    "Failure",
    "RESULTS",
    "Sample",
    "VARIABLES",
    "activation",
    "expression",
    "odd_value",
    "outcome",
    "same",
    "sample",
    "well_typed",
]

RESULTS = (
    *("bool",) * 5,
    *("int", "string", "double", "ls", "li", "at", "span", "dyn", "m", "uint", "ms", "os"),
    *("int", "string", "bytes", "ld", "oi", "money", "ip", "cidr", "type"),
)


_TRIES = 5
"""Most seeds look for an expression that Google's implementation can be asked, this many times at most."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a seed gives: the kind of the expression, and its two texts."""

    kind: str
    text: Drawn


class Expressions:
    """Draws expression texts by type."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.scopes: list[tuple[str, str]] = []

    def draw(self, kind: str, depth: int) -> Drawn:
        """An expression of `kind`, at most `depth` operations deep."""
        leaves, makers = MAKERS[kind]
        chosen = leaves if depth <= 0 or (depth < 3 and self.random.random() < 0.4) else makers
        local = [name for name, bound in self.scopes if bound == kind]
        if local and self.random.random() < 0.4:
            return Drawn(self.random.choice(local))
        return self.random.choice(chosen)(self, depth - 1)

    def name(self, kind: str) -> str:
        """A name for a variable of a macro; names of variables are among them, so that shadowing is met too."""
        return self.random.choice(NAMES[kind])


def sample(seed: int) -> Sample:
    """The expression of a seed."""
    drawing = Expressions(seed)
    kind, depth = drawing.random.choice(RESULTS), drawing.random.choice((2, 2, 3, 3, 4, 5))
    text = drawing.draw(kind, depth)
    for _ in range(seed % _TRIES):
        if text.google is not None:
            break
        text = drawing.draw(kind, depth)
    return Sample(kind, text)


def expression(seed: int) -> str:
    """The text of the expression of a seed, or of the next one that is well typed."""
    text = sample(seed).text
    return text if well_typed(text) else expression(seed + 2**41)


def well_typed(text: str) -> bool:
    """Whether the checker takes it: an element of `[]` may be bound to one type, and then used as another."""
    try:
        check(parse(text), variables=VARIABLES, source=text)
    except CelTypeError:
        return False
    return True
