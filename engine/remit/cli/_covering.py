"""Saying who enforces what."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby

from remit.cli._lines import Line, write_lines
from remit.cli._output import write_json
from remit.reconcile import Coverage, Covered

_STYLES = {"native": "passed", "approximated": "passed", "evaluate-only": "warning", "manual": "warning"}


def show_coverage(found: Coverage, *, json: bool) -> None:
    """On stdout."""
    if json:
        write_json({"coverage": [asdict(row) for row in found.rows], "counts": found.counts})
        return
    lines: list[Line] = []
    for target, rows in groupby(found.rows, key=lambda row: row.target):
        lines.append(((target, "bold"),))
        lines += [_line(row) for row in rows]
    counts = ", ".join(f"{count:,} {support}" for support, count in found.counts.items())
    lines.append(((counts or "no key names a target", "bold"),))
    write_lines(lines)


def _line(row: Covered) -> Line:
    note = f": {row.note}" if row.note else ""
    keys = "1 key" if row.keys == 1 else f"{row.keys:,} keys"
    return (f"  {row.property}: ", ""), (row.support, _STYLES.get(row.support, "error")), (f" ({keys}){note}", "")
