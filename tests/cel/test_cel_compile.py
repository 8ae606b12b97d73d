"""Programs: their attributes, their values, and what their generated code leaves to the exact evaluator."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest

from remit.cel import CelEvaluationError, CelTypeError, UInt, compile, from_ast, parse
from remit.cel._ast import And, Call, Conditional, Ident, ListLiteral, Literal, Macro, Node, Or, Select
from remit.cel._declarations import object_type
from remit.cel._native import native
from remit.cel._types import BOOL, DYN, INT, STRING, TIMESTAMP, Type, list_of, map_of

KEY = object_type(
    "test.Key",
    {"environment": STRING, "purposes": list_of(STRING), "rpm": INT, "active": BOOL, "expires": TIMESTAMP},
    optional=frozenset({"expires"}),
)
VARIABLES = {"key": KEY, "now": TIMESTAMP, "labels": map_of(STRING, STRING), "any": DYN}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
VALUES = {
    "key": {"environment": "prod", "purposes": ["search"], "rpm": 60, "active": True},
    "now": NOW,
    "labels": {"a": "b"},
    "any": None,
}
FELL = object()


def generated(text: str, values: Mapping[str, object], variables: Mapping[str, Type] | None = VARIABLES) -> object:
    """What generated code answers by itself; FELL when it leaves the answer to the exact evaluator."""
    return native(compile(text, variables=variables), lambda _: FELL)(values)


def test_a_program_has_its_source_type_tree_and_references() -> None:
    """Everything later phases ask of a program is on it."""
    program = compile('key.environment == "prod" && has(key.expires) && now > now', variables=VARIABLES)
    assert program.source.startswith("key.environment")
    assert program.type == BOOL
    assert program.ast == parse(program.source)
    assert program.references == {("key", "environment"), ("key", "expires"), ("now",)}
    assert program.variables == frozenset(VARIABLES)
    assert repr(program) == f"Program({program.source!r})"


def test_a_program_is_immutable() -> None:
    """No attribute of a program can be set, deleted or added."""
    program = compile("1 + 1")
    with pytest.raises(AttributeError, match="`source` cannot be set"):
        program.source = "2"
    with pytest.raises(AttributeError, match="`ast` cannot be deleted"):
        del program.ast
    with pytest.raises(AttributeError):
        program.colour = "red"  # type: ignore[attr-defined]


def test_the_digest_names_the_expression() -> None:
    """Layout does not change a digest; every difference in meaning does."""
    texts = ["a == 1", "a == 1u", "a == 1.0", "a == true", 'a == "1"', "a != 1", "b == 1", ".a == 1", "1 == a"]
    assert compile("a==1").digest == compile(" a  == 1 ").digest
    assert len({compile(text).digest for text in texts}) == len(texts)
    assert len(compile("a").digest) == 64


def test_errors_carry_their_position() -> None:
    """A failing evaluation says where in the text."""
    with pytest.raises(CelEvaluationError) as caught:
        compile("true\n  && key.absent == 1")({"key": {}})
    assert (caught.value.line, caught.value.code) == (2, "no_such_key")


def test_the_result_type_is_enforced() -> None:
    """A rule's result type is checked while compiling."""
    with pytest.raises(CelTypeError):
        compile("key.rpm", variables=VARIABLES, result=BOOL)
    assert compile("key.rpm", variables=VARIABLES, result=INT)(VALUES) == 60


def test_a_tree_alone_loads_neither_the_parser_nor_its_libraries() -> None:
    """A process that only runs saved programs imports no lark and no celpy."""
    code = (
        "import sys; from remit.cel import from_ast, load, specialise;"
        "p = from_ast(load([['i', 0, 'a', False], ['c', 0, 'int', '1'], ['f', 0, '_==_', False, 2, False]]));"
        "assert p({'a': 1}) is True and specialise(p, {'a': 2}).value is False;"
        "loaded = {'lark', 'celpy', 're2'} & set(sys.modules); assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": "engine"})


ANSWERED: list[tuple[str, object]] = [
    ('key.environment == "prod"', True),
    ('key.environment != "prod"', False),
    ('"prod" == key.environment', True),
    ('key.environment in ["dev", "prod"]', True),
    ('!("chat" in key.purposes)', True),
    ("key.rpm in [1, 60]", True),
    ("key.rpm * 2 - 1 > 118 && key.rpm + 1 <= 61", True),
    ("key.rpm < 60 || key.rpm >= 61 || key.rpm == 61", False),
    ("60 < key.rpm", False),
    ("key.rpm == key.rpm && key.rpm < key.rpm + 1", True),
    ("key.active", True),
    ("key.active ? key.rpm : 0", 60),
    ("!key.active", False),
    ("any == null", True),
    ("null != any", False),
    ("any == 1", False),
    ("has(key.expires)", False),
    ("has(labels.a) && labels.a == labels['a']", True),
    ("key.purposes[0]", "search"),
    ("size(key.purposes) + size(key.environment)", 5),
    ('key.environment.startsWith("pr") && key.environment.endsWith("od")', True),
    ('key.environment.contains("ro") && key.environment.matches("^p") && glob(key.environment, "p*")', True),
    ("now - now", timedelta(0)),
    ('now + duration("24h") > now', True),
    ('now - duration("1s") < timestamp("2026-01-01T00:00:00Z")', True),
    ("now.getFullYear()", 2026),
    ("type(key.rpm) == int", True),
    ("[key.rpm, 1][1]", 1),
    ('{"a": key.rpm}.a', 60),
    ('{"a": 1}', {"a": 1}),
    ("[[1], [2]]", [[1], [2]]),
    ("1.5 * 2.0 + 1.0", 4.0),
    ('"a" + key.environment', "aprod"),
    ('b"a" + b"b"', b"ab"),
    ("key.purposes.exists(p, p == key.environment || p == 'search')", True),
    ("key.purposes.all(p, size(p) == 6)", True),
    ("key.purposes.exists_one(p, p.startsWith('s'))", True),
    ("key.purposes.filter(p, p != 'x')", ["search"]),
    ("key.purposes.map(p, p + '!')", ["search!"]),
    ("[1, 2, 3].map(n, n > 1, n * n)", [4, 9]),
    ("labels.all(name, labels[name] == 'b')", True),
    ("labels.exists(name, text, name == 'a' && text == 'b')", True),
    ("key.purposes.transformList(i, p, p + string(i))", ["search0"]),
    ("key.active && key.purposes.exists(p, p == 'search') && (key.rpm > 1 ? [1].exists(n, n == 1) : false)", True),
    ("key.purposes.exists(p, p == 'none') || [2].all(n, n > key.rpm) || key.active", True),
    ("labels.?a.orValue('c') + labels[?'z'].orValue('c')", "bc"),
    ("optional.of(1).hasValue()", True),
    ("true && key.active && true", True),
    ("true && true", True),
    ("dyn(key.rpm) == 60.0", True),
    ("1u + 2u", UInt(3)),
    ('key.environment > "a" && 2.0 > 1.0 && b"b" > b"a" && true > false', True),
]


@pytest.mark.parametrize(("text", "value"), ANSWERED, ids=[text for text, _ in ANSWERED])
def test_generated_code_answers(text: str, value: object) -> None:
    """These forms run as generated code and give the value and type of the language."""
    answer = generated(text, VALUES)
    assert answer == value
    assert type(answer) is type(value)


BROKEN: list[tuple[str, object, object]] = [
    ("any == 1", True, False),
    ("any == 1", 1.0, True),
    ("any == true", 1, False),
    ("any in [1, 2]", True, False),
    ("any in [1, 2]", 1.0, True),
    ("any in ['a', 'b']", 1, False),
    ("any == 'a'", 1, False),
    ("any == any", [True], True),
    ("any == [1]", [True], False),
    ("any < 2", True, CelEvaluationError),
    ("any < 2", 1.5, True),
    ("any < 2", "1", CelEvaluationError),
    ("any + 1", 2**63 - 1, CelEvaluationError),
    ("any + 1", 1.5, CelEvaluationError),
    ("any * 1", 2**70, CelEvaluationError),
    ("any && true", 1, CelEvaluationError),
    ("any ? 1 : 2", "yes", CelEvaluationError),
    ("!any", 0, CelEvaluationError),
    ("'a' in any", "abc", CelEvaluationError),
    ("'a' in any", {"a": 1}, True),
    ("1 in any", [True], False),
    ("any.a", defaultdict(int), CelEvaluationError),
    ("any.a", Counter(), CelEvaluationError),
    ("any.a", MappingProxyType({"a": 5}), 5),
    ("any.a.b", {"a": MappingProxyType({"b": 5})}, 5),
    ("any.a.b", {"a": defaultdict(int)}, CelEvaluationError),
    ("has(any.a)", "abc", CelEvaluationError),
    ("has(any.a)", MappingProxyType({"a": 5}), True),
    ("any[0]", "abc", CelEvaluationError),
    ("any[-1]", [1], CelEvaluationError),
    ("any[true]", [1, 2], CelEvaluationError),
    ("any[1]", {True: 5}, CelEvaluationError),
    ("any['a']", defaultdict(int), CelEvaluationError),
    ("any.size()", 5, CelEvaluationError),
    ("any.startsWith('a')", b"a", CelEvaluationError),
    ("any.exists(x, x == 1)", "abc", CelEvaluationError),
    ("any.exists(x, x == 'a')", ("b", "a"), True),
    ("any.all(x, x)", [1, False], False),
    ("any.exists(x, x)", [1, True], True),
    ("any.exists_one(x, x)", [1, True], CelEvaluationError),
    ("any.exists(i, x, x == 'a' && i == 1)", ("b", "a"), True),
    ("any.exists(i, x, true)", 5, CelEvaluationError),
    ("any > timestamp('2026-01-01T00:00:00Z')", datetime(2026, 1, 1), CelEvaluationError),
    ("any == timestamp('2026-01-01T00:00:00Z')", datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), True),
    ("any + duration('1s')", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), CelEvaluationError),
    ("any - timestamp('9999-12-31T00:00:00Z')", datetime(1, 1, 1, tzinfo=UTC), CelEvaluationError),
    ("any == null", object(), CelEvaluationError),
    ("any.a && false", {}, False),
    ("any.a || true", {}, True),
]


@pytest.mark.parametrize(
    ("text", "value", "expected"), BROKEN, ids=[f"{text} {type(value).__name__}" for text, value, _ in BROKEN]
)
@pytest.mark.parametrize("declared", [DYN, INT, BOOL, STRING, TIMESTAMP, None], ids=str)
def test_a_broken_promise_never_gives_a_wrong_value(
    text: str, value: object, expected: object, declared: Type | None
) -> None:
    """Whatever a variable was declared as and whatever it holds, the answer is the language's."""
    tree = parse(text)
    hinted = {} if declared is None else {id(node): declared for node in _nodes(tree) if node == Ident("any")}
    program = from_ast(tree, types=hinted)
    if expected is CelEvaluationError:
        with pytest.raises(CelEvaluationError):
            program({"any": value})
    else:
        assert program({"any": value}) == expected
        assert type(program({"any": value})) is type(expected)


@pytest.mark.parametrize("glob", ["abc", "ab*", "*bc", "*b*", "*", "", "a?c", "a*c", "**", "ä*"])
@pytest.mark.parametrize("text", ["abc", "ab", "bc", "b", "", "a\nbc", "äbc", "abcd"])
def test_globs_match_natively_as_they_do_exactly(glob: str, text: str) -> None:
    """Globs written as plain string operations match what the pattern matches."""
    program = compile(f'glob(x, "{glob}")')
    assert program({"x": text}) is program.exact({"x": text})
    with pytest.raises(CelEvaluationError):
        program({"x": 5})


def _nodes(tree: Node) -> list[Node]:
    from remit.cel._tree import postorder

    return postorder(tree)


def test_python_values_of_one_zone_are_compared_as_instants() -> None:
    """In the hour that a zone repeats, Python compares the clock; the language compares the instant."""
    from zoneinfo import ZoneInfo

    first = datetime(2026, 10, 25, 2, 45, tzinfo=ZoneInfo("Europe/Paris"))
    second = datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=first.tzinfo)
    assert second < first
    assert compile("a < b", variables={"a": TIMESTAMP, "b": TIMESTAMP})({"a": first, "b": second}) is True


def test_a_caller_cannot_change_the_constants_of_a_program() -> None:
    """A list or a map that a program gives is the caller's own."""
    program = compile('[[1, 2], {"a": [3]}]')
    answer = program({})
    assert isinstance(answer, list)
    answer[0].append(9)
    answer[1]["a"].append(9)
    assert program({}) == [[1, 2], {"a": [3]}]


def test_undeclared_variables_are_invisible_to_a_checked_program() -> None:
    """A name with a dot that was not declared does not shadow a field, natively or exactly."""
    values = {"a": {"b": 1}, "a.b": 2}
    checked = compile("a.b", variables={"a": map_of(STRING, INT)})
    assert (checked(values), checked.exact(values)) == (1, 1)
    free = compile("a.b")
    assert (free(values), free.exact(values)) == (2, 2)
    assert free({"a": {"b": 1}}) == 1


def test_names_with_dots_and_containers_resolve_as_declared() -> None:
    """A declared name with dots is a variable; the container's own names come first."""
    assert generated("a.b.c", {"a.b": {"c": 3}}, {"a.b": map_of(STRING, INT)}) == 3
    inside = compile("x", variables={"n.x": INT}, container="n.m")
    assert native(inside, lambda _: FELL)({"n.x": 4}) == 4
    either = compile("x", variables={"n.x": INT, "x": INT}, container="n")
    assert (either({"n.x": 1, "x": 2}), either({"x": 2})) == (1, 2)
    assert compile(".x", variables={"n.x": INT, "x": INT}, container="n")({"n.x": 1, "x": 2}) == 2
    assert generated("[1].exists(key, key == 1)", {}) is True


REFUSED = [
    "startsWith('a', 'b')",
    "startsWith(a, 'b')",
    "Unknown{a: 1}",
    "missing",
    "undeclared(1)",
    "optional.of(1, 2)",
    "optional.of(a, 2)",
    '{"a": a, "a": b}',
]


def test_what_has_no_generated_code_runs_exactly() -> None:
    """Forms left to the exact evaluator give the same through the program."""
    assert compile("[1, ?labels.?a]")({"labels": {}}) == [1]
    assert compile('{?"a": labels.?a, "b": 1}')({"labels": {}}) == {"b": 1}
    assert compile("{a: 1}")({"a": "k"}) == {"k": 1}
    for text in REFUSED:
        with pytest.raises(CelEvaluationError):
            compile(text)({})
    with pytest.raises(CelEvaluationError):
        compile("optional.of(a, 2) || a")({"a": False})
    pairs = Macro("filter", Ident("a"), ("i", "v"), Literal("bool", True))
    assert native(from_ast(pairs), lambda _: FELL)({"a": [1]}) is FELL
    tall = Ident("a")
    for _ in range(40):
        tall = Select(tall, "a")  # type: ignore[assignment]
    with pytest.raises(CelEvaluationError):
        from_ast(tall)({"a": {}})


def test_constants_that_have_no_value_fail_only_when_they_decide() -> None:
    """An error among constants is left for the evaluation."""
    assert compile("a || 1 / 0 == 1")({"a": True}) is True
    assert compile("a || true['x']")({"a": True}) is True
    with pytest.raises(CelEvaluationError):
        compile("a || 1 / 0 == 1")({"a": False})
    with pytest.raises(CelEvaluationError):
        compile("a.matches('(')")({"a": "x"})


def _chain(length: int) -> tuple[Node, ...]:
    return tuple(Call("_!=_", None, (Ident("x"), Literal("int", number))) for number in range(length))


def _nested(depth: int, wrap: object, seed: Node) -> Node:
    for _ in range(depth):
        seed = wrap(seed)  # type: ignore[operator]
    return seed


ONE = Literal("int", 1)
DEEP: dict[str, tuple[Node, object, object]] = {
    "and": (And(_chain(10_000)), -5, True),
    "and that fails": (And(_chain(2_000)), 1_999, False),
    "or": (Or(tuple(Call("_==_", None, term.args) for term in _chain(2_000))), 1_999, True),  # type: ignore[attr-defined]
    "left": (_nested(2_000, lambda node: Call("_+_", None, (node, ONE)), Ident("x")), 1, 2_001),
    "right": (_nested(490, lambda node: Call("_+_", None, (ONE, node)), Ident("x")), 1, 491),
    "not": (_nested(490, lambda node: Call("!_", None, (node,)), Ident("x")), True, True),
    "conditional": (_nested(490, lambda node: Conditional(Literal("bool", True), node, ONE), Ident("x")), 7, 7),
    "macros": (
        _nested(60, lambda node: Macro("exists", ListLiteral((Ident("x"),)), ("v",), node), Ident("x")),
        True,
        True,
    ),
}


@pytest.mark.parametrize(("tree", "value", "expected"), DEEP.values(), ids=DEEP)
def test_long_and_deep_expressions_have_generated_code(tree: Node, value: object, expected: object) -> None:
    """Neither ten thousand terms nor hundreds of levels are too much for Python's compiler."""
    assert native(from_ast(tree), lambda _: FELL)({"x": value}) == expected


def test_functions_that_a_tree_is_cut_into_keep_the_variables_of_macros() -> None:
    """Inner functions take the variables of the macros around them, and their own do not hide these."""
    text = "[1, 2].map(a, [3].map(b, [4].map(c, [a, b, c].map(d, d + a + b + c))))"
    program = compile(text)
    for tallest in range(1, 9):
        assert native(program, lambda _: FELL, tallest=tallest)({}) == program.exact({})


def test_macros_past_the_steps_are_left_to_the_exact_evaluator() -> None:
    """Loops that together may take more steps than are allowed are not run by generated code."""
    text = "n.exists(a, n.exists(b, a + b < 0))"
    assert generated(text, {"n": list(range(700))}, None) is False
    assert generated(text, {"n": list(range(800))}, None) is FELL
