"""How long it takes until rules can be evaluated: from their text, and from what a cache or a bundle file keeps."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

from benchmarks.results import Row, Table, duration

_COLD = """
from time import perf_counter
from benchmarks.cel_sets import rules
began = perf_counter()
found = rules({count})
compiled = perf_counter()
for each in found:
    each.native
generated = perf_counter()
import json
from remit.cel import BOOL, dump, from_ast, load
kept = json.dumps([dump(each.ast) for each in found])
reading = perf_counter()
loaded = [from_ast(load(form), type=BOOL) for form in json.loads(kept)]
read = perf_counter()
print(compiled - began, generated - compiled, read - reading)
"""


def measure(*, count: int = 1_000, rounds: int = 3) -> Table:
    """Whole processes, so that nothing is warm."""
    runs = [_run(count) for _ in range(rounds)]
    checked, generated, loaded = (median(each) for each in zip(*runs, strict=True))
    rows = (
        Row(f"{count:,} rules from their text", duration(checked), "", "", "", None),
        Row("their Python functions, when first asked", duration(generated), "", "", "", None),
        Row("both together", duration(checked + generated), "", "", "under 1.5 s", checked + generated < 1.5),
        Row("the same rules from what a bundle file keeps", duration(loaded), "", "", "under 100 ms", loaded < 0.1),
    )
    about = (
        "Parsing, checking, bounding the cost and generating code, in a process that has done none of it before; the"
        " tables of the grammar are counted too."
    )
    return Table("Compiling", about, rows)


def _run(count: int) -> list[float]:
    ended = subprocess.run(
        [sys.executable, "-c", _COLD.format(count=count)], capture_output=True, text=True, check=True
    )
    return [float(each) for each in ended.stdout.split()]
