"""Rules that must be enforced by the targets themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from remit.check import Registries, check_tree

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
POLICY = """apiVersion: remit/v1
kind: Policy
metadata: {{name: strict}}
spec:
  {match}
  rules:
    - {{name: it, {rule}, must_enforce: {must}}}
"""

# the rule, what of a key the target has to support, what is said when it does not
RULES = [
    ("on: key, cap: requests_per_minute, value: '60'", "caps.requests_per_minute", "`caps.requests_per_minute` is"),
    ("on: team, cap: tokens_per_day, value: '60'", "caps.tokens_per_day", "`caps.tokens_per_day` is"),
    ("on: model, cap: requests_per_day, value: '6'", "model_caps.requests_per_day", "`model_caps.requests_per_day` is"),
    ("on: key, cap: budget.monthly, value: 'usd(5)'", "budgets.key.monthly", "`budgets.key.monthly` is"),
    ("on: key, deny: key.client_side", "enabled", "`enabled` is"),
    ("on: project, deny: 'project.name == \"x\"'", "enabled", "`enabled` is"),
    ("on: model, deny: 'model.name == \"x\"'", "models", "`models` is"),
    ("on: request, deny: request.input_tokens > 9", "", "only `evaluate` sees a request"),
]
IDS = [rule for rule, _, _ in RULES]


def found(
    make_tree: Callable, rule: str, supports: dict[str, str], match: str = "match: {}", must: str = "true"
) -> list[str]:
    """What is said about enforcement when a target supports these properties."""
    policy = POLICY.format(rule=rule, match=match, must=must)
    registries = Registries(support=lambda _, name: supports.get(name, "evaluate-only"))
    report = check_tree(make_tree({"strict.yaml": policy}), at=NOW, registries=registries)
    assert report.bundle is not None, report.findings
    return [str(each) for each in report.findings if each.code == "not-enforced"]


@pytest.mark.parametrize(("rule", "name", "words"), RULES, ids=IDS)
def test_rule_that_is_not_enforced(make_tree: Callable, rule: str, name: str, words: str) -> None:
    """A target that leaves it to others is named, with what it lacks; it is an error at the rule."""
    (said,) = found(make_tree, rule, {})
    assert said.startswith("strict.yaml:7:14: error: the rule `strict/it` must be enforced, and `local` does not")
    assert words in said


@pytest.mark.parametrize(("rule", "name", "words"), RULES, ids=IDS)
@pytest.mark.parametrize("support", ["native", "approximated"])
def test_rule_that_is_enforced(make_tree: Callable, rule: str, name: str, words: str, support: str) -> None:
    """Exactly or nearly: a target that does it by itself is enough; nobody but `evaluate` sees a request."""
    assert bool(found(make_tree, rule, {name: support})) is (name == "")


def test_rule_that_need_not_be(make_tree: Callable) -> None:
    """Without `must_enforce` nothing is said."""
    assert found(make_tree, RULES[0][0], {}, must="false") == []


def test_rule_about_no_key(make_tree: Callable) -> None:
    """A rule that is about no key asks nothing of any target."""
    assert found(make_tree, RULES[0][0], {}, "match: {environments: [dev]}") == []


def test_types_that_are_not_known(make_tree: Callable) -> None:
    """Where nobody says what a target supports, nothing is guessed."""
    policy = POLICY.format(rule=RULES[0][0], match="match: {}", must="true")
    report = check_tree(make_tree({"strict.yaml": policy}), at=NOW)
    assert [each.code for each in report.findings] == []
