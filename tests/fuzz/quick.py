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
from remit import cel

_SEEDS = 220
_VALUES = 6
_STEP = 7
"""Vectors are taken in strides, so that each part of the language is soon met."""


def wrong() -> str:
    """The first wrong answer; empty when there is none."""
    return next(chain(_types(), _alike(), _vectors(), _expressions()), "")


_TYPES = {
    "dyn(1) + dyn(2)": cel.DYN,
    "true ? 1 : dyn('a')": cel.DYN,
    "1 + 1": cel.INT,
    "[1].map(x, string(x))": cel.list_of(cel.STRING),
    "'a' in ['a']": cel.BOOL,
    "1.0 / 2.0": cel.DOUBLE,
    "usd(1) / usd(2)": cel.DOUBLE,
    "usd(1) * 2": cel.MONEY,
}
_REFUSED = ("1 && true", "true || 'a'", "true ? 1 : 'a'", "1 ? 2 : 3", "1 + 1.0", "size()", "'a'.size(1)", "usd(1) + 1")


def _types() -> Iterator[str]:
    """What the checker makes of expressions: nothing else sees that it lets too much through."""
    for text, expected in _TYPES.items():
        found = cel.compile(text, variables={}).type
        if found != expected:
            yield f"{text} is of type {found}"
    for text in _REFUSED:
        try:
            cel.compile(text, variables={})
        except cel.CelTypeError:
            continue
        yield f"{text} is not refused"


_ALIKE = (
    "!(n + 1 == 1) && n + 1 == 2 && n + 2 == 3 && n + 3 == 4",
    "n + 2 == 3 && n - 2 == -1 && n * 2 == 2",
    "m.a == 1 && m.b == 2 && m.c == 3",
    "has(f.a) && !f.a && (has(f.a) || n == 2) && (!f.a || n == 2)",
    "[1, 2].map(x, (x + n) * (x + n) * (x + n)) == [8, 27]",
)
"""True where parts that only look alike are kept apart: of three or more that are the same, one is computed."""


def _alike() -> Iterator[str]:
    variables = {"n": cel.INT, "m": cel.map_of(cel.STRING, cel.INT), "f": cel.map_of(cel.STRING, cel.BOOL)}
    for text in _ALIKE:
        if (
            cel.compile(text, variables=variables)({"n": 1, "m": {"a": 1, "b": 2, "c": 3}, "f": {"a": False}})
            is not True
        ):
            yield f"{text} is not true"


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
