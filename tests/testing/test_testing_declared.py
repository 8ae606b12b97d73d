"""Suites about declared resources, changes and observed budgets, and resources of a test's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

RULES = """
  rules:
    - name: owners
      on: key
      deny: "!has(key.owner)"
    - name: not-a-robot
      on: key
      deny: has(key.ticket) && key.owner == "robot"
    - name: soon
      on: project
      deny: project.name == "late" && now > timestamp("2026-01-01T00:00:00Z")
    - name: rate
      on: key
      cap: requests_per_minute
      value: 'key.environment == "prod" ? 60 : 10'
    - name: target-rate
      on: target
      cap: parallel_requests
      value: "4"
    - name: raises
      on: change
      when: change.field == "budget.monthly" && has(change.to) && change.to > dyn(usd(5000))
      require: {group: finance}
    - name: late-changes
      on: change
      when: change.field == "expires" && change.to > timestamp("2027-01-01T00:00:00Z")
      require: {group: finance}
    - name: rotation
      on: change
      when: change.field == "rotate_every" && change.to > duration("720h")
      require: {group: finance}
    - name: eighty
      on: budget
      when: budget.ratio >= 0.8
      alert: {notify: [finops]}
    - name: overspent
      on: budget
      when: budget.pool == "team" && budget.spent > budget.limit
      alert: {severity: critical, notify: [finops]}
"""
OWN = """
  resources:
    - apiVersion: remit/v1
      kind: Key
      metadata: {name: nobodys, team: search, project: ranker}
      spec: {environment: dev, models: [mini], limits: {requests_per_minute: 5}}
    - apiVersion: remit/v1
      kind: Key
      metadata: {name: ticketed, team: search, project: ranker}
      spec: {environment: dev, models: [mini], ticket: T-1}
    - apiVersion: remit/v1
      kind: Key
      metadata: {name: ranker-prod, team: search, project: ranker}
      spec: {environment: prod, models: [mini], owner: ana, targets: [store]}
  suites:
    - name: declared
"""


def _one(run: Callable, entry: str, *, section: str = "declared", now: str = "", own: str = OWN):
    line = f"      now: {now}\n" if now else ""
    (case,) = run(RULES, f"{own}{line}      {section}:\n        - {entry}\n").cases
    return case


DECLARED = [
    ("{kind: Key, name: nobodys, denied_by: [rules/owners]}", "passed", "", ""),
    ("{kind: Key, name: nobodys}", "failed", "none", "`rules/owners`"),
    ("{kind: Key, name: ranker-prod, denied_by: [rules/owners]}", "failed", "`rules/owners`", "none"),
    ("{kind: Key, name: ranker-prod, caps: {requests_per_minute: 60, parallel_requests: 4}}", "passed", "", ""),
    ("{kind: Key, name: nobodys, denied_by: [rules/owners], caps: {requests_per_minute: 5}}", "passed", "", ""),
    (
        "{kind: Key, name: ranker-prod, caps: {requests_per_minute: 1k, tokens_per_day: 5}}",
        "failed",
        "requests_per_minute 1000, tokens_per_day 5",
        "requests_per_minute 60, tokens_per_day none",
    ),
    ("{kind: Key, name: ticketed, denied_by: [rules/owners, rules/not-a-robot]}", "passed", "", ""),
    ("{kind: Key, name: ticketed, denied_by: [rules/owners]}", "failed", "rules/owners", "an error"),
    ("{kind: Team, name: search}", "passed", "", ""),
    ("{kind: Model, name: mini}", "passed", "", ""),
    ("{kind: Target, name: store}", "passed", "", ""),
]


@pytest.mark.parametrize(("entry", "outcome", "expected", "actual"), DECLARED)
def test_rules_on_declared_resources(run: Callable, entry: str, outcome: str, expected: str, actual: str) -> None:
    """Which rules deny a resource, all of them, and to which caps a key resolves."""
    case = _one(run, entry)
    assert (case.outcome, case.expected, case.actual) == (outcome, expected, actual)
    assert str(case.position) == "test.yaml:22:11"


ERRORS = [
    ("declared", "{kind: Key, name: nobody}", "no Key is called `nobody`: did you mean `nobodys`?"),
    (
        "declared",
        "{kind: Team, name: search, caps: {parallel_requests: 1}}",
        "caps are resolved for a Key, not for a Team",
    ),
    ("declared", "{kind: Project, name: ranker}", "the result depends on the time, because the rule `rules/soon`"),
    ("changes", "{change: {kind: Key, name: a, field: x}}", "`action` is missing"),
    (
        "changes",
        "{change: {kind: Key, name: a, field: x, action: add, form: 1}}",
        "`form` is not a field of it: did you mean `from`?",
    ),
    ("changes", "{change: {kind: Key, name: a, field: x, action: add, to: 5 EUR}}", "an amount in EUR does not mix"),
    ("budgets", "{budget: {pool: key, name: a, period: monthly, spent: 5 USD}}", "`limit` is missing"),
    (
        "budgets",
        "{budget: {pool: key, name: a, period: monthly, spent: '5', limit: 5 USD}}",
        "`spent` is not an amount",
    ),
    (
        "budgets",
        "{budget: {pool: key, name: a, period: monthly, spent: 5 EUR, limit: 5 USD}}",
        "an amount in EUR does not mix",
    ),
    (
        "budgets",
        "{budget: {pool: key, name: a, period: m, spent: 5 USD, limit: 5 USD, ratio: much}}",
        "`ratio` is not a ratio",
    ),
]


@pytest.mark.parametrize(("section", "entry", "message"), ERRORS)
def test_mistakes_are_errors(run: Callable, section: str, entry: str, message: str) -> None:
    """What the test says cannot be read, or cannot be answered."""
    case = _one(run, entry, section=section)
    assert (case.outcome, case.message[: len(message)]) == ("errored", message)


def test_a_project_at_a_time(run: Callable) -> None:
    """With `now` the rule that reads it is asked."""
    assert _one(run, "{kind: Project, name: ranker}", now="2026-11-23").outcome == "passed"


def test_a_key_that_expires_needs_now_only_when_a_rule_asks(run: Callable) -> None:
    """Nothing on the key reads the time, so its end is of no account to its denials."""
    own = OWN.replace("environment: dev, models", "environment: dev, expires: 2027-01-01, models")
    assert _one(run, "{kind: Key, name: nobodys, denied_by: [rules/owners]}", own=own).outcome == "passed"
    rules = RULES.replace('"!has(key.owner)"', "'!has(key.owner) && (!has(key.expires) || key.expires > now)'")
    report = run(rules, f"{own}      declared:\n        - {{kind: Key, name: nobodys}}\n")
    assert report.cases[0].message.startswith("the result depends on the time")


CHANGES = [
    ("field: budget.monthly, action: change, from: 10 USD, to: 6000 USD", "[finance]", "passed"),
    ("field: budget.monthly, action: change, from: 10 USD, to: 5000 USD", "[]", "passed"),
    ("field: budget.monthly, action: remove, from: 10 USD", "[finance]", "failed"),
    ("field: expires, action: change, to: 2027-02-01", "[finance]", "passed"),
    ("field: expires, action: change, to: '2026-12-31T00:00:00Z'", "[]", "passed"),
    ("field: rotate_every, action: change, to: 60d", "[finance]", "passed"),
    ("field: models, action: add, to: mini, team: search", "[]", "passed"),
    ("field: limits.requests_per_minute, action: add, to: 5", "[]", "passed"),
    ("field: expires, action: remove", "[finance]", "failed"),
]


@pytest.mark.parametrize(("change", "require", "outcome"), CHANGES)
def test_rules_on_changes(run: Callable, change: str, require: str, outcome: str) -> None:
    """Amounts, dates and durations become values; the groups are compared; a failing rule fails the case."""
    entry = f"{{change: {{kind: Key, name: ranker-prod, {change}}}, require: {require}}}"
    assert _one(run, entry, section="changes").outcome == outcome


def test_a_rule_on_changes_that_cannot_be_evaluated_is_named(run: Callable) -> None:
    """`change.to` is absent where something is removed."""
    entry = "{change: {kind: Key, name: a, field: expires, action: remove}, require: [finance]}"
    case = _one(run, entry, section="changes")
    assert case.message.startswith("the rule `rules/late-changes` could not be evaluated")


BUDGETS = [
    ("pool: key, name: ranker-prod, spent: 400 USD, limit: 500 USD", "[eighty]", "passed"),
    ("pool: key, name: ranker-prod, spent: 399 USD, limit: 500 USD", "[]", "passed"),
    ("pool: team, name: search, spent: 501 USD, limit: 500 USD", "[eighty, overspent]", "passed"),
    ("pool: team, name: search, spent: 1 USD, limit: 0 USD", "[overspent, eighty]", "passed"),
    ("pool: organization, name: acme, spent: 0 USD, limit: 0 USD", "[]", "passed"),
    ("pool: key, name: ranker-prod, spent: 1 USD, limit: 500 USD, ratio: '0.9'", "[eighty]", "passed"),
    ("pool: key, name: ranker-prod, spent: 1 USD, limit: 500 USD", "[eighty]", "failed"),
]


@pytest.mark.parametrize(("budget", "alerts", "outcome"), BUDGETS)
def test_rules_on_budgets(run: Callable, budget: str, alerts: str, outcome: str) -> None:
    """The ratio is spent over limit; the names of the rules that fire are compared."""
    entry = f"{{budget: {{period: monthly, {budget}}}, alerts: {alerts}}}"
    assert _one(run, entry, section="budgets").outcome == outcome


def test_an_alert_rule_that_cannot_be_evaluated_fails(run: Callable) -> None:
    """Its case says which rule."""
    rules = RULES.replace("budget.ratio >= 0.8", "int(budget.name) > 1")
    entry = "{budget: {pool: key, name: a, period: monthly, spent: 1 USD, limit: 5 USD}, alerts: [eighty]}"
    (case,) = run(rules, f"  suites:\n    - name: b\n      budgets:\n        - {entry}\n").cases
    assert (case.outcome, case.actual) == ("failed", "an error")
    assert case.message.startswith("the rule `rules/eighty` could not be evaluated")


def test_resources_of_a_test_are_seen_by_no_other(run: Callable) -> None:
    """The second test does not know the key that the first one lays over the tree."""
    entry = "      declared:\n        - {kind: Key, name: nobodys, denied_by: [rules/owners]}\n"
    other = "apiVersion: remit/v1\nkind: PolicyTest\nmetadata: {name: other}\nspec:\n  suites:\n    - name: d\n" + entry
    report = run(RULES, OWN + entry, other=other)
    assert [(case.test, case.outcome) for case in report.cases] == [("checks", "passed"), ("other", "errored")]


def test_faults_of_own_resources_have_their_place_in_the_test(run: Callable) -> None:
    """An unknown field, and a name that stands for nothing, are told at their line of the test's file."""
    own = OWN.replace("environment: dev, models: [mini], ticket: T-1", "enviroment: dev, models: [mini]")
    case = _one(run, "{kind: Key, name: nobodys}", own=own)
    assert case.outcome == "errored"
    assert "does not compile: test.yaml:14:13: error: missing field `environment`" in case.message
    own = OWN.replace("models: [mini], ticket: T-1", "models: [mini, hug], ticket: T-1")
    case = _one(run, "{kind: Key, name: nobodys}", own=own)
    assert "does not compile: test.yaml:14:47: error: no Model is called `hug`" in case.message
    assert str(case.position) == "test.yaml:14:47"
