"""What is certain before a request: the allowlist and the decision agree on it, at every instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from organisation import NOW, bundle_of, policy, waiver

from remit.bundle import Bundle
from remit.decide import Engine

LATER = 'now >= timestamp("2026-11-23T13:00:00Z")'
# rules that keep `mini` from the key from an hour after NOW on, whatever a request says
TIMED = [
    f"{{name: r, on: request, deny: '{LATER}'}}",
    f"{{name: r, on: request, deny: '{LATER} ? key.ticket == \"\" : false'}}",
    f"{{name: r, on: request, deny: '{LATER} ? dyn(key.name) : dyn(false)'}}",
    f"{{name: r, on: request, allow: '!({LATER})'}}",
    f"{{name: r, on: request, allow: '{LATER} ? key.ticket == \"\" : true'}}",
    f"{{name: r, on: request, throttle: '{LATER} ? key.ticket == \"\" : false', delay: 'duration(\"1s\")'}}",
    f"{{name: r, on: model, deny: '{LATER}'}}",
    f'{{name: r, on: model, deny: \'{LATER} ? model.labels["x"] == "" : false\'}}',
    f"{{name: r, on: key, deny: '{LATER}'}}",
    f"{{name: r, on: team, deny: '{LATER}'}}",
    f"{{name: r, on: project, deny: '{LATER}'}}",
]


def _both(bundle: Bundle, at: datetime) -> tuple[bool, bool]:
    """Whether `mini` is pushed, and whether it is allowed."""
    found = bundle.resolve("ranker-prod", at)
    return found.in_force and "mini" in found.models, Engine(bundle).evaluate(
        key="ranker-prod", model="mini", user="ana", now=at
    ).allowed


@pytest.mark.parametrize("rule", TIMED)
def test_what_a_time_decides_is_decided_alike(rule: str) -> None:
    """Before the time both allow, from it on neither does, and asking about one time changes no other."""
    bundle = bundle_of(policy(f"    - {rule}"))
    for hours in (0, 1, 0, 2):
        assert _both(bundle, NOW + timedelta(hours=hours)) == (hours == 0, hours == 0)


def test_a_throttle_that_is_certain_keeps_nothing_from_anybody() -> None:
    """Slowing down is no refusal."""
    for condition in ("true", LATER):
        rule = f"    - {{name: r, on: request, throttle: '{condition}', delay: 'duration(\"1s\")'}}"
        assert _both(bundle_of(policy(rule)), NOW + timedelta(hours=2)) == (True, True)


def test_a_model_whose_cap_has_no_value_is_not_pushed() -> None:
    """A cap that cannot be computed excludes its model; the other model stays."""
    rule = "{name: c, on: model, cap: tokens_per_day, value: 'model.tier == \"economy\" ? model.context_tokens : 5'}"
    bundle = bundle_of(policy(f"    - {rule}"))
    assert _both(bundle, NOW) == (False, False)
    assert bundle.resolve("ranker-prod", NOW).models == ("grand",)


BOUNDARY = datetime(2026, 10, 31, 23, tzinfo=UTC)  # where the waiver of the tests starts: midnight in Berlin


def test_a_waiver_begins_and_ends_at_its_instants_whoever_asked_before() -> None:
    """The last instant before, the first of, and the first after are told apart on one bundle and one engine."""
    bundle = bundle_of(policy("    - {name: r, on: key, deny: 'true'}"), waiver("base/r", "Key ranker-prod"))
    engine, tick, end = Engine(bundle), timedelta(microseconds=1), datetime(2026, 11, 30, 23, tzinfo=UTC)
    for at, waived in ((BOUNDARY - tick, False), (BOUNDARY, True), (end - tick, True), (end, False), (BOUNDARY, True)):
        assert engine.evaluate(key="ranker-prod", model="mini", now=at).allowed is waived
        assert bundle.resolve("ranker-prod", at).in_force is waived


def test_two_waivers_for_one_subject_both_hold() -> None:
    """The second does not take the place of the first."""
    rules = policy("    - {name: r, on: request, deny: 'true'}\n    - {name: s, on: key, deny: 'true'}")
    waivers = [waiver(f"base/{rule}", "Key ranker-prod", name=f"w{rule}") for rule in "rs"]
    assert _both(bundle_of(rules, *waivers), NOW) == (True, True)
    assert _both(bundle_of(rules, waivers[0]), NOW) == (False, False)


def test_of_equal_pools_the_one_nearest_the_key_is_named() -> None:
    """What its owners can change: a rule on the key before the amount that the key declares."""
    bundle = bundle_of(policy("    - {name: b, on: key, cap: budget.monthly, value: usd(500)}"))
    pools = {pool.id: pool for pool in bundle.resolve("ranker-prod", NOW).budgets}
    assert pools["key.monthly"].origin.rule == "base/b"
