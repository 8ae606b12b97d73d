"""The differential run: compiled = exact = specialised = saved and loaded = fused = Google's, over random expressions.

Seeds are dealt to processes, for the oracle is foreign code that may end its process: then the seed that it was at
is a difference, and another process goes on behind it. A process writes a line of JSON for each seed.

    python -m fuzz.expressions 41 1 12      # seed 41 alone, with 12 values
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path

from fuzz.subjects import Difference, Tally

_TESTS = Path(__file__).resolve().parents[1]
_CHUNK = 500
"""Seeds for one process."""


def run(seed: int, expressions: int, values: int, workers: int, told: Callable[[Tally], None]) -> Tally:
    """So many seeds from one on, with so many values each; `told` hears of the sum after every chunk."""
    total, texts = Tally(), set[bytes]()
    starts = range(seed, seed + expressions, _CHUNK)

    def dealt(start: int) -> list[dict[str, object]]:
        return list(_lines(start, min(_CHUNK, seed + expressions - start), values))

    with ThreadPoolExecutor(workers) as executor:
        for lines in executor.map(dealt, starts):
            for line in lines:
                _add(total, texts, line)
            total.counts["distinct expressions"] = len(texts)
            told(total)
    return total


def _add(total: Tally, texts: set[bytes], line: dict[str, object]) -> None:
    total.counts.update(line["counts"])  # type: ignore[arg-type]
    total.differences += [Difference(**each) for each in line["differences"]]  # type: ignore[attr-defined]
    if line["text"]:
        texts.add(bytes.fromhex(str(line["text"])))


def _lines(start: int, count: int, values: int) -> Iterator[dict[str, object]]:
    """The lines of as many processes as it takes."""
    end = start + count
    while start < end:
        command = [sys.executable, "-m", "fuzz.expressions", *map(str, (start, end - start, values))]
        with subprocess.Popen(command, cwd=_TESTS, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                start += 1
                yield json.loads(line)
        if start < end:
            yield _ended(start, process.returncode)
            start += 1


def _ended(seed: int, status: int) -> dict[str, object]:
    found = f"the process ended with {status}"
    return {"counts": {}, "text": "", "differences": [asdict(Difference(seed, "oracle", "", "", "a value", found))]}


def worker(start: int, count: int, values: int, write: Callable[[str], object]) -> None:
    """Write a line for each seed."""
    import cel_oracle

    from fuzz.pool import Pool
    from fuzz.subjects import chunk, make

    oracle = cel_oracle.Oracle()
    for seed, tally in chunk(range(start, start + count), Pool(oracle), oracle, values):
        text = blake2b(make.sample(seed).text.encode(), digest_size=8).hexdigest()
        differences = [asdict(each) for each in tally.differences]
        write(json.dumps({"counts": Counter(tally.counts), "text": text, "differences": differences}) + "\n")


def reproduction(difference: Difference, values: int) -> str:
    """The command that shows a difference again, and what it is."""
    return (
        f"{difference.ways}: seed {difference.seed}\n  {difference.text}\n  with {difference.values}\n"
        f"  expected {difference.expected}\n  found    {difference.found}\n"
        f"  again: cd tests && python -m fuzz expressions --seed {difference.seed} --expressions 1 --values {values}"
    )


if __name__ == "__main__":
    worker(*map(int, sys.argv[1:4]), sys.stdout.write)
