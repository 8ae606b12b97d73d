"""What was measured, as lines of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `ratio` is how many times the rival takes, or what a goal is held against."""

    what: str
    ours: str
    rival: str
    ratio: str
    goal: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """The goal, and whether it was met."""
        return "" if self.met is None else f"{self.goal}: {'met' if self.met else 'missed'}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows about one thing, and what has to be known to read them."""

    title: str
    about: str
    rows: tuple[Row, ...]


def duration(seconds: float) -> str:
    """With the unit that gives one to four digits before the point."""
    for unit, scale in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}" if seconds * scale < 1_000 else f"{seconds * scale:,.0f} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def times(ratio: float) -> str:
    """`53 x`, `1.08 x`."""
    return f"{ratio:,.0f} x" if ratio >= 10 else f"{ratio:.2f} x"


def markdown(tables: Iterable[Table]) -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(section(table) for table in tables)])


def section(table: Table) -> str:
    """One table of a page."""
    lines = [_line(row.what, row.ours, row.rival, row.ratio, row.verdict) for row in table.rows]
    return f"## {table.title}\n\n{table.about}\n\n{_HEAD}\n" + "\n".join(lines) + "\n"


def text(table: Table) -> str:
    """One table for a terminal."""
    lines = [
        f"  {row.what}\n      {row.ours}  against  {row.rival}  =  {row.ratio}   {row.verdict}" for row in table.rows
    ]
    return "\n".join((table.title, *lines, ""))


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


_HEAD = "| what | ours | rival or reference | ratio | goal |\n|---|---|---|---|---|"
_INTRODUCTION = """\
# Benchmarks

Written by `python -m benchmarks`, which measures everything here in one run, on one machine, one process at a time.
The times depend on the machine and on what else it does; the ratios depend on them less, because rivals take turns.
"""
