"""Programs shared by threads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import cel_expressions as make
import pytest

from remit.cel import Program, compile

THREADS = 8


@pytest.fixture(autouse=True)
def _switching_all_the_time() -> Iterator[None]:
    """Let threads interrupt each other between almost any two steps."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_threads_get_the_answers_of_one_thread() -> None:
    """Eight threads over shared programs, from the first call on, get no wrong answer."""
    cases = []
    for seed in range(60):
        text, values = make.expression(seed), [make.activation(seed + n, broken=n % 2 == 1) for n in range(4)]
        program = compile(text, variables=make.VARIABLES)
        cases.append(
            (
                program,
                values,
                [make.outcome(partial(compile(text, variables=make.VARIABLES).exact, held)) for held in values],
            )
        )

    def wrong(_: int) -> list[object]:
        return [
            (program.source, held)
            for _ in range(3)
            for program, values, expected in cases
            for held, answer in zip(values, expected, strict=True)
            if not make.same(answer, make.outcome(partial(program, held)))
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        assert [fault for faults in pool.map(wrong, range(THREADS)) for fault in faults] == []


def test_threads_may_meet_at_the_first_call() -> None:
    """The function, the digest and the references are made once or more, and are the same."""
    program = compile("a.b > 1 && a.c.exists(x, x == a.b)")

    def everything(_: int) -> tuple[object, str, object]:
        return Program.__call__(program, {"a": {"b": 2, "c": [2]}}), program.digest, program.references

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(everything, range(64)))) == 1
