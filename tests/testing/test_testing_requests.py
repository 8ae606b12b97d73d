"""Suites about requests: the matrix, and what is compared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from remit.bundle import compile_tree
from remit.testing import run_tests

RULES = """
  rules:
    - name: no-premium
      on: request
      deny: model.tier == "premium"
    - name: slow
      on: request
      throttle: usage.requests_last_minute > 50
      delay: 'duration("2s")'
    - name: careless
      on: request
      deny: request.purpose == "support" && key.name != "other"
"""
SUITE = """
  requests:
    ask: {purpose: product-search, data_class: public}
    bare: {}
  usages:
    busy: {requests_last_minute: 60}
    broke: {spent: {key.monthly: 500 USD}}
    foreign: {spent: {key.monthly: 5 EUR}}
  suites:
    - name: all
      keys: [ranker-prod]
      models: [mini, grand]
      requests: [ask]
"""


def _suite(expected: str, *, extra: str = "") -> str:
    return SUITE + extra + "      expected:\n" + "".join(f"        - {line}\n" for line in expected.splitlines())


def _listed(**fields: str) -> str:
    named = {"key": "ranker-prod", "model": "mini", "request": "ask", "effect": "allow", **fields}
    return "{" + ", ".join(f"{name}: {value}" for name, value in named.items()) + "}"


def _outcomes(report) -> list[tuple[str, str, str]]:
    return [(case.name, case.outcome, case.message) for case in report.cases]


def test_listed_combinations_are_as_expected_and_others_are_denied(run: Callable) -> None:
    """Two models and one request are two cases: the one that is not listed must be denied, and is."""
    report = run(RULES, _suite(_listed()))
    assert _outcomes(report) == [
        ("ranker-prod asks mini for ask", "passed", ""),
        ("ranker-prod asks grand for ask", "passed", ""),
    ]
    assert report.ok
    assert report.count("passed") == 2


def test_an_unlisted_combination_that_is_allowed_fails(run: Callable) -> None:
    """Nobody expected it, so it is a hole; the case points at the suite."""
    report = run(RULES, SUITE)
    case = report.cases[0]
    assert (case.outcome, case.expected, case.actual) == ("failed", "deny", "allow")
    assert case.message.startswith("this combination is not listed, so it must be denied")
    assert str(case.position) == "test.yaml:14:13"
    assert not report.ok


EXPECTATIONS = [
    (_listed(effect="deny"), "the effect differs", "deny", "allow"),
    (_listed(effect="deny", reasons="[rules/no-premium]"), "the effect differs", "deny by `rules/no-premium`", "allow"),
    (_listed(model="grand", effect="deny", reasons="[model-not-allowed]"), "the reasons differ", None, None),
    (_listed(usage="busy", effect="throttle", reasons="[rules/slow]", delay="2s"), "", "", ""),
    (_listed(usage="busy", effect="throttle", delay="4s"), "the delay differs", "4s", "2s"),
    (_listed(delay="4s"), "the delay differs", "4s", "none"),
    (_listed(usage="broke", effect="deny", reasons="[budget-exhausted]"), "", "", ""),
    (_listed(errors="[]"), "", "", ""),
    (_listed(errors="[rules/careless]"), "the rules that could not be evaluated differ", "`rules/careless`", "none"),
    (_listed(model="small"), "", "", ""),
]


@pytest.mark.parametrize(("line", "message", "expected", "actual"), EXPECTATIONS)
def test_effect_reasons_errors_and_delay_are_compared(
    run: Callable, line: str, message: str, expected: str | None, actual: str | None
) -> None:
    """The first thing that differs is told, with both sides."""
    tests = _suite(line).replace("models: [mini, grand]", "models: [mini, grand, small]")
    case = run(RULES, tests).cases[0]
    assert (case.outcome, case.message) == ("failed" if message else "passed", message)
    if expected is not None:
        assert (case.expected, case.actual) == (expected, actual)


def test_a_rule_that_cannot_be_evaluated_is_an_error_of_the_decision(run: Callable) -> None:
    """The request does not say its purpose, the rule reads it: denied, with that rule among the errors."""
    tests = _suite(_listed(request="bare", effect="deny", errors="[rules/careless]")).replace("[ask]", "[ask, bare]")
    assert _outcomes(run(RULES, tests))[0] == ("ranker-prod asks mini for bare", "passed", "")


MISTAKES = [
    (_listed(key="ranker-dev"), "`ranker-dev` is not among the `keys` of the suite: add it there"),
    (_listed(model="huge"), "`huge` is not among the `models` of the suite: add it there"),
    (_listed(request="bare"), "`bare` is not among the `requests` of the suite: add it there"),
    (_listed(usage="bussy"), "no usage is called `bussy` in this test: did you mean `busy`?"),
    (_listed(usage="foreign"), "an amount in EUR does not mix with the organisation's USD"),
    (_listed() + "\n" + _listed(), "this combination is listed twice: keep one of them"),
    (_listed(delay="soon"), None),
]


@pytest.mark.parametrize(("lines", "message"), MISTAKES)
def test_mistakes_of_the_test_itself_are_errors(run: Callable, lines: str, message: str | None) -> None:
    """They neither pass nor fail, and say what to mend."""
    bad = next(case for case in run(RULES, _suite(lines)).cases if case.outcome != "passed")
    if message is None:
        assert (bad.outcome, bad.message[:7]) == ("failed", "`delay`")
    else:
        assert (bad.outcome, bad.message) == ("errored", message)


def test_a_request_that_is_not_defined_is_an_error(run: Callable) -> None:
    """A name without a fixture cannot be tried, neither alone nor in an expectation."""
    tests = _suite(_listed(request="aks")).replace("requests: [ask]", "requests: [aks]")
    report = run(RULES, tests)
    assert {case.message for case in report.cases} == {"no request is called `aks` in this test: did you mean `ask`?"}
    assert [str(case.position) for case in report.cases] == ["test.yaml:17:18", "test.yaml:19:11"]


def test_an_unknown_key_or_model_is_an_error_unless_it_is_expected(run: Callable) -> None:
    """A misspelt key would always be denied, and the test would pass for nothing."""
    tests = SUITE.replace("[ranker-prod]", "[ranker-prd]").replace("[mini, grand]", "[mimi]")
    (case,) = run(RULES, tests).cases
    assert (case.outcome, case.message) == ("errored", "no Key is called `ranker-prd`: did you mean `ranker-prod`?")
    (case,) = run(RULES, SUITE.replace("[mini, grand]", "[mimi]")).cases
    assert case.message == "no Model is called `mimi`: did you mean `mini`?"
    listed = _listed(key="ranker-prd", model="mimi", effect="deny", reasons="[unknown-key]")
    meant = _suite(listed).replace("[ranker-prod]", "[ranker-prd]").replace("[mini, grand]", "[mimi]")
    assert run(RULES, meant).ok
    listed = _listed(model="mimi", effect="deny", reasons="[unknown-model]")
    assert run(RULES, _suite(listed).replace("[mini, grand]", "[mimi]")).ok


NOW_CASES = [
    (
        "  rules: [{name: r, on: request, deny: 'now > timestamp(\"2030-01-01T00:00:00Z\")'}]",
        "",
        "the rule `rules/r` reads `now`",
    ),
    (
        "  rules: [{name: r, on: model, deny: 'has(model.retires) && model.retires < now'}]",
        "",
        "the rule `rules/r` reads `now`",
    ),
    ("  rules: [{name: r, on: target, deny: 'has(target.url) && now == now'}]", "", ""),
    ("  rules: [{name: r, on: request, deny: 'request.scope == \"admin\"'}]", "", ""),
    (
        "  rules: [{name: r, on: request, deny: 'request.scope == \"admin\"'}]",
        "Key ranker-prod",
        "the waiver `w` is time-boxed",
    ),
    ("  rules: [{name: r, on: request, deny: 'request.scope == \"admin\"'}]", "Model grand", ""),
]
WAIVER = """apiVersion: remit/v1
kind: Waiver
metadata: {name: w}
spec:
  policy: rules
  rule: r
  subject: {kind: %s, name: %s}
  reason: a trial
  ticket: T-1
  expires: 2030-01-01
"""


@pytest.mark.parametrize(("rules", "waived", "cause"), NOW_CASES)
def test_a_result_that_depends_on_the_time_needs_now(run: Callable, rules: str, waived: str, cause: str) -> None:
    """Without `now` the suite is errored and says why; with it, it runs."""
    more = {"waiver": WAIVER % tuple(waived.split())} if waived else {}
    tests = _suite(_listed()).replace("[mini, grand]", "[mini]")
    (case,) = run(rules, tests, **more).cases
    wanted = f"the result depends on the time, because {cause}: set `now` in the suite" if cause else ""
    assert (case.outcome, case.message) == ("errored" if cause else "passed", wanted)
    assert run(rules, tests.replace("- name: all", "- name: all\n      now: 2026-11-23T09:00:00Z"), **more).ok


def test_a_key_that_expires_needs_now(run: Callable) -> None:
    """Its end changes the answer by itself."""
    key = """apiVersion: remit/v1
kind: Key
metadata: {name: short, team: search, project: ranker}
spec: {environment: prod, purposes: [product-search], data_classes: [public], models: [mini], expires: 2027-01-01}
"""
    tests = _suite(_listed(key="short")).replace("[ranker-prod]", "[short]").replace("[mini, grand]", "[mini]")
    (case,) = run(RULES, tests, key=key).cases
    assert case.message == ("the result depends on the time, because the key `short` expires: set `now` in the suite")
    expired = tests.replace("- name: all", "- name: all\n      now: 2027-01-01").replace(
        "effect: allow", "effect: deny"
    )
    report = run(RULES, expired, key=key)
    assert report.ok
    assert report.coverage.rules.covered == 0


def test_only_runs_what_it_names(run: Callable) -> None:
    """A test, or one suite of it; nothing else, and nothing at all is not ok."""
    two = (
        _suite(_listed())
        + "    - name: other\n      keys: [ranker-prod]\n      models: [grand]\n      requests: [ask]\n"
    )
    assert len(run(RULES, two).cases) == 3
    assert len(run(RULES, two, only=("checks",)).cases) == 3
    assert {case.suite for case in run(RULES, two, only=("checks/other",)).cases} == {"other"}
    assert not run(RULES, two, only=("another",)).ok


def test_a_suite_without_cases_is_an_error(run: Callable) -> None:
    """It would pass for nothing."""
    (case,) = run(RULES, "  suites: [{name: empty}]").cases
    assert (case.outcome, str(case.position)) == ("errored", "test.yaml:5:19")
    assert case.message == "the suite has no case: give it `expected`, `declared`, `changes` or `budgets`"


def test_a_tree_that_does_not_compile_is_one_error(run: Callable) -> None:
    """It says the first fault, and how many more there are."""
    (case,) = run("  rules: [{name: a, on: key, deny: kye}, {name: b, on: key, deny: kye}]", SUITE).cases
    assert case.outcome == "errored"
    assert "does not compile: policy.yaml:5:36: error: unknown name `kye`" in case.message
    assert case.message.endswith("(and 1 more)")


def test_a_compilation_runs_like_its_tree(make_tree: Callable) -> None:
    """A caller that has compiled already need not do it again."""
    tree = make_tree(RULES, _suite(_listed()))
    assert run_tests(compile_tree(tree)).cases == run_tests(tree).cases


def test_a_matrix_is_bounded(run: Callable) -> None:
    """300 keys, models and requests are 27 million combinations: one mistake, and nothing is tried."""
    names = ", ".join(f"n{at}" for at in range(300))
    tests = f"  suites:\n    - {{name: all, keys: [{names}], models: [{names}], requests: [{names}]}}\n"
    (case,) = run(RULES, tests).cases
    said = "the suite has 27,000,000 combinations of keys, models and requests, of at most 100,000: split it"
    assert (case.outcome, case.message) == ("errored", said)


def test_a_pool_that_no_budget_has_is_a_mistake(run: Callable) -> None:
    """Money spent under a misspelt name would count as nothing."""
    tests = _suite(_listed(usage="broke")).replace("key.monthly: 500 USD", "key.montly: 500 USD")
    case = run(RULES, tests).cases[0]
    assert (case.outcome, "did you mean `key.monthly`?" in case.message) == ("errored", True)
