"""A quick check of the whole language: ends at the first wrong answer, which it says, and with 1.

It runs over a copy of the package with a mistake in it: see `fuzz.mutants`. It must be quick to see one, not to be
through, so it begins with what sees the most.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain

import cel_lifted
import conformance

from fuzz.pool import Pool
from fuzz.subjects import Subject, Tally, drawn, fuse

_SEEDS = 220
_VALUES = 6
_STEP = 7
"""Vectors are taken in strides, so that each part of the language is soon met."""


def wrong() -> str:
    """The first wrong answer; empty when there is none."""
    return next(chain(_vectors(), _expressions()), "")


def _vectors() -> Iterator[str]:
    vectors = conformance.own()
    for first in range(_STEP):
        for vector in vectors[first::_STEP]:
            failure = conformance.failure(vector) or cel_lifted.failure(vector)
            if failure:
                yield f"{vector.id}: {failure}"


def _expressions() -> Iterator[str]:
    """Ways that differ from each other. What all ways have in common is not seen here, but by the vectors."""
    pool, tally = Pool(None), Tally()
    for seed in range(_SEEDS):
        found = drawn(seed)
        if found is not None:
            Subject(seed, *found, tally).run(pool, _VALUES)
        if seed % 3 == 0:
            fuse(seed, pool, tally)
        if tally.differences:
            yield f"{tally.differences[0].ways}: {tally.differences[0].text}"


def main() -> int:
    """Anything that is raised counts as seen too: a mistake may break more than an answer."""
    found = wrong()
    if found:
        sys.stdout.write(found + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
