"""Coverage: what was evaluated, which way, and what was not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel import MONEY, CelError, compile, parse, spell
from remit.source import Position, open_tree
from remit.testing import Coverage, Gap, PolicyCoverage, Tally, run_tests
from remit.testing._points import points, start
from remit.testing._trace import Tracer

RULES = """
  variables:
    premium: model.tier == "premium" || model.tier == "huge"
    unused_at_keys: variables.premium && request.scope == "chat"
  rules:
    - name: no-premium
      on: request
      deny: |
        variables.premium &&
          request.purpose == "support"
      message: 'key.suspended ? "suspended" : "premium"'
    - name: idle
      on: change
      when: change.kind == "Key" && change.name == "x"
      require: {group: finance}
    - name: rate
      on: key
      cap: requests_per_minute
      value: 'key.environment == "prod" ? 60 : 10'
    - name: heavy
      on: usage
      when: usage.requests_today > 10
      alert: {notify: [finops]}
"""
SUITE = """
  requests:
    ask: {purpose: %s}
  suites:
    - name: all
      keys: [ranker-prod]
      models: [%s]
      requests: [ask]
      %s
"""
EXPECT = "expected: [%s]"


def _gaps(report) -> list[tuple[str, str, str, str]]:
    return [(str(gap.position), gap.rule, gap.text, gap.missing) for gap in report.coverage.gaps]


def test_gaps_have_their_place_and_text(run: Callable) -> None:
    """Each truth value that was not seen, where the sub-expression stands, in rules and in variables alike."""
    expected = EXPECT % "{key: ranker-prod, model: mini, request: ask, effect: deny, reasons: [purpose-not-granted]}"
    report = run(RULES, SUITE % ("support", "mini", expected))
    assert report.ok
    assert _gaps(report) == [
        ("policy.yaml:7:14", "rules/variables.premium", 'model.tier == "premium"', "never true"),
        ("policy.yaml:7:41", "rules/variables.premium", 'model.tier == "huge"', "never true"),
        ("policy.yaml:8:21", "rules/variables.unused_at_keys", "variables.premium", "never evaluated"),
        ("policy.yaml:8:42", "rules/variables.unused_at_keys", 'request.scope == "chat"', "never evaluated"),
        ("policy.yaml:10:13", "rules/no-premium", "no-premium", "never true"),
        ("policy.yaml:13:9", "rules/no-premium", "variables.premium", "never true"),
        ("policy.yaml:14:11", "rules/no-premium", 'request.purpose == "support"', "never evaluated"),
        ("policy.yaml:15:17", "rules/no-premium", "key.suspended", "never evaluated"),
        ("policy.yaml:16:13", "rules/idle", "idle", "never evaluated"),
        ("policy.yaml:20:13", "rules/rate", "rate", "never evaluated"),
        ("policy.yaml:24:13", "rules/heavy", "heavy", "never true"),
    ]
    (policy,) = report.coverage.policies
    assert policy.rules == Tally(2, 7)
    assert policy.branches == Tally(3, 20)
    assert report.coverage.percent == pytest.approx(100 * 5 / 27)


def test_each_case_closes_its_gaps(run: Callable) -> None:
    """A denial, a change and a declared key: what they evaluate is no longer missing."""
    more = """expected: [{key: ranker-prod, model: grand, request: ask, effect: deny}]
      declared: [{kind: Key, name: ranker-prod, caps: {requests_per_minute: 60}}]
      changes:
        - change: {kind: Key, name: x, field: '', action: add}
          require: [finance]
        - change: {kind: Key, name: 'y', field: '', action: add}
        - change: {kind: Team, name: 'y', field: '', action: add}"""
    report = run(RULES, SUITE % ("support", "mini, grand", more))
    assert [case.message for case in report.cases if case.outcome != "passed"] == []
    assert _gaps(report) == [
        ("policy.yaml:7:41", "rules/variables.premium", 'model.tier == "huge"', "never true"),
        ("policy.yaml:8:21", "rules/variables.unused_at_keys", "variables.premium", "never evaluated"),
        ("policy.yaml:8:42", "rules/variables.unused_at_keys", 'request.scope == "chat"', "never evaluated"),
        ("policy.yaml:14:11", "rules/no-premium", 'request.purpose == "support"', "never false"),
        ("policy.yaml:15:17", "rules/no-premium", "key.suspended", "never true"),
        ("policy.yaml:23:15", "rules/rate", 'key.environment == "prod"', "never false"),
        ("policy.yaml:24:13", "rules/heavy", "heavy", "never true"),
    ]


def test_a_policy_laid_over_the_tree_does_not_count(run: Callable) -> None:
    """A test that replaces the policy says nothing about the one that holds."""
    own = """
  resources:
    - apiVersion: remit/v1
      kind: Policy
      metadata: {name: rules}
      spec: {rules: [{name: other, on: key, deny: key.suspended}]}
  suites:
    - name: own
      declared: [{kind: Key, name: ranker-prod}]
"""
    rules = "  rules: [{name: other, on: key, deny: key.suspended}]"
    report = run(rules, own)
    assert report.ok
    assert report.coverage.rules == Tally(0, 2)
    assert run(rules, own[own.index("  suites:") :]).coverage.rules == Tally(1, 2)


def test_the_sample_policies_are_tested_through_and_through() -> None:
    """Every case of the example passes, and covers every rule and every branch."""
    report = run_tests(open_tree(Path(__file__).parents[2] / "policies"))
    assert [f"{case.position}: {case.message}" for case in report.cases if case.outcome != "passed"] == []
    assert report.coverage.gaps == ()
    assert report.ok


def test_nothing_to_cover_is_covered(run: Callable) -> None:
    """Without policies there is no gap, and no division by zero."""
    report = run("", "  suites: [{name: s, declared: [{kind: Key, name: ranker-prod}]}]")
    assert (report.coverage.percent, report.coverage.gaps) == (100.0, ())


def test_coverage_adds_up() -> None:
    """Rules and branches of all policies weigh the same, and gaps come in the order of the files."""
    first = Gap(Position("a.yaml", 9, 1), "a/r", "r", "never true")
    second = Gap(Position("b.yaml", 1, 1), "b/r", "r", "never true")
    coverage = Coverage(
        (
            PolicyCoverage("b", Tally(1, 2), Tally(0, 0), (second,)),
            PolicyCoverage("a", Tally(1, 2), Tally(2, 4), (first,)),
        )
    )
    assert (coverage.rules, coverage.branches, coverage.percent) == (Tally(2, 4), Tally(2, 4), 50.0)
    assert coverage.gaps == (first, second)


ACTIVATION = {"a": True, "b": False, "n": 3, "xs": [1, 2, 3], "m": {"k": 1, "l": 2}, "s": "text"}
TRACES = [
    ("a && b", {"a": {True}, "b": {False}}),
    ("b && a", {"b": {False}, "a": set()}),
    ("b || a || b", {"b": {False}, "a": {True}, "b ": set()}),
    ("n ? a : b", {"n": set()}),
    ("(a ? b : a) || !b", {"a ? b : a": {False}, "a": {True}, "!b": {True}}),
    ("xs.exists(x, x > 1)", {"x > 1": {False, True}}),
    ("xs.all(x, x < 3)", {"x < 3": {True, False}}),
    ("xs.all(x, x < 9)", {"x < 9": {True}}),
    ("xs.exists_one(x, x == 1)", {"x == 1": {True, False}}),
    ("size(xs.filter(x, x > 5)) == 0", {"x > 5": {False}}),
    ("xs.map(x, x > 1, x * 2) == [4, 6]", {"x > 1": {True, False}}),
    ("xs.map(x, a && x > 1).size() == 3", {"a": {True}, "x > 1": {True, False}}),
    ("m.all(k, m[k] > 1)", {"m[k] > 1": {False}}),
    (
        "xs.exists(i, v, i == 2 && v == 3)",
        {"i == 2 && v == 3": {True, False}, "i == 2": {True, False}, "v == 3": {True}},
    ),
    ("m.exists(k, v, v == 2)", {"v == 2": {True, False}}),
    ("1 / 0 > 1 || a", {"1 / 0 > 1": set(), "a": {True}}),
    ("n.exists(x, x)", {"x": set()}),
    ("[b || a, {s: a && b}[s]][0]", {"b": {False}, "a": {True}}),
    ("cel.bind(y, n > 2, y && b)", {"y": {True}, "b": {False}}),
    ("cel.bind(y, 1 / 0, y > 1 || a)", {"y > 1": set(), "a": set()}),
    ("m.?k.optMap(v, v > 1 || a).value()", {"v > 1": {False}, "a": {True}}),
    ("m.?z.optMap(v, v > 1 || a).hasValue()", {"v > 1": set(), "a": set()}),
    ("optional.of(a && b).orValue(1 / 0 > 1 || missing)", {"a": {True}, "b": {False}}),
    ("xs.sortBy(x, x > 1 ? -x : x)[0] == -3", {"x > 1": {True, False}}),
    ("m.transformMap(k, v, v > 1, v).l == 2", {"v > 1": {True, False}}),
    ("math.greatest(n > 2 ? 1 : 2, 0) == 1", {"n > 2": {True}}),
]


@pytest.mark.parametrize(("source", "expected"), TRACES)
def test_only_what_is_reached_counts(source: str, expected: dict[str, set[bool]]) -> None:
    """Left to right, stopping where the language stops; an error is neither true nor false."""
    tree = parse(source)
    tracer = Tracer()
    try:
        value: object = tracer.value(tree, ACTIVATION)
    except CelError:
        value = CelError
    assert value == _value(source)
    found = [(spell(node), tracer.seen.get(id(node), set())) for node in points(tree)]
    for text, seen in expected.items():
        assert (text.strip(), seen) in found


def _value(source: str) -> object:
    try:
        return compile(source).exact(ACTIVATION)
    except CelError:
        return CelError


NAMES = st.sampled_from(["a", "b", "n", "1 / 0 > 1", "s", "n > 2", "missing", "xs.exists(x, x > n)", "has(m.k)"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda each: f"({' '.join(each)})"),
        st.tuples(inner, inner, inner).map(lambda each: "({} ? {} : {})".format(*each)),
        inner.map(lambda each: f"!({each})"),
        inner.map(lambda each: f"xs.all(n, {each})"),
        inner.map(lambda each: f"xs.exists_one(n, {each})"),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_tracing_gives_the_value_of_the_language(source: str) -> None:
    """For any nesting of logic, what the tracer finds is what the exact evaluator finds, errors included."""
    try:
        traced: object = Tracer().value(parse(source), ACTIVATION)
    except CelError:
        traced = CelError
    assert traced == _value(source)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_spelling_reads_back_as_the_same_tree(source: str) -> None:
    """The text of a sub-expression is that expression, unless it is cut."""
    tree = parse(source)
    text = spell(tree)
    assert "…" in text or parse(text) == tree


SPELLINGS = [
    "a ? b : c ? d : e",
    "(a ? b : c) ? d : e",
    "(a || b) && !(c && d)",
    "-(1 + 2) * 3 % 4 - (5 - 6)",
    '"a" in ["b", \'c\'] == true',
    'a.b.c[0].d["k"].e(1u, 2.5, b"x", null)',
    "has(a.b) && .a.b == f({1: 2, 3: 4})",
    "xs.map(x, x > 1, x + 1).filter(y, y != 2)",
    "a[?0].?b",
    "m.all(k, v, k < v)",
    "Name{field: 1}",
    "(1 + 2).f()",
]


@pytest.mark.parametrize("source", SPELLINGS)
def test_every_form_is_spelt(source: str) -> None:
    """What is written back parses to the same tree."""
    assert parse(spell(parse(source))) == parse(source)


def test_long_and_deep_expressions_are_cut() -> None:
    """A gap is one line."""
    assert spell(parse(" && ".join(["name"] * 100))).endswith("…")
    assert len(spell(parse(" && ".join(["name"] * 100)))) == 80
    assert "…" in spell(parse("!(" * 40 + "a" + ")" * 40))


def test_money_is_spelt_as_it_was_written() -> None:
    """Operators on money are calls of internal functions to the evaluator, and operators to people."""
    tree = compile("m * 2 > usd(5) && m / usd(1) > 2.0 && string(m) == 'x'", variables={"m": MONEY}).ast
    assert spell(tree) == 'm * 2 > usd(5) && m / usd(1) > 2.0 && string(m) == "x"'


def test_a_tree_deeper_than_python_goes_is_an_error() -> None:
    """Never a RecursionError."""
    tree = parse("!(" * 400 + "a && b" + ")" * 400)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(700)
    try:
        with pytest.raises(CelError, match="nests too deep"):
            Tracer().value(tree, ACTIVATION)
    finally:
        sys.setrecursionlimit(before)


def test_the_start_of_an_operator_is_that_of_its_left_side() -> None:
    """`a.b == c` starts at `a`, not at the sign."""
    (first, second) = points(parse("  a.b == c  && f(x).y > 2"))
    assert (start(first), start(second)) == (2, 15)
