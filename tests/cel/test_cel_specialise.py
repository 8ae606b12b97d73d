"""Partial evaluation: the same answers as before, from fewer variables."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

import cel_expressions as make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel import (
    CelError,
    CelEvaluationError,
    Constant,
    Failed,
    Program,
    TypeValue,
    UInt,
    compile,
    dump,
    from_ast,
    parse,
    references,
    specialise,
)
from remit.cel._ast import And, Ident, ListLiteral, Literal, Macro
from remit.cel._kinds import TYPE_NAMES
from remit.cel._literal import literal

KEY: dict[str, object] = {
    "env": "prod",
    "rpm": 600,
    "tags": ["a", "b"],
    "on": True,
    "odd": 5,
    "at": datetime(2027, 1, 1, tzinfo=UTC),
}

CASES: list[tuple[str, object]] = [
    # the answer is certain
    ('key.env == "prod"', True),
    ('key.env == "dev" && request.x', False),
    ('request.x && key.env == "dev"', False),
    ("request.x && key.absent && false", False),
    ("key.on || request.x", True),
    ("key.absent || request.x || key.on", True),
    ("key.env == 'dev' ? request.x : key.rpm", 600),
    ("has(key.absent)", False),
    ("size(key.tags.map(t, t + 'x'))", 2),
    ("key.tags.exists(t, t == 'a' || request.x)", True),
    ("key.tags.filter(t, t == 'a' || (t == 'z' && request.x))", ["a"]),
    ("[1, 2].map(n, n > 5 && request.x, n)", []),
    ("{'a': key.rpm, 'b': 1}", {"a": 600, "b": 1}),
    ("key.tags.all(i, t, i < 2 || request.x)", True),
    # there is certainly no answer
    ("key.absent == request.x", CelEvaluationError),
    ("key.absent && key.on", CelEvaluationError),
    ("key.odd && key.on", CelEvaluationError),
    ("key.odd ? request.x : request.y", CelEvaluationError),
    ("key.absent ? request.x : request.y", CelEvaluationError),
    ("[request.x, key.absent]", CelEvaluationError),
    ("key.absent.exists(t, request.x)", CelEvaluationError),
    ("key.rpm.exists(t, request.x)", CelEvaluationError),
    ("key.tags.map(t, key.absent + request.x)", CelEvaluationError),
    # the rest
    ("key.on && request.x", "true && request.x"),
    ("key.on && request.x > 1", "request.x > 1"),
    ("key.on && (request.x || request.y)", "request.x || request.y"),
    ("key.on && has(request.x)", "has(request.x)"),
    ("key.on && request.xs.exists(x, x)", "request.xs.exists(x, x)"),
    ("key.on && request.xs.map(x, x)", "true && request.xs.map(x, x)"),
    ("key.on || f(key.rpm)", True),
    ("request.x && Name{a: key.rpm}", "request.x && Name{a: 600}"),
    ("key.on && request.x && request.y", "request.x && request.y"),
    ("key.odd && request.x", "request.x && 5"),
    ("key.env == 'dev' || request.x == key.rpm", "request.x == 600"),
    ("request.x in key.tags", 'request.x in ["a", "b"]'),
    ("request.x ? key.rpm : key.odd", "request.x ? 600 : 5"),
    ("request.at < key.at", 'request.at < timestamp("2027-01-01T00:00:00Z")'),
    ("key.tags.exists(t, t == request.x)", '"a" == request.x || "b" == request.x'),
    ("key.tags.all(t, request.m[t])", 'request.m["a"] && request.m["b"]'),
    ("['a'].all(t, request.m[t])", 'true && request.m["a"]'),
    ("key.tags.map(t, t + request.x)", '["a" + request.x, "b" + request.x]'),
    ("key.tags.exists_one(t, t == request.x)", '["a", "b"].exists_one(t, t == request.x)'),
    ("key.tags.filter(t, t == request.x)", '["a", "b"].filter(t, t == request.x)'),
    ("request.xs.exists(x, x == key.env && key.on)", 'request.xs.exists(x, x == "prod")'),
    ("request.xs.exists(key, key == 1)", "request.xs.exists(key, key == 1)"),
    ("usage.now + usage.limit", "usage.now + 5"),
    ("has(usage.limit) && usage['limit'] > usage.now", "5 > usage.now"),
    ("usage.exists(usage, usage.limit > 1)", "usage.exists(usage, usage.limit > 1)"),
    ("optional.of(key.rpm).orValue(request.x)", 600),
    ("optional.of(key.rpm).or(request.x).value()", 600),
    ("optional.of(request.x).orValue(key.rpm)", "optional.of(request.x).orValue(600)"),
    ("key.?absent.orValue(request.x)", ".optional.none().orValue(request.x)"),
    ("optional.of(request.x)", "optional.of(request.x)"),
    ("key.at - duration('24h') > request.at", 'timestamp("2026-12-31T00:00:00Z") > request.at'),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_specialising(text: str, expected: object) -> None:
    """A table of expressions with `key` known and `usage.limit` known."""
    result = specialise(compile(text), {"key": KEY}, partial={"usage": {"limit": 5}})
    if isinstance(expected, str):
        assert isinstance(result, Program)
        assert result.ast == parse(expected)
        assert not {"key"} & {path[0] for path in references(result.ast)}
    elif expected is CelEvaluationError:
        assert isinstance(result, Failed)
    else:
        assert result == Constant(expected)


def test_a_failing_part_stays_beside_an_unknown_one() -> None:
    """An error and an unknown term are no answer: the unknown one may still decide."""
    rest = specialise(compile("key.absent && request.x"), {"key": {}})
    assert isinstance(rest, Program)
    assert rest({"request": {"x": False}}) is False
    with pytest.raises(CelEvaluationError, match="no such key: `absent`"):
        rest({"request": {"x": True}})


LATER: list[tuple[str, object, object]] = [
    ("optional.of(request.x).orValue(key.absent)", 7, 7),
    ("{'a': request.x}.?a.or(key.absent).value()", 7, 7),
    ("cel.bind(a, key.absent, request.x > 9 || a)", 10, True),
    ("cel.bind(a, key.absent, request.x > 9 ? a : 1)", 7, 1),
    ("cel.bind(a, request.x, key.rpm == 600 ? a + 1 : a)", 7, 8),
    ("[1, 2].sortBy(n, n * request.x)", -1, [2, 1]),
    ("key.tags.transformMap(i, t, i * request.x)", 7, {0: 0, 1: 7}),
    ("optional.of(key.rpm).optMap(r, r + request.x).value()", 7, 607),
]


@pytest.mark.parametrize(("text", "x", "expected"), LATER)
def test_what_depends_on_the_unknown_stays(text: str, x: object, expected: object) -> None:
    """A failing part that may not be read, and macros over what is unknown, are left to the request."""
    rest = specialise(compile(text), {"key": KEY})
    assert isinstance(rest, Program)
    assert rest({"request": {"x": x}, "key": KEY}) == expected


SETTLED: list[tuple[str, object]] = [
    ("cel.bind(a, key.rpm, a + 1)", 601),
    ("cel.bind(a, request.x, key.rpm)", 600),
    ("cel.bind(a, request.x / 0, true)", True),
    ("cel.bind(a, key.absent, 1)", 1),
    ("cel.bind(a, key.rpm, a > 1 || request.x)", True),
    ("optional.of(1).orValue(key.absent)", 1),
    ("key.tags.sortBy(t, -size(t))", ["a", "b"]),
    ("key.tags.transformMapEntry(i, t, {t: i})", {"a": 0, "b": 1}),
    ("key.?rpm.optMap(r, r * 2).orValue(request.x)", 1200),
]


@pytest.mark.parametrize(("text", "expected"), SETTLED)
def test_what_the_unknown_cannot_change_is_settled(text: str, expected: object) -> None:
    """What is not read, or is known, needs no request."""
    assert specialise(compile(text), {"key": KEY}) == Constant(expected)


FAILING = [
    "cel.bind(a, key.absent, a)",
    "optional.none().orValue(key.absent)",
    "key.absent.orValue(request.x)",
    "cel.bind(a, request.x, key.absent)",
]


@pytest.mark.parametrize("text", FAILING)
def test_what_fails_for_every_request_fails_now(text: str) -> None:
    """A failing value that is surely read is a failure."""
    assert isinstance(specialise(compile(text), {"key": KEY}), Failed)


def test_a_residue_keeps_what_is_known_of_its_variables() -> None:
    """Declared names, types and the source go on; the known names are gone."""
    program = compile("i + j > 3", variables=make.VARIABLES)
    rest = specialise(program, {"i": 1})
    assert isinstance(rest, Program)
    assert rest.variables == frozenset(make.VARIABLES) - {"i"}
    assert (rest.source, rest.type) == (program.source, program.type)
    assert rest.types
    assert rest({"j": 3}) is True


def test_a_part_that_fails_inside_a_macro_stays_there() -> None:
    """Over no elements, a body that always fails never does."""
    rest = specialise(compile("request.xs.all(x, key.absent)"), {"key": {}})
    assert isinstance(rest, Program)
    assert rest({"request": {"xs": []}}) is True
    with pytest.raises(CelEvaluationError):
        rest({"request": {"xs": [1]}})


def test_names_of_types_are_known_where_variables_are_declared() -> None:
    """Without declarations a variable might be called `int`."""
    text = "type(i) == int && type(at) == google.protobuf.Timestamp"
    known = {"i": 1, "at": KEY["at"]}
    assert specialise(compile(text, variables=make.VARIABLES), known) == Constant(True)
    assert isinstance(specialise(compile(text), known), Program)


def test_names_with_dots_and_containers() -> None:
    """A known variable with dots in its name, or in a container, is put in; an unknown one stays."""
    assert specialise(compile("a.b.c"), {"a.b": {"c": 1}}) == Constant(1)
    assert specialise(compile("x", container="n"), {"n.x": 1}) == Constant(1)
    declared = compile("a.b", variables={"a.b": make.VARIABLES["i"], "a": make.VARIABLES["m"]})
    rest = specialise(declared, {"a": {"b": 1}})
    assert isinstance(rest, Program)
    assert rest({"a.b": 7}) == 7


def test_a_macro_variable_hides_what_is_known_in_part() -> None:
    """A field of a macro variable is not the field of the variable of the same name."""
    program = compile("[{'name': 'a'}].exists(o, o.name == 'b')")
    assert specialise(program, {}, partial={"o": {"name": "b"}}) == Constant(False)


def test_long_ranges_stay_macros() -> None:
    """A range of more than sixteen elements is kept as a literal."""
    rest = specialise(compile("xs.exists(x, x == y)"), {"xs": list(range(17))})
    assert isinstance(rest, Program)
    assert isinstance(rest.ast, Macro)
    assert rest({"y": 16}) is True
    failed = specialise(compile("xs.all(x, x.y > 1)"), {"xs": list(range(17))})
    assert isinstance(failed, Failed)


def test_unrolling_is_bounded() -> None:
    """Macros inside macros do not multiply without end."""
    text = "y"
    for depth in range(6):
        text = f"xs.exists(x{depth}, {text} == x{depth})"
    rest = specialise(compile(text), {"xs": list(range(12))})
    assert isinstance(rest, Program | Failed)


def test_what_nests_too_deep_is_refused() -> None:
    """Known values that nest without end raise CelError, not RecursionError."""
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(CelError):
        specialise(compile("x == y"), {"x": deep})


def test_a_long_chain_is_specialised() -> None:
    """Ten thousand terms and ten thousand additions are walked without recursion."""
    chain = from_ast(And((*(parse(f"x != {number}") for number in range(1_000)), Ident("y"))))
    rest = specialise(chain, {"x": -1})
    assert isinstance(rest, Program)
    assert rest.ast == parse("true && y")
    assert specialise(compile("x" + " + 1" * 3_000), {"x": 1}) == Constant(3_001)


VALUES: list[object] = [
    None, True, 1, UInt(1), 1.5, float("inf"), "a", b"\xff", [1, ["a"]], {"a": {1: None}}, timedelta(seconds=1.5),
    TypeValue("unheard.of"),
    datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC), timedelta(days=200_000), object(), {None: 1}, datetime(2026, 1, 1),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=[f"{at}-{type(each).__name__}" for at, each in enumerate(VALUES)])
def test_a_literal_gives_its_value(value: object) -> None:
    """Every value, even one that stands for nothing, comes out of its literal as it went in."""
    answer = from_ast(ListLiteral((literal(value), literal([value]))))({})
    assert answer == [value, [value]]
    assert type(answer[0]) is type(value)  # type: ignore[index]


@pytest.mark.parametrize("name", sorted(TYPE_NAMES))
def test_a_type_is_a_literal_too(name: str) -> None:
    """A known type goes into the residue as the type of one of its values."""
    held = from_ast(parse(name))({})
    assert from_ast(literal(held))({}) == held


def test_a_value_that_no_text_writes_is_not_saved() -> None:
    """A residue that holds one runs, and cannot be dumped."""
    rest = specialise(compile("[x, y]"), {"x": object()})
    assert isinstance(rest, Program)
    with pytest.raises(CelError, match="cannot be saved"):
        dump(rest.ast)
    assert Literal("null", None) == literal(None)


def _split(
    seed: int, values: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object], dict[str, dict[str, object]]]:
    chance = random.Random(seed)
    known = {name: held for name, held in values.items() if chance.random() < 0.5}
    rest = {name: held for name, held in values.items() if name not in known}
    whole = rest.get("o")
    fields = {name: held for name, held in whole.items() if chance.random() < 0.5} if isinstance(whole, dict) else {}
    return known, rest, {"o": {name: held for name, held in fields.items() if isinstance(name, str)}} if fields else {}


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**40))
def test_specialising_changes_no_answer(declared: bool, seed: int) -> None:
    """For any expression and any split of its variables, the residue over the rest is the program over all."""
    for number in range(8):
        text = make.expression(seed + number)
        program = compile(text, variables=make.VARIABLES if declared else None)
        for broken in (False, True):
            values = make.activation(seed + number, broken=broken)
            known, rest, partly = _split(seed + number, values)
            expected = make.outcome(partial(program, values))
            result = specialise(program, known, partial=partly)
            answer = _answer(result, rest)
            assert make.same(expected, answer), (text, known, rest, expected, answer)
            if isinstance(result, Program):
                assert not {path[0] for path in result.references} & set(known)


def _answer(result: Constant | Failed | Program, rest: Mapping[str, object]) -> object:
    if isinstance(result, Constant):
        return result.value
    return make.Failure(result.error) if isinstance(result, Failed) else make.outcome(partial(result, rest))
