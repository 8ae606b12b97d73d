"""The static bound of what an expression costs to evaluate.

The unit is one look at a name or field, or one call of a simple function. Loops multiply by the
declared size of what they go over; texts count a tenth of their length. The bound holds for any
request within the declared sizes; where none is declared, lists and maps count 100 and texts 1,000.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from remit.cel import _check_messages as messages
from remit.cel._checked import Checked
from remit.cel._checker_position import type_error
from remit.cel._cost_estimate import Estimator

MAX_COST = 100_000
_SHOWN = 5
_NAMED = 3
_NO_SIZES: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Part:
    """A loop with all it contains, or a call by itself, with what it costs at most in all its runs."""

    offset: int
    text: str
    maximum: int


@dataclass(frozen=True, slots=True)
class Cost:
    """The least and the most an evaluation costs; `parts` are the loops and dear calls, dearest first."""

    minimum: int
    maximum: int
    parts: tuple[Part, ...]

    def explain(self) -> str:
        """The bound and the dearest parts, one a line."""
        lines = [f"costs {self.minimum:,} to {self.maximum:,}"]
        return "\n".join([*lines, *(f"{part.maximum:>12,}  {part.text}" for part in self.parts[:_SHOWN])])


def cost(checked: Checked, *, sizes: Mapping[str, int] = _NO_SIZES) -> Cost:
    """The bound of an expression; `sizes` declares lengths by path, and goes before the types' own.

    A path is dotted, with `@items` for any element of a list, `@keys` and `@values` for those of a
    map: `{"request.tags": 20, "request.tags.@items": 63}`.
    """
    estimator = Estimator(checked, sizes)
    total = estimator.run()
    parts = [Part(node.offset, text, maximum) for node, text, maximum in estimator.parts]
    parts.sort(key=lambda part: (-part.maximum, part.offset, part.text))
    return Cost(total.minimum, total.maximum, tuple(parts))


def check_cost(checked: Checked, limit: int = MAX_COST, *, sizes: Mapping[str, int] = _NO_SIZES) -> Cost:
    """The bound of an expression. Raises CelTypeError, at the dearest part, when it is over `limit`."""
    bound = cost(checked, sizes=sizes)
    if bound.maximum <= limit:
        return bound
    offset = bound.parts[0].offset if bound.parts else checked.ast.offset
    raise type_error(messages.over_cost(bound.maximum, limit, _dearest(bound.parts)), offset, checked.source)


def _dearest(parts: Sequence[Part]) -> list[tuple[str, int]]:
    """The first few parts that read differently, with the most that any of their text costs."""
    costs: dict[str, int] = {}
    for part in parts:
        costs.setdefault(part.text, part.maximum)
    return list(costs.items())[:_NAMED]
