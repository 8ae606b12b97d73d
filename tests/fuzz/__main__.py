"""The runner: all sub-runs, or those that are named.

PYTHONPATH=tests python -m fuzz                            # a million cases, all mutants, 10,000 stories
PYTHONPATH=tests python -m fuzz expressions --seed 7 --expressions 2000
PYTHONPATH=tests python -m fuzz mutants
PYTHONPATH=tests python -m fuzz stories --seed 7 --stories 100
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from fuzz import expressions, mutants, reconcile
from fuzz.mutations import mutations
from fuzz.subjects import Tally

Options = argparse.Namespace


def _expressions(options: Options) -> int:
    began = monotonic()

    def told(total: Tally) -> None:
        took = monotonic() - began
        cases, found = total.counts["cases"], len(total.differences)
        sys.stderr.write(f"\r{cases:,} cases, {cases / took:,.0f} a second, {found} differences ")
        sys.stderr.flush()

    total = expressions.run(options.seed, options.expressions, options.values, options.workers, told)
    sys.stderr.write("\n")
    for name, count in sorted(total.counts.items()):
        _say(f"{count:12,} {name}")
    for each in total.differences[:20]:
        _say(expressions.reproduction(each, options.values))
    _say(f"{len(total.differences)} differences, {monotonic() - began:,.0f} s, from seed {options.seed}")
    return len(total.differences)


def _mutants(options: Options) -> int:
    began = monotonic()
    every = list(mutations())
    survivors = []
    for number, verdict in enumerate(mutants.judged(every, options.workers), start=1):
        sys.stderr.write(f"\r{number} of {len(every)} mutants, {len(survivors)} survive ")
        sys.stderr.flush()
        if not verdict.seen:
            survivors.append(verdict.mutation)
            _say(f"survives: {verdict.mutation.name}")
    sys.stderr.write("\n")
    _say(f"{len(every)} mutants, {len(survivors)} survive, {monotonic() - began:,.0f} s")
    return len(survivors)


def _stories(options: Options) -> int:
    began = monotonic()

    def told(done: int, failed: int) -> None:
        took = monotonic() - began
        sys.stderr.write(f"\r{done:,} of {options.stories:,} stories, {done / took:,.1f} a second, {failed} failed ")
        sys.stderr.flush()

    failed = reconcile.main(options.stories, options.seed, options.workers, told)
    _say(f"{monotonic() - began:,.0f} s")
    return failed


RUNS: Mapping[str, Callable[[Options], int]] = {
    "expressions": _expressions,
    "mutants": _mutants,
    "stories": _stories,
}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(arguments: Sequence[str]) -> int:
    """1 when any sub-run found a difference."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="differences between ways to one answer")
    parser.add_argument("runs", nargs="*", choices=[*RUNS, []], help="which sub-runs; all by default")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--expressions", type=int, default=90_000, help="how many expressions")
    parser.add_argument("--values", type=int, default=12, help="how many values for the variables of each")
    parser.add_argument("--stories", type=int, default=10_000, help="how many stories of reconcile with faults")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at a time")
    options = parser.parse_args(arguments)
    found = {name: RUNS[name](options) for name in options.runs or RUNS}
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
