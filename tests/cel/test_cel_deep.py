"""Long chains and deep brackets pass through every phase, on either evaluator, without running out of frames."""

from __future__ import annotations

import functools
import json
from functools import partial

import cel_expressions as make
import pytest

from remit.cel import (
    BOOL,
    DYN,
    INT,
    STRING,
    And,
    Failed,
    Literal,
    Node,
    Or,
    Program,
    Select,
    bad_patterns,
    check,
    cost,
    dump,
    from_ast,
    list_of,
    load,
    parse,
    references,
    specialise,
    substitute,
    trace,
)
from remit.cel._ast import Ident
from remit.decide._fuse import fused

# long, and what it runs is covered by shorter tests: counting its branches would only make it longer
pytestmark = pytest.mark.no_cover

N = 10_000
LONG = 2_500
"""More than there are frames, and enough where a phase is the same as for `N`."""
VARIABLES = {"a": BOOL, "n": INT, "s": STRING, "l": list_of(INT), "x": DYN}
VALUES: dict[str, object] = {"a": True, "n": 1, "s": "", "l": [1], "x": {}}
DEEP = {
    "or": " || ".join(["a"] * N),
    "and": " && ".join(["a"] * N),
    "conjunctions in a disjunction": " || ".join(["a && a"] * LONG),
    "sum of constants": " + ".join(["1"] * LONG) + " > 0",
    "sum": " + ".join(["n"] * N) + " > 0",
    "sum of equal parts": " + ".join(["(n*n)"] * LONG) + " > 0",
    "list": "[" + ", ".join(["n"] * N) + "].size() > 0",
    "membership": "n in [" + ", ".join(["2"] * N) + "]",
    "map": "{" + ", ".join(f"{number}: n" for number in range(LONG)) + "}.size() > 0",
    "methods": "s" + ".trim()" * LONG + " == s",
    "fields of nothing": "x" + ".a" * N + " == 1",
    "fields of a constant": "dyn({})" + ".a" * LONG + " == 1",
    "elements of a constant": "dyn([])" + "[0]" * LONG + " == 1",
    "sum that is out of range": "9223372036854775807" + " + 1" * LONG + " > 0",
    "parentheses": "(" * 1_000 + "a" + ")" * 1_000,
    "negations": "!(" * 240 + "a" + ")" * 240,
    "conditionals": "a ? a : " * 400 + "a",
    "conjunctions in each other": "(a && " * 450 + "a" + ")" * 450,
    "sums in each other": "(n + " * 450 + "n" + ")" * 450 + " > 0",
}
EXACT_ONLY = ("fields of nothing",)  # a path of over 32 parts may be the name of a variable with dots
FUSED = ("or", "and", "sum of equal parts", "methods", "fields of a constant", "parentheses", "conditionals")


@functools.cache
def _program(source: str) -> Program:
    checked = check(parse(source), variables=VARIABLES, source=source, result=BOOL)
    assert cost(checked).maximum > 0
    return Program(checked.ast, types=checked.types, source=source, variables=frozenset(VARIABLES))


def _is_same(left: Program, right: Program) -> bool:
    return make.same(make.outcome(partial(left, VALUES)), make.outcome(partial(right.exact, VALUES)))


@pytest.mark.parametrize("name", DEEP)
def test_every_phase_takes_it(name: str) -> None:
    """Checked, bounded, run, named, saved, compared, specialised and fused: and the answer stays what it was."""
    program = _program(DEEP[name])
    assert program.native != program.exact or name in EXACT_ONLY
    assert _is_same(program, program)
    saved = load(json.loads(json.dumps(dump(program.ast))))
    assert saved == program.ast
    assert hash(saved) == hash(program.ast)
    assert from_ast(saved).digest == program.digest
    assert {path[0] for path in program.references} <= set(VARIABLES)
    assert bad_patterns(program.ast) == ()
    assert substitute(program.ast, {("none",): Literal("int", 1)}) == program.ast


@pytest.mark.parametrize("name", DEEP)
def test_it_is_shown_and_explained(name: str) -> None:
    """Its outline is cut where it gets long, and every step of its evaluation is told within bounds."""
    program = _program(DEEP[name])
    assert 5 <= len(repr(program.ast)) < 100_000
    told = trace(program, VALUES)
    outcome = make.outcome(partial(program.exact, VALUES))
    assert told.state == ("error" if isinstance(outcome, make.Failure) else "value")


@pytest.mark.parametrize("known", [{"a": True}, VALUES], ids=["some", "all"])
@pytest.mark.parametrize("name", DEEP)
def test_what_is_known_is_settled(name: str, known: dict[str, object]) -> None:
    """A part that is known, whole or not at all, leaves the answer as it was; a failing chain fails as it did."""
    program = _program(DEEP[name])
    rest = specialise(program, known)
    expected = make.outcome(partial(program.exact, VALUES))
    if isinstance(rest, Program):
        assert make.same(expected, make.outcome(partial(rest, VALUES)))
    else:
        assert isinstance(rest, Failed) == isinstance(expected, make.Failure)


@pytest.mark.parametrize("name", FUSED)
def test_it_is_fused_with_others(name: str) -> None:
    """As one condition of many."""
    deep, other = _program(DEEP[name]), _program("a && n > 0")
    whole = Program(And((deep.ast, other.ast)), types={**deep.types, **other.types})
    either = fused([whole, whole, other])
    assert _is_same(either, Program(Or((whole.ast, other.ast))))


SAME = ["1", "1u", "1.0", "0.0", "true", "null", "'1'", "b'1'", "a", ".a", "a.b", "a.?b", "has(a.b)", "a[0]", "a[?0]"]
SAME += ["f(a)", "a.f()", "[a]", "[?a]", "{a: 1}", "{?a: 1}", "T{a: 1}", "T{b: 1}", "a ? a : a", "a && a", "a || a"]
SAME += ["a.all(x, x)", "a.exists(x, x)", "a.all(y, x)", "a.map(x, x)", "a.map(x, x, x)", "-a", "!a", "a - a", "a + a"]


@pytest.mark.parametrize("left", SAME)
def test_equal_trees_are_those_of_equal_texts(left: str) -> None:
    """A tree equals itself read again, at another place too, and no other of a list of trees that look alike."""
    assert parse(left) == parse(f"  {left}")
    assert hash(parse(left)) == hash(parse(f"  {left}"))
    assert [right for right in SAME if parse(right) == parse(left)] == [left]


def test_a_tree_is_equal_to_trees_alone() -> None:
    """Nor is a zero the other zero, or a value that no text writes another one."""
    assert Ident("a") != "a"
    assert Literal("double", 0.0) != Literal("double", -0.0)
    assert Literal("null", None) != Literal("null", [])  # type: ignore[arg-type]


CHAINS = ["f(x).a.b", "f(x).?a.b.c", "y.?a.b.c", "y.a.b.?c.d", "has(f(x).a.b)", "[x][0].a.b", "has(y.a.b)", "y.a.b"]
READS = [{("x",)}, {("x",)}, {("y",)}, {("y", "a", "b")}, {("x",)}, {("x",)}, {("y", "a", "b")}, {("y", "a", "b")}]


@pytest.mark.parametrize(("text", "paths"), list(zip(CHAINS, READS, strict=True)))
def test_what_a_chain_reads(text: str, paths: set[tuple[str, ...]]) -> None:
    """The paths at the bottom of a chain are found, whatever the links above them are."""
    assert references(parse(text)) == paths


def test_a_path_is_replaced_only_where_no_macro_hides_it() -> None:
    """The longest path wins, and a macro's own variable stays."""
    tree = parse("a.b.c + a.b + xs.map(a, a.b)[0]")
    put: dict[tuple[str, ...], Node] = {("a", "b"): Ident("p"), ("a", "b", "c"): Ident("q")}
    assert substitute(tree, put) == parse("q + p + xs.map(a, a.b)[0]")
    assert substitute(parse("a.b.c.d"), put) == Select(Ident("q"), "d")
