"""Names, currencies and selectors: everything a resource points at exists."""

from __future__ import annotations

import pytest
from organisation import BASE, compiled, policy, waiver

DENY = policy("    - {name: r, on: request, deny: 'true'}")


def _edit(before: str, after: str) -> str:
    assert before in BASE
    return BASE.replace(before, after)


EDITS = [
    ("a timezone that is none", _edit("Europe/Berlin", "Europe/Berlyn"), "unknown-timezone"),
    ("a directory for a timezone", _edit("Europe/Berlin", "Europe"), "unknown-timezone"),
    (
        "a model above that is none",
        _edit("approvers: [finance]", "approvers: [finance], models: [minni]"),
        "unknown-model",
    ),
    ("an alias in an allowlist", _edit("models: [mini, grand]", "models: [small]"), "alias-in-allowlist"),
    (
        "an alias of two models",
        _edit("scopes: [chat, embeddings]}\n---", "scopes: [chat], aliases: [small]}\n---"),
        "alias-taken",
    ),
    ("an alias that is a model", _edit("aliases: [small]", "aliases: [grand]"), "alias-taken"),
    ("an alias of itself", _edit("aliases: [small]", "aliases: [mini]"), "alias-taken"),
    ("a group that is none", _edit("approvers: [finance]", "approvers: [finanze]"), "unknown-group"),
    ("an environment that is none", _edit("environment: prod", "environment: prd"), "unknown-environment"),
    ("a scope that is none", _edit("  scopes: [chat]\n  models", "  scopes: [chatt]\n  models"), "unknown-scope"),
    (
        "a model's scope that is none",
        _edit("tier: economy, scopes: [chat]", "tier: economy, scopes: [speech]"),
        "unknown-scope",
    ),
    ("a target that is none", _edit("targets: [store]", "targets: [stork]"), "unknown-target"),
    ("a team that is none", _edit("ranker-prod, team: search", "ranker-prod, team: serch"), "unknown-team"),
    ("a project that is none", _edit("project: ranker}", "project: rankr}"), "unknown-project"),
    ("an amount in another currency", _edit("monthly: 500 USD", "monthly: 500 EUR"), "wrong-currency"),
    (
        "a price in another currency",
        _edit("tier: economy,", "tier: economy, prices: {input_per_million: 1 EUR},"),
        "wrong-currency",
    ),
    (
        "a channel that is none",
        _edit("budget: {monthly: 500 USD}", "budget: {monthly: 500 USD, alerts: [{at: 80%, notify: [x]}]}"),
        "unknown-channel",
    ),
]


@pytest.mark.parametrize(("base", "code"), [each[1:] for each in EDITS], ids=[each[0] for each in EDITS])
def test_a_name_that_stands_for_nothing_is_refused(base: str, code: str) -> None:
    """One finding with the code, at a place in the file, and no bundle."""
    compilation = compiled(base=base)
    found = [each for each in compilation.findings if each.code == code]
    assert compilation.bundle is None
    assert found, [str(each) for each in compilation.findings]
    assert found[0].position.file == "base.yaml"
    assert found[0].remedy


def test_a_key_must_be_of_its_project_s_team() -> None:
    """A key cannot move to a richer team by naming it."""
    rich = "apiVersion: remit/v1\nkind: Team\nmetadata: {name: rich}\nspec: {owners: [a]}\n"
    found = compiled(rich, base=_edit("ranker-prod, team: search", "ranker-prod, team: rich")).findings
    assert [(each.code, each.remedy) for each in found] == [("wrong-team", "write `team: search`")]


WAIVERS = [
    (waiver("base/q", "Key ranker-prod"), "unknown-rule"),
    (waiver("base/r", "Team serch"), "unknown-team"),
    (waiver("base/r", "Model gran"), "unknown-model"),
]


@pytest.mark.parametrize(("text", "code"), WAIVERS)
def test_a_waiver_names_a_rule_and_a_subject_that_exist(text: str, code: str) -> None:
    """A typo would leave somebody believing in an exception that does not hold."""
    assert code in {each.code for each in compiled(DENY, text).findings}


def test_only_rules_that_restrict_can_be_waived() -> None:
    """Waiving an `allow` or a `require` has no one meaning, so it has none."""
    rules = policy("    - {name: a, on: request, allow: 'true'}")
    assert "not-waivable" in {each.code for each in compiled(rules, waiver("base/a", "Key ranker-prod")).findings}


def test_two_waivers_of_one_thing_at_one_time_are_refused() -> None:
    """Which of them ends first would decide; after one another they are fine."""
    first = waiver("base/r", "Key ranker-prod", name="one")
    again = waiver("base/r", "Key ranker-prod", name="two", starts="2026-11-20", expires="2026-12-31")
    later = waiver("base/r", "Key ranker-prod", name="two", starts="2026-12-01", expires="2026-12-31")
    assert "declared-twice" in {each.code for each in compiled(DENY, first, again).findings}
    assert compiled(DENY, first, later).bundle is not None


SELECTORS = [
    ("{teams: [serch]}", "key", "unknown-team"),
    ("{projects: [rankr]}", "key", "unknown-project"),
    ("{keys: [ghost]}", "key", "unknown-key"),
    ("{targets: [stork]}", "key", "unknown-target"),
    ("{models: [minni]}", "request", "unknown-model"),
    ("{tiers: [premiun]}", "request", "unknown-tier"),
    ("{providers: [opnai]}", "request", "unknown-provider"),
    ("{tiers: [premium]}", "key", "useless-selector"),
    ("{keys: [ranker-prod]}", "team", "useless-selector"),
]


@pytest.mark.parametrize(("match", "point", "code"), SELECTORS)
def test_a_selector_that_selects_nothing_is_refused(match: str, point: str, code: str) -> None:
    """A policy that silently applies to nobody looks like protection."""
    text = policy(f"    - {{name: r, on: {point}, deny: 'true'}}", match=match)
    assert code in {each.code for each in compiled(text).findings}
