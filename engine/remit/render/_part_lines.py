"""The parts of an expression and what they came to, as a tree of lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remit.render._lines import DIM, PLAIN, STYLES, Line

if TYPE_CHECKING:
    from remit.decide import Part

_NOT_NEEDED = "not evaluated"


def part_lines(part: Part, indent: str = "") -> Iterator[Line]:
    """The parts of an expression, each with its value and its own parts below it."""
    last = len(part.parts) - (not part.omitted)
    for at, each in enumerate(part.parts):
        yield ((f"{indent}{'└─' if at == last else '├─'} ", DIM), *_said(each))
        yield from part_lines(each, f"{indent}{'   ' if at == last else '│  '}")
    if part.omitted:
        yield ((f"{indent}└─ {part.omitted:,} more not shown", DIM),)


def _said(part: Part) -> Line:
    bound = ((f"{', '.join(part.bound)}: ", DIM),) if part.bound else ()
    if part.error:
        return *bound, (part.text, PLAIN), (" = ", DIM), (f"error: {part.error}", STYLES["error"])
    if not part.value:
        return *bound, (f"{part.text}  ({_NOT_NEEDED})", DIM)
    return *bound, (part.text, PLAIN), (" = ", DIM), (part.value, "cyan")
