"""Parts that stand in a program several times are computed once, and change nothing else."""

from __future__ import annotations

import random
from functools import partial

import cel_expressions as make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel import BOOL, And, CelError, Conditional, Node, Or, Program, compile, from_ast
from remit.cel._ast import Call
from remit.cel._emit_share import LEAST, shared
from remit.cel._native import _unit, native, source

FELL = object()
SEEDS = st.integers(min_value=0, max_value=2**40)


def _tangled(terms: list[Node], random_: random.Random, depth: int = 3) -> Node:
    """A tree in which each of the terms stands many times, some of them where nothing asks for them."""
    if depth == 0:
        return random_.choice(terms)
    parts = tuple(_tangled(terms, random_, depth - 1) for _ in range(random_.randint(2, 4)))
    if random_.random() < 0.15:
        return Conditional(parts[0], parts[1], _tangled(terms, random_, depth - 1))
    if random_.random() < 0.15:
        return Call("!_", None, (parts[0],))
    return And(parts) if random_.random() < 0.5 else Or(parts)


def _programs(seed: int, count: int) -> list[Program]:
    """Conditions over the fuzzer's variables."""
    found: list[Program] = []
    while len(found) < count:
        seed += 1
        program = compile(make.expression(seed), variables=make.VARIABLES)
        if program.type == BOOL:
            found.append(program)
    return found


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_sharing_never_changes_an_answer(seed: int) -> None:
    """Whatever the variables hold, and wherever a shared part is passed over, the exact evaluator says the same."""
    programs = _programs(seed, 3)
    types = {name: type_ for each in programs for name, type_ in each.types.items()}
    tree = _tangled([each.ast for each in programs], random.Random(seed))
    program = from_ast(tree, type=BOOL, types=types)
    alone = native(program, lambda _: FELL)
    for number in range(6):
        values = make.activation(seed + number, broken=number % 2 == 1)
        answer = alone(values)
        if answer is not FELL:
            exact = make.outcome(partial(program.exact, values))
            assert make.same(exact, answer), (program, values)


def _repeated(part: str, *others: str) -> str:
    """The part, as often as it takes, each time with something else."""
    return " || ".join(f"({other} && {part})" for other in others)


OTHERS = tuple(f"n == {number}" for number in range(LEAST))

# the part, what the activation holds besides `n`; the part is needed when n is 1
MISSING = [
    ("m.x == 'a'", {"m": {}}),
    ("m.x == 'a'", {"m": {"x": 1}}),
    ("m.x == 'a'", {"m": None}),
    ("m.x == 'a'", {}),
    ("m.x.y > 3", {"m": {"x": {"y": True}}}),
    ("m.x.y > 3", {"m": {"x": []}}),
    ("m['x'] > 3", {"m": {"x": 4}}),
    ("has(m.x)", {"m": {}}),
    ("m.x.exists(e, e == 'a')", {"m": {"x": ["b", "a"]}}),
    ("m.x.exists(e, e == 'a')", {"m": {"x": [1]}}),
    ("m.x.exists(e, e == 'a')", {"m": {}}),
    ("m.x.startsWith('a')", {"m": {"x": "ab"}}),
    ("(m.x ? true : m.y)", {"m": {"x": False, "y": True}}),
    ("(m.x ? true : m.y)", {"m": {"x": False}}),
    ("m.x / m.y == 2", {"m": {"x": 4, "y": 0}}),
]


@pytest.mark.parametrize("n", range(LEAST + 1))
@pytest.mark.parametrize(("part", "held"), MISSING, ids=[f"{part} {held}" for part, held in MISSING])
def test_what_is_missing(part: str, held: dict[str, object], n: int) -> None:
    """A part that has no value fails only where it is needed, as the exact evaluator says."""
    program = compile(_repeated(part, *OTHERS))
    assert shared(program.ast, program.types)
    activation = {**held, "n": n}
    assert _answer(program, activation) == _answer(program.exact, activation)


def _answer(run, activation: dict[str, object]) -> object:
    try:
        return run(activation)
    except CelError as error:
        return type(error), error.message


def test_asked_whether_it_is_known() -> None:
    """Each use asks for the local first; a part that stands there less often is written as it is."""
    for count, uses in ((LEAST, LEAST), (LEAST - 1, 0)):
        program = compile(" || ".join(f"(n == {number} && m.x == 'a')" for number in range(count)))
        text = source(_unit(program, 12), program.ast)
        assert text.count("is not UNSET else (m") == uses, text


def test_below_a_macro_nothing_is_shared() -> None:
    """What reads the variable of a macro has another value each time."""
    text = " || ".join(["l.exists(e, e.x == 1 && e.x == 2 && e.x > 0 && n > 0)"])
    program = compile(text)
    assert shared(program.ast, program.types) == {}
    assert program({"l": [{"x": 1}, {"x": 2}], "n": 1}) is False


def test_equal_to_look_at_and_not_equal() -> None:
    """`0.0` and `-0.0`, `1` and `1u`, `m.x` and `has(m.x)` are told apart."""
    text = "1.0 / d == 1.0 / 0.0 && 1.0 / d != 1.0 / -0.0 && has(m.x) && m.x && m.x && has(m.x) && m.x && has(m.x)"
    program = compile(text)
    assert program({"d": 0.0, "m": {"x": True}}) is True
