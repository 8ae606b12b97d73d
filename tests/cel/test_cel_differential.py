"""The generated code against the exact evaluator, and both against Google's implementation."""

from __future__ import annotations

from functools import partial

import cel_expressions as make
import cel_oracle
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
    assert answered > 200
    assert fell <= answered // 50


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_agrees_with_googles_implementation(seed: int) -> None:
    """The value, or the failure, is Google's."""
    oracle = cel_oracle.Oracle()
    for number in range(16):
        drawing = make.Expressions(seed + number)
        text = drawing.draw(drawing.random.choice(("bool", "bool", "int", "string")), 3)
        values = make.activation(seed + number, broken=False)
        values["o"] = {name: held for name, held in values["o"].items() if name != "at"}  # type: ignore[attr-defined]
        theirs = oracle.answer(text, values) if cel_oracle.takes(text, values) else cel_oracle.REFUSED
        if theirs is cel_oracle.REFUSED or not make.well_typed(text):
            continue
        ours = make.outcome(partial(compile(text, variables=make.VARIABLES), values))
        if theirs is cel_oracle.ERROR:
            assert isinstance(ours, make.Failure), (text, values, ours)
        else:
            assert make.same(theirs, ours), (text, values, theirs, ours)
