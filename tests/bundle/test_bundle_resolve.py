"""Resolving a key: consent only, every bound with its origin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from organisation import BASE, NOW, bundle_of, policy, waiver

from remit.bundle import UnknownKey

CAP = "    - {name: cap, on: key, cap: requests_per_minute, value: '%s'}"


def test_a_key_gets_what_every_level_consents_to() -> None:
    """Models, purposes and data classes are intersections; scopes are the key's own."""
    entitlement = bundle_of().resolve("ranker-prod", NOW)
    assert entitlement.models == ("grand", "mini")
    assert entitlement.purposes == ("product-search",)
    assert entitlement.data_classes == ("internal", "public")
    assert entitlement.scopes == ("chat",)
    assert entitlement.in_force


def test_a_bare_date_is_midnight_of_the_organisation() -> None:
    """`expires: 2027-02-01` in Berlin is 23:00 UTC of the day before."""
    assert bundle_of().resolve("ranker-prod", NOW).expires == datetime(2027, 1, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected", "origin"),
    [("500", 500, "base/cap"), ("600", 600, "base/cap"), ("700", 600, ""), ("0", 0, "base/cap")],
)
def test_the_lowest_cap_holds(value: str, expected: int, origin: str) -> None:
    """Organisation 1000, project 800, key 600, and a rule: the minimum holds and says where it comes from."""
    cap = bundle_of(policy(CAP % value)).resolve("ranker-prod", NOW).caps["requests_per_minute"]
    assert (cap.value, cap.origin.rule) == (expected, origin)


def test_a_missing_cap_is_unmanaged_and_zero_is_zero() -> None:
    """What nobody declares does not exist; zero is a cap of zero."""
    rule = "    - {name: none, on: key, cap: tokens_per_day, value: '0'}"
    caps = bundle_of(policy(rule)).resolve("ranker-prod", NOW).caps
    assert caps["tokens_per_day"].value == 0
    assert "requests_per_day" not in caps


def test_budgets_above_a_key_are_pools() -> None:
    """Every level with a budget is a pool of its own; none is merged into another."""
    pools = {each.id: (each.name, str(each.amount)) for each in bundle_of().resolve("ranker-prod", NOW).budgets}
    assert pools == {
        "organization.monthly": ("acme", "10000 USD"),
        "team.monthly": ("search", "900 USD"),
        "key.monthly": ("ranker-prod", "500 USD"),
    }


@pytest.mark.parametrize(
    ("rule", "pool", "amount"),
    [
        ("{name: b, on: key, cap: budget.monthly, value: usd(100)}", "key.monthly", 100),
        ("{name: b, on: key, cap: budget.monthly, value: usd(600)}", "key.monthly", 500),
        ("{name: b, on: team, cap: budget.monthly, value: usd(50)}", "team.monthly", 50),
        ("{name: b, on: project, cap: budget.daily, value: usd(7)}", "project.daily", 7),
    ],
)
def test_a_rule_can_cap_a_budget(rule: str, pool: str, amount: int) -> None:
    """A cap on a budget bounds the pool of the level that the rule is about."""
    pools = {each.id: each for each in bundle_of(policy(f"    - {rule}")).resolve("ranker-prod", NOW).budgets}
    assert pools[pool].amount.micro == amount * 1_000_000


def test_a_cap_on_a_model_is_a_cap_of_each_key_for_that_model() -> None:
    """Caps of a model stand apart, for gateways that can hold them."""
    rule = policy(
        "    - {name: m, on: model, cap: output_tokens_per_request, value: 'model.tier == \"premium\" ? 9 : 99'}"
    )
    caps = bundle_of(rule).resolve("ranker-prod", NOW).model_caps
    assert {model: each["output_tokens_per_request"].value for model, each in caps.items()} == {"mini": 99, "grand": 9}


def test_a_cap_without_a_value_takes_the_key_out_of_force() -> None:
    """A cap that cannot be computed is not a missing cap: the key is held back."""
    rule = policy("    - {name: c, on: key, cap: tokens_per_day, value: key.limits.tokens_per_day}")
    entitlement = bundle_of(rule).resolve("ranker-prod", NOW)
    assert not entitlement.in_force
    assert [each.rule for each in entitlement.violations] == ["base/c"]


def test_a_cap_below_zero_is_no_cap() -> None:
    """A negative value is an error, never a large number."""
    entitlement = bundle_of(policy("    - {name: c, on: key, cap: tokens_per_day, value: '-1'}")).resolve(
        "ranker-prod", NOW
    )
    assert entitlement.violations
    assert "tokens_per_day" not in entitlement.caps


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (
            ("budget: {monthly: 10_000 USD}", "budget: {monthly: 10_000 USD}\n  models: [mini]"),
            "the organization `acme`",
        ),
        (("approvers: [finance],", "approvers: [finance], models: [mini],"), "the team `search`"),
        (
            ("purposes: [product-search], data", "models: [mini], purposes: [product-search], data"),
            "the project `ranker`",
        ),
    ],
)
def test_a_level_above_can_keep_a_model_from_a_key(edit: tuple[str, str], reason: str) -> None:
    """An allowlist above excludes, and the exclusion names the level."""
    entitlement = bundle_of(base=BASE.replace(*edit)).resolve("ranker-prod", NOW)
    assert entitlement.models == ("mini",)
    assert [each.model for each in entitlement.exclusions] == ["grand"]
    assert entitlement.exclusions[0].reason.startswith(reason)


@pytest.mark.parametrize(
    "rule",
    [
        '{name: r, on: request, deny: model.tier == "premium"}',
        '{name: r, on: request, deny: \'model.tier == "premium" && key.environment == "prod"\'}',
        '{name: r, on: request, deny: \'model.tier == "premium" && now > timestamp("2026-01-01T00:00:00Z")\'}',
        '{name: r, on: request, deny: \'model.tier == "premium" ? key.ticket == "" : false\'}',
        '{name: r, on: request, allow: model.tier != "premium"}',
        '{name: r, on: model, deny: model.tier == "premium"}',
        '{name: r, on: request, throttle: \'model.tier == "premium" && key.ticket == ""\', delay: \'duration("1s")\'}',
    ],
)
def test_what_is_certainly_denied_is_not_in_the_allowlist(rule: str) -> None:
    """A model that no request of this key can reach is excluded, by the rule that says so."""
    entitlement = bundle_of(policy(f"    - {rule}")).resolve("ranker-prod", NOW)
    assert entitlement.models == ("mini",)
    assert entitlement.exclusions[0].origin.rule == "base/r"


@pytest.mark.parametrize("subject", ["Key ranker-prod", "Project ranker", "Team search", "Model grand"])
def test_a_waiver_holds_for_everything_below_its_subject(subject: str) -> None:
    """A waived rule excludes nothing, whichever level the waiver names."""
    rule = policy('    - {name: r, on: request, deny: model.tier == "premium"}')
    bundle = bundle_of(rule, waiver("base/r", subject))
    assert bundle.resolve("ranker-prod", NOW).models == ("grand", "mini")


@pytest.mark.parametrize(
    ("at", "waived"),
    [
        ("2026-10-31T22:59:59Z", False),
        ("2026-10-31T23:00:00Z", True),
        ("2026-11-30T22:59:59Z", True),
        ("2026-11-30T23:00:00Z", False),
    ],
)
def test_a_waiver_is_inert_outside_its_time(at: str, waived: bool) -> None:
    """From its start, up to but not including its end, at midnights of the organisation."""
    bundle = bundle_of(policy("    - {name: r, on: key, deny: 'true'}"), waiver("base/r", "Key ranker-prod"))
    instant = datetime.fromisoformat(at)
    assert bundle.resolve("ranker-prod", instant).in_force is waived
    assert bool(bundle.effective_rules(instant)[0].waived) is waived


@pytest.mark.parametrize("point", ["key", "project", "team"])
def test_a_rule_on_any_level_takes_the_key_out_of_force(point: str) -> None:
    """A key is in force only if nothing above it breaks a rule either."""
    rule = policy(f"    - {{name: r, on: {point}, deny: 'true', message: '\"no \" + {point}.name'}}")
    violation = bundle_of(rule).resolve("ranker-prod", NOW).violations[0]
    assert violation.message.startswith("no ")
    assert violation.origin.position.file == "0.yaml"


def test_a_rule_that_fails_is_a_violation() -> None:
    """An error in a rule on a declared resource denies, and says so."""
    rule = policy('    - {name: r, on: key, deny: key.ticket == ""}')
    violation = bundle_of(rule).resolve("ranker-prod", NOW).violations[0]
    assert violation.error
    assert "ticket" in violation.message


def test_time_decides_at_the_instant_asked_for() -> None:
    """The same bundle gives another answer at another time, and only then."""
    bundle = bundle_of(policy('    - {name: r, on: key, deny: key.expires - now > duration("2160h")}'))
    assert bundle.resolve("ranker-prod", NOW).in_force
    assert not bundle.resolve("ranker-prod", NOW - timedelta(days=60)).in_force


def test_a_key_that_ended_is_not_in_force() -> None:
    """At the instant of `expires` a key is no longer valid."""
    bundle = bundle_of()
    end = datetime(2027, 1, 31, 23, tzinfo=UTC)
    assert bundle.resolve("ranker-prod", end - timedelta(microseconds=1)).in_force
    assert not bundle.resolve("ranker-prod", end).in_force


def test_an_unknown_key_is_an_error() -> None:
    """Nothing is resolved for a key that nobody declared."""
    with pytest.raises(UnknownKey, match="no Key is called `ghost`"):
        bundle_of().resolve("ghost", NOW)


def test_a_naive_time_is_refused() -> None:
    """A time without a zone could be any of a day's worth of instants."""
    with pytest.raises(ValueError, match="needs its zone"):
        bundle_of().resolve("ranker-prod", datetime(2026, 11, 23))
