"""The generated code against the exact evaluator; against Google's implementation see `tests/fuzz`."""

from __future__ import annotations

from functools import partial

import cel_expressions as make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel._compile import compile
from remit.cel._native import native
from remit.cel._types import Type

SEEDS = st.integers(min_value=0, max_value=2**40)
FELL = object()


def _fall(_: object) -> object:
    return FELL


@pytest.mark.parametrize("variables", [make.VARIABLES, None], ids=["declared", "undeclared"])
@settings(max_examples=35, deadline=None)
@given(seed=SEEDS)
def test_generated_code_never_differs_from_the_exact_evaluator(variables: dict[str, Type] | None, seed: int) -> None:
    """What generated code answers itself is the exact evaluator's value, whatever the variables hold."""
    for number in range(12):
        text = make.expression(seed + number)
        program = compile(text, variables=variables)
        alone = native(program, _fall, tallest=1 + number)
        for broken in (False, True, True):
            values = make.activation(seed + number, broken=broken)
            answer = alone(values)
            if answer is not FELL:
                exact = make.outcome(partial(program.exact, values))
                assert make.same(exact, answer), (text, values, exact, answer)


def test_most_answers_come_from_generated_code() -> None:
    """Generated code answers itself wherever there is an answer, but for a rare absorbed error."""
    answered = fell = 0
    for seed in range(300):
        program = compile(make.expression(seed), variables=make.VARIABLES)
        values = make.activation(seed, broken=False)
        if isinstance(make.outcome(partial(program.exact, values)), make.Failure):
            continue
        answered += 1
        fell += native(program, _fall)(values) is FELL
    assert answered > 150
    assert fell <= answered // 25
