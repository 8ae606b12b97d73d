"""The extensions: what their vectors cannot say. The values and failures themselves are in `vectors/ext_*.json`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.cel import CelEvaluationError, CelSyntaxError, Program, compile, dump, evaluate, load, parse, references
from remit.cel import substitute as put_in
from remit.cel._compare import equal
from remit.cel._functions import IMPLEMENTATIONS
from remit.cel._literal import literal
from remit.cel._members import Members
from remit.cel._native import native
from remit.cel._values import Cidr, IpAddress, TypeValue, UInt

CODES = [
    ("'abc'.substring(4)", "invalid_argument"),
    ("'abc'.charAt(dyn('1'))", "no_such_overload"),
    ("'a'.replace('', x)", "limit_exceeded"),
    ("[x, x].join(x)", "limit_exceeded"),
    ("'%s%s'.format([x, x])", "limit_exceeded"),
    ("'%.1001e'.format([1.0])", "limit_exceeded"),
    ("'%x'.format([half])", "invalid_argument"),
    ("'%s'.format([[optional.none()]])", "no_such_overload"),
    ("lists.range(1000001)", "limit_exceeded"),
    ("[1].slice(1, 0)", "invalid_argument"),
    ("math.abs(-9223372036854775807 - 1)", "overflow"),
    ("math.greatest(dyn([]))", "invalid_argument"),
    ("math.bitShiftLeft(1, -1)", "invalid_argument"),
    ("dyn([1, 'a']).sort()", "no_such_overload"),
    ("base64.decode('*')", "invalid_argument"),
    ("ip('a')", "invalid_argument"),
    ("cidr('::/129')", "invalid_argument"),
    ("[1].transformMapEntry(i, v, {true: 1, 'a': v}).b", "no_such_key"),
    ("cel.bind(a, [1][2], a + a)", "index_out_of_range"),
]


@pytest.mark.parametrize(("text", "code"), CODES)
def test_failures_have_stable_codes(text: str, code: str) -> None:
    """A failure has the code of its sort, by the exact evaluator and compiled."""
    program = compile(text)
    for run in (program, program.exact):
        with pytest.raises(CelEvaluationError) as error:
            run({"x": "x" * 6_000_000, "half": "\ud800"})
        assert error.value.code == code


def test_quote_replaces_half_characters() -> None:
    """What no file can hold becomes the replacement character."""
    assert IMPLEMENTATIONS["strings.quote"]("a\ud83db") == '"a\ufffdb"'


def test_a_value_is_computed_once_and_when_it_is_read() -> None:
    """`cel.bind` neither repeats its value nor computes what nobody reads: a chain that doubles stays short."""
    text = "1"
    for _ in range(60):
        text = f"cel.bind(x, {text}, x + x - x)"
    assert evaluate(parse(text), {}) == 1
    failing = parse("cel.bind(x, [].map(y, y)[0], [1, 2].exists(n, x == n || n == 2))")
    assert evaluate(failing, {}) is True
    steps = parse("cel.bind(x, lists.range(1000).map(y, y), lists.range(2000).all(n, size(x) == 1000))")
    assert evaluate(steps, {}) is True


def test_delayed_values_see_the_variables_around_them() -> None:
    """A value is computed with the macro variables of its place, not with those of where it is read."""
    text = "[1, 2].map(x, cel.bind(f, x * 10, [5].map(x, f + x)))"
    assert evaluate(parse(text), {}) == compile(text)({}) == [[15], [25]]


@pytest.mark.parametrize("text", ["cel.bind(1, 2, 3)", "cel.bind(.x, 2, 3)", "[1].sortBy(x.y, 1)"])
def test_what_is_bound_is_a_simple_name(text: str) -> None:
    """The first argument of a macro that binds is a name."""
    with pytest.raises(CelSyntaxError, match="has to be a simple name"):
        parse(text)


SHADOWED = [
    "[{'greatest': 1}].map(math, math.greatest)[0]",
    "cel.bind(cel, 1, cel)",
    "[1].map(lists, lists)[0]",
]


@pytest.mark.parametrize("text", SHADOWED)
def test_namespaces_may_be_names_of_variables(text: str) -> None:
    """A macro variable called like a namespace is a variable."""
    assert compile(text, variables={})({}) == 1


NATIVE = [
    ("cel.bind(x, a + 1, x * x > a)", {"a": 3}, True),
    ("a.?b.optMap(x, x + 1).orValue(0)", {"a": {"b": 1}}, 2),
    ("a.?b.optFlatMap(x, x.?c).hasValue()", {"a": {"b": {}}}, False),
    ("a.transformMap(k, v, v > 1, v)", {"a": {"x": 1, "y": 2}}, {"y": 2}),
    ("a.transformMapEntry(i, v, {v: i})", {"a": ["x"]}, {"x": 0}),
    ("a.sortBy(x, -x)", {"a": [1, 2]}, [2, 1]),
    ("a.map(x, cel.bind(y, x, y + x)).exists(z, z == 4)", {"a": [1, 2]}, True),
    ("a && cel.bind(x, [1].map(y, y), x[0] == 1)", {"a": True}, True),
    ("a ? cel.bind(x, [1].map(y, y), x) : []", {"a": False}, []),
    ("a.split(',').exists(p, p.trim() == 'x')", {"a": "y, x"}, True),
    ("math.greatest(a, 2, 3)", {"a": 1}, 3),
]


@pytest.mark.parametrize(("text", "values", "expected"), NATIVE)
def test_generated_code_answers_itself(text: str, values: dict[str, object], expected: object) -> None:
    """The macros of the extensions are compiled, not left to the exact evaluator, at any cut of the tree."""
    for tallest in (1, 2, 3, 12):
        assert native(compile(text), _no_answer, tallest=tallest)(values) == expected


def _no_answer(_: object) -> object:
    return "no answer"


UNUSUAL = [
    ("a.transformMap(k, v, v)", {None: 1}),
    ("a.transformMap(k, v, v)", {True: 1}),
    ("a.transformMapEntry(i, v, v)", [{1: 2}, {1: 3}]),
    ("a.transformMapEntry(i, v, v)", [1]),
    ("a.sortBy(x, x)", (2, 1)),
    ("a.optMap(x, x)", 1),
    ("optional.of(a).optFlatMap(x, x)", 1),
]


@pytest.mark.parametrize(("text", "value"), UNUSUAL)
def test_generated_code_leaves_the_unusual(text: str, value: object) -> None:
    """Keys Python does not tell apart, repeated ones and other types are for the exact evaluator."""
    assert native(compile(text), _no_answer)({"a": value}) == "no answer"


def test_references_and_substitution_know_what_is_bound() -> None:
    """The name that `cel.bind` gives is not read from outside, and what is put in is not captured by it."""
    tree = parse("cel.bind(x, a.b, x + a.c)")
    assert references(tree) == {("a", "b"), ("a", "c")}
    replaced = put_in(tree, {("a", "c"): parse("x")})
    assert references(replaced) == {("a", "b"), ("x",)}
    assert evaluate(replaced, {"a": {"b": 1}, "x": 10}) == 11


TREES = [
    "cel.bind(x, 1, x)",
    "a.transformMap(k, v, k, v)",
    "a.transformMapEntry(k, v, {v: k})",
    "a.sortBy(x, x)",
    "a.optMap(x, x).optFlatMap(x, x)",
    "cel.block([1, cel.index(0)], [2].map(cel.iterVar(0, 0), cel.iterVar(0, 0)))",
]


@pytest.mark.parametrize("text", TREES)
def test_trees_are_saved(text: str) -> None:
    """What the macros of the extensions make is dumped and loaded as it is."""
    assert load(dump(parse(text))) == parse(text)


ADDRESSES = [
    IpAddress(4, 0xC0000201),
    IpAddress(6, 1),
    Cidr(IpAddress(6, 1 << 64), 64),
    TypeValue("net.IP"),
    TypeValue("net.CIDR"),
]


@pytest.mark.parametrize("value", ADDRESSES)
def test_addresses_can_be_written(value: object) -> None:
    """A known address is put into a specialised program as text."""
    assert evaluate(literal(value), {}) == value


@given(
    st.lists(
        st.one_of(st.integers(-3, 3), st.integers(0, 3).map(UInt), st.sampled_from([0.0, 1.0, 2.5]), st.booleans())
    )
)
def test_members_are_those_that_equality_finds(values: list[object]) -> None:
    """Looking up by groups finds what comparing with every value finds."""
    members = Members(values[1:])
    expected = any(equal(values[0], other) for other in values[1:]) if values else False
    assert (bool(values) and values[0] in members) is expected


@given(st.text(max_size=20), st.text(max_size=3), st.integers(-2, 5))
def test_split_parts_join_again(text: str, separator: str, limit: int) -> None:
    """Joining the parts of a split gives the text again, and a limit bounds their number."""
    parts = IMPLEMENTATIONS["split"](text, separator, limit)
    assert isinstance(parts, list)
    assert limit == 0 or IMPLEMENTATIONS["join"](parts, separator) == text
    assert limit < 0 or len(parts) <= limit


def test_macros_are_surely_compiled_once() -> None:
    """`math.greatest` of three or more is that of a list, also in a program without declarations."""
    program = compile("math.greatest(a, b, c)")
    assert isinstance(program, Program)
    assert program({"a": 1, "b": 3, "c": 2}) == 3


def test_importing_stays_light() -> None:
    """Importing the package loads none of the extensions, nor what they need."""
    heavy = "name for name in sys.modules if '_ext_' in name or name in ('re2', 'lark', 'ipaddress')"
    code = f"import sys, remit.cel; print([{heavy}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
