"""The exact evaluator: names, errors and how they are absorbed, limits, and what may come in."""

from __future__ import annotations

import sys
from collections import ChainMap, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from remit.cel import Call, CelEvaluationError, Ident, Literal, Node, Or, TypeValue, UInt, evaluate, parse


def run(source: str, activation: Mapping[str, object] | None = None, container: str = "") -> object:
    """The value of a text."""
    return evaluate(parse(source), activation or {}, container=container)


def code(source: str, activation: Mapping[str, object] | None = None) -> str:
    """The code of the error that a text gives."""
    with pytest.raises(CelEvaluationError) as caught:
        run(source, activation)
    return caught.value.code


CODES = [
    ("1 + 'a'", "no_such_overload"),
    ("size(1, 2)", "no_such_overload"),
    ("'a'.size('b')", "no_such_overload"),
    ("startsWith('a', 'b')", "no_such_overload"),
    ("1.double()", "no_such_overload"),
    ("!1", "no_such_overload"),
    ("-'a'", "no_such_overload"),
    ("1 ? 2 : 3", "no_such_overload"),
    ("1 && true", "no_such_overload"),
    ("'a'.all(x, true)", "no_such_overload"),
    ("1[0]", "no_such_overload"),
    ("[1]['a']", "no_such_overload"),
    ("1 in 2", "no_such_overload"),
    ("[?1]", "no_such_overload"),
    ("usd(true)", "no_such_overload"),
    ("nobody", "undeclared_reference"),
    ("nobody.field", "undeclared_reference"),
    ("dyn", "undeclared_reference"),
    ("money.multiply(1, 2)", "undeclared_reference"),
    ("nothing(1)", "unbound_function"),
    ("'a'.nothing()", "unbound_function"),
    ("{}.a", "no_such_key"),
    ("{}['a']", "no_such_key"),
    ("{1: 1}[b'']", "no_such_key"),
    ("has({}.a.b)", "no_such_key"),
    ("'a'.b", "no_such_field"),
    ("has('a'.b)", "no_such_field"),
    ("A{}", "no_such_field"),
    ("{1: 1, 1: 2}", "duplicate_key"),
    ("{null: 1}", "unsupported_key"),
    ("[1][1]", "index_out_of_range"),
    ("[1][-1]", "index_out_of_range"),
    ("9223372036854775807 + 1", "overflow"),
    ("int(1e30)", "overflow"),
    ("timestamp(253402300800)", "overflow"),
    ("1 / 0", "divide_by_zero"),
    ("1u % 0u", "divide_by_zero"),
    ("int('x')", "invalid_argument"),
    ("[1][0.5]", "invalid_argument"),
    ("optional.none().value()", "invalid_argument"),
]


@pytest.mark.parametrize(("source", "expected"), CODES)
def test_error_code(source: str, expected: str) -> None:
    """Every way to have no value has its stable code."""
    assert expected == code(source)


OFFSETS = [
    ("1 + 2 / 0", 6),
    ("a.b.nobody", 4),
    ("[1, 2][7]", 6),
    ("  nobody", 2),
    ("'ab'.size('c')", 5),
    ("true && 1", 8),
]


@pytest.mark.parametrize(("source", "offset"), OFFSETS)
def test_error_says_where(source: str, offset: int) -> None:
    """An error carries the offset of the node that has no value."""
    with pytest.raises(CelEvaluationError) as caught:
        run(source, {"a": {"b": {}}})
    assert offset == caught.value.offset


def test_messages_hold_no_values() -> None:
    """No message repeats a value of the request, whichever operation it stops."""
    secret = "sk-invented-7f3a"  # an obviously invented one
    sources = [
        "s + 1",
        "int(s)",
        "{}[s]",
        "timestamp(s)",
        "duration(s)",
        "s.matches('(')",
        "''.matches('(' + s)",
        "usd(s)",
    ]
    sources += [
        "timestamp(0).getHours(s)",
        "bool(s)",
        "double(s)",
        "s[0]",
        "s.field",
        "s ? 1 : 2",
        "[s][5]",
        "s && true",
    ]
    texts = []
    for source in sources:
        with pytest.raises(CelEvaluationError) as caught:
            run(source, {"s": secret})
        texts.append(str(caught.value))
    assert not [text for text in texts if secret in text]


ABSORBED = [
    ("nobody && false", False),
    ("false && nobody", False),
    ("nobody || true", True),
    ("[1, 2].exists(x, x == 2 || nobody)", True),
    ("[nobody == 1, true].exists(x, x) || true", True),
    ("[2, 1].all(x, x == 1 && nobody)", False),
    ("odd && false", False),
    ("odd == 1 || true", True),
]


@pytest.mark.parametrize(("source", "expected"), ABSORBED)
def test_error_gives_way_to_an_answer(source: str, expected: bool) -> None:
    """An error does not matter where the other side decides alone, not even one about a foreign value."""
    assert expected is run(source, {"odd": object()})


def test_first_error_is_reported() -> None:
    """When nothing decides, the first error of the chain is the one that is raised."""
    assert code("true && 1 / 0 == 1 && nobody") == "divide_by_zero"


NAMES: list[tuple[str, dict[str, object], str, object]] = [
    ("a.b.c", {"a.b.c": 1, "a.b": {"c": 2}, "a": {"b": {"c": 3}}}, "", 1),
    ("a.b.c", {"a.b": {"c": 2}, "a": {"b": {"c": 3}}}, "", 2),
    ("a.b.c", {"a": {"b": {"c": 3}}}, "", 3),
    ("a.b", {"p.a": {"b": 1}, "a.b": 2}, "p", 2),
    ("a", {"p.q.a": 1, "p.a": 2, "a": 3}, "p.q", 1),
    ("a", {"p.a": 2, "a": 3}, "p.q", 2),
    (".a", {"p.a": 2, "a": 3}, "p", 3),
    ("[5].map(a, a)[0]", {"a": 1, "p.a": 2}, "p", 5),
    ("[5].map(a, .a)[0]", {"a": 1}, "", 1),
    ("[{'b': 5}].map(a, a.b)[0]", {"a.b": 1}, "", 5),
    ("a.size()", {"a": "xyz"}, "", 3),
    ("a.b.size()", {"a": {"b": "xyz"}}, "", 3),
    ("has(a.b)", {"a": {"b": None}}, "", True),
    ("int", {}, "", TypeValue("int")),
    ("int", {"int": 7}, "", 7),
    ("google.protobuf.Duration", {}, "", TypeValue("google.protobuf.Duration")),
    ("Duration", {}, "google.protobuf", TypeValue("google.protobuf.Duration")),
    (".int", {}, "google", TypeValue("int")),
    ("of(1).value()", {}, "optional", 1),
    ("optional.of(1).value()", {"optional": 5}, "", 1),
    ("optional.size()", {"optional": "abc"}, "", 3),
]


@pytest.mark.parametrize(("source", "activation", "container", "expected"), NAMES)
def test_name(source: str, activation: dict[str, object], container: str, expected: object) -> None:
    """The longest dotted name wins, the innermost namespace first, and a macro's variable over all."""
    assert expected == run(source, activation, container)


def test_container_reaches_no_internal_function() -> None:
    """The functions that only the checker writes cannot be called through a container."""
    with pytest.raises(CelEvaluationError) as caught:
        run("multiply(1, 2)", {}, "money")
    assert caught.value.code == "unbound_function"


def test_internal_functions_run_in_a_tree() -> None:
    """A tree in which the checker wrote an internal function evaluates."""
    tree = Call("money.multiply", None, (Literal("int", 3), Literal("double", 0.5)))
    assert evaluate(tree, {}) == 2


class Level(IntEnum):
    """A number with a name."""

    HIGH = 3


class Stage(StrEnum):
    """A string with a name."""

    PROD = "prod"


BERLIN = ZoneInfo("Europe/Berlin")
INPUTS: list[tuple[str, object, object]] = [
    ("v == 'prod'", Stage.PROD, True),
    ("v > 2", Level.HIGH, True),
    ("v[0]", (5, 6), 5),
    ("v.a", MappingProxyType({"a": 1}), 1),
    ("v.a", ChainMap({}, {"a": 1}), 1),
    ("has(v.a)", defaultdict(list), False),
    ("type(v) == null_type", None, True),
    ("v == 3u", UInt(3), True),
    ("v * 2u == 6u", UInt(3), True),
    ("v[1]", {True: "bool"}, None),
    ("v[true]", {True: "bool"}, "bool"),
    ("0 in v", {False: "bool"}, False),
    ("v + duration('1h') == timestamp('2026-10-25T01:30:00Z')", datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), True),
    ("v.getHours()", datetime(2026, 7, 1, 12, tzinfo=BERLIN), 10),
    ("v == timestamp('2026-01-01T00:00:00Z')", datetime(2025, 12, 31, 19, tzinfo=timezone(timedelta(hours=-5))), True),
    ("v < duration('2s')", timedelta(seconds=1), True),
    ("string(v)", timedelta(milliseconds=1500), "1.5s"),
    ("v > 9223372036854775807", 2**70, True),
]


@pytest.mark.parametrize(("source", "value", "expected"), INPUTS)
def test_input(source: str, value: object, expected: object) -> None:
    """Plain Python values and their relatives mean what they say; True is never 1."""
    try:
        found = run(source, {"v": value})
    except CelEvaluationError as error:
        found = {"no_such_key": None}[error.code]
    assert expected == found


def test_repeated_hour_is_two_instants() -> None:
    """The two half past twos of the night the clocks go back are an hour apart, though Python holds them equal."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    second = first.replace(fold=1)
    assert run("b - a == duration('1h') && a < b && a != b && [a] != [b]", {"a": first, "b": second}) is True


FOREIGN = [
    ("v == 1", datetime(2026, 1, 1), "invalid_value"),
    ("v > timestamp(0)", datetime(2026, 1, 1), "invalid_value"),
    ("v == 1", Decimal(1), "invalid_value"),
    ("v + 1", Decimal(1), "invalid_value"),
    ("v.a", object(), "invalid_value"),
    ("v in [1]", {1}, "invalid_value"),
    ("[v] == [1]", {1}, "invalid_value"),
    ("v ? 1 : 2", 1 + 2j, "invalid_value"),
    ("v < 1.0", 10**400, "overflow"),
    ("v + 0", 2**70, "overflow"),
]


@pytest.mark.parametrize(("source", "value", "expected"), FOREIGN)
def test_foreign_input(source: str, value: object, expected: str) -> None:
    """A value of no type of the language is an error when an operation touches it."""
    assert expected == code(source, {"v": value})


def test_untouched_foreign_input_does_no_harm() -> None:
    """What no operation touches is not looked at."""
    assert run("true || v == 1", {"v": object()}) is True


def test_a_default_dict_is_not_written_to() -> None:
    """Reading a missing key is an error and leaves the caller's map alone."""
    counts: defaultdict[str, int] = defaultdict(int)
    assert (code("v.a", {"v": counts}), code("v['a']", {"v": counts}), len(counts)) == ("no_such_key", "no_such_key", 0)


def test_macro_steps_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested macros stop at the step limit with an error, and the limit holds over all of them together."""
    monkeypatch.setattr("remit.cel._evaluate.MAX_STEPS", 1_000)
    thirty = {"v": list(range(30))}
    assert run("v.all(a, v.all(b, a + b >= 0))", thirty) is True
    assert code("v.all(a, v.all(b, v.all(c, true)))", thirty) == "limit_exceeded"


def test_step_limit_is_a_million() -> None:
    """More than a million steps are refused."""
    assert code("v.all(a, w.all(b, true))", {"v": [0, 0], "w": [0] * 600_000}) == "limit_exceeded"


LONG: dict[str, tuple[str, object]] = {
    "sum": ("+".join(["1"] * 10_000), 10_000),
    "strings": ("size(" + "+".join(["'a'"] * 10_000) + ")", 10_000),
    "and": ("&&".join(["true"] * 9_000), True),
    "or": ("||".join(["false"] * 9_000), False),
    "fields": ("v" + ".v" * 30_000 + ".n", 1),
    "indexes": ("v" + "['v']" * 5_000 + ".n", 1),
    "methods": ("optional.of(1)" + ".or(optional.none())" * 3_000 + ".value()", 1),
    "signs": ("-" * 499 + "n", -1),
    "conditionals": ("false ? 1 : " * 499 + "2", 2),
}


@pytest.mark.parametrize("name", LONG)
def test_long_chains_evaluate(name: str) -> None:
    """Chains to the left and conditionals to the right take no recursion."""
    loop: dict[str, object] = {"n": 1}
    loop["v"] = loop
    source, expected = LONG[name]
    assert expected == run(source, loop)


def test_deep_nesting_evaluates() -> None:
    """Three hundred levels of nesting are evaluated with frames to spare."""
    assert run("1+(" * 300 + "1" + ")" * 300) == 301


def deep(levels: int) -> Node:
    """A tree deeper than any text may be."""
    node: Node = Ident("a")
    for _ in range(levels):
        node = Or((Literal("bool", False), node))
    return node


@pytest.mark.parametrize("levels", [2_000, 100_000])
def test_too_deep_is_an_error(levels: int) -> None:
    """A tree past Python's stack is an evaluation error, never a RecursionError or a crash."""
    with pytest.raises(CelEvaluationError) as caught:
        evaluate(deep(levels), {"a": True})
    assert caught.value.code == "limit_exceeded"


def test_deep_values_are_an_error() -> None:
    """So are values that nest past it."""
    value: object = 1
    for _ in range(sys.getrecursionlimit() * 2):
        value = [value]
    assert code("v == w", {"v": value, "w": [value]}) == "limit_exceeded"


RESULTS: list[tuple[str, object]] = [
    ("[1, 2u, 'a']", [1, UInt(2), "a"]),
    ("{'a': [1]}", {"a": [1]}),
    ("{true: 1, false: 2}", {True: 1, False: 2}),
    ("timestamp(0)", datetime(1970, 1, 1, tzinfo=UTC)),
    ("duration('1m')", timedelta(minutes=1)),
    ("usd('1.5')", 1_500_000),
]


@pytest.mark.parametrize(("source", "expected"), RESULTS)
def test_results_are_plain(source: str, expected: object) -> None:
    """What comes out is plain Python."""
    found = run(source)
    assert (expected, type(expected)) == (found, type(found))


def test_map_with_true_beside_one() -> None:
    """A literal may hold true beside 1; it reads as a mapping with both."""
    found = run("{true: 'bool', 1: 'int', 0: 'zero'}")
    assert isinstance(found, Mapping)
    assert [(key, type(key), found[key]) for key in found] == [
        (True, bool, "bool"),
        (1, int, "int"),
        (0, int, "zero"),
    ]
    assert run("{true: 1, 1: 2}.exists(k, v, k == dyn(1) && v == 2)") is True
