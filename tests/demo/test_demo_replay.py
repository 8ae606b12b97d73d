"""Casting callers, writing requests, and deciding a day of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from remit.bundle import Bundle
from remit.decide import Engine
from remit.demo import DemoError
from remit.demo._cast import Role, assign, roles
from remit.demo._replay import replay
from remit.demo._requests import Author
from remit.demo._sample import DAY
from remit.demo._traffic import Event
from remit.render.report_facts import Traffic

PILOT = "route-planner-pilot-dev"


@pytest.fixture(scope="module")
def cast(sample: Bundle, events: list[Event]) -> Mapping[str, Role]:
    return assign(roles(sample, DAY), events)


@pytest.fixture(scope="module")
def traffic(sample: Bundle, events: list[Event]) -> Traffic:
    return replay(sample, events, DAY, "a test", lambda _: None)


def test_every_caller_plays_one_key_and_every_key_is_played(
    sample: Bundle, events: list[Event], cast: Mapping[str, Role]
) -> None:
    """No caller is left out, no key stays idle, and keys with higher caps carry more."""
    assert {event.source for event in events} == set(cast)
    assert {role.key for role in cast.values()} == set(sample.keys)
    load = Counter(cast[event.source].key for event in events)
    assert load["code-assistant-editor-prod"] > load["tracking-widget-web-staging"]
    assert {source: role.key for source, role in cast.items()} == {
        source: role.key for source, role in assign(roles(sample, DAY), events).items()
    }


def test_the_requests_of_a_role_are_right(sample: Bundle) -> None:
    """What a role may ask for is what the engine allows when nothing has been used."""
    engine = Engine(sample)
    for role in roles(sample, DAY):
        for shape in role.suited("small"):
            decision = engine.evaluate(
                key=role.key,
                model=shape.model,
                purpose=shape.purpose,
                data_class=shape.data_class,
                scope=shape.scope,
                user="ana",
                input_tokens=10,
                output_tokens=10,
                now=DAY,
            )
            assert decision.effect == "allow", (role.key, shape)


def test_a_caller_with_a_class_that_nobody_knows_beside_one_that_is_known_is_served(sample: Bundle) -> None:
    """Somebody's own recording may name other classes, and one caller may use several."""
    own = [Event(float(second), "me", ("colossal", "mid")[second % 2], 5, 5) for second in range(30)]
    assert replay(sample, own, DAY, "a test", lambda _: None).requests == 30


def test_requests_are_mostly_right_and_the_same_each_time(
    sample: Bundle, events: list[Event], cast: Mapping[str, Role]
) -> None:
    """A few in a hundred are wrong, in every way that was thought of."""
    author, again = Author(sample, cast), Author(sample, cast)
    written = [author.write(event) for event in events]
    assert written == [again.write(event) for event in events]
    strangers = sum(request.key not in sample.keys for request in written)
    nameless = sum("purpose" not in request.fields for request in written)
    assert 0 < strangers < len(events) * 0.01
    assert 0 < nameless < len(events) * 0.02
    assert any("tags" in request.fields for request in written)


def test_every_request_is_decided_once(traffic: Traffic, events: list[Event]) -> None:
    """Hours, keys and effects all add up to the requests."""
    assert len(events) == traffic.requests == sum(use.requests for use in traffic.keys)
    assert len(traffic.hours) == 24
    counted = sum(number for _, number in traffic.latency.histogram) + traffic.latency.prepared
    assert len(events) == counted


def test_decisions_and_spend_are_the_same_each_time(traffic: Traffic, sample: Bundle, events: list[Event]) -> None:
    """Only the clock differs between two replays."""
    again = replay(sample, events, DAY, "a test", lambda _: None)
    assert replace(again, seconds=0, latency=traffic.latency) == replace(traffic, seconds=0)


def test_reasons_are_varied(traffic: Traffic) -> None:
    """Unknown names, wrong purposes and data, rules and an expired key all occur."""
    found = {reason.id for reason in traffic.reasons}
    expected = {"unknown-key", "unknown-model", "purpose-not-granted", "data-class-not-granted", "key-expired"}
    assert expected <= found
    assert any("/" in name for name in found)


def test_the_pilots_key_works_until_it_has_expired(sample: Bundle) -> None:
    """The same request is allowed in the morning and denied in the afternoon."""
    role = next(each for each in roles(sample, DAY) if each.key == PILOT)
    assert role.entitlement.expires is not None
    engine, shape = Engine(sample), role.shapes[0]
    asked = {"key": PILOT, "model": shape.model, "purpose": shape.purpose, "data_class": shape.data_class}
    assert engine.evaluate(**asked, now=DAY).allowed
    late = engine.evaluate(**asked, now=role.entitlement.expires)
    assert [reason.code for reason in late.reasons] == ["key-expired"]


def test_money_is_spent_once_in_every_pool(traffic: Traffic) -> None:
    """What keys spent is what teams spent is what the organisation spent."""
    by_key = sum(use.spent for use in traffic.keys)
    assert by_key > 0
    for pool in ("organization", "team", "project", "key"):
        monthly = [each for each in traffic.spend(pool) if each.period == "monthly"]
        assert by_key == sum(each.after - each.before for each in monthly), pool


def test_a_burst_is_slowed_down_and_then_refused(sample: Bundle) -> None:
    """Caps bite within the minute, throttled requests count after their delay, denied ones never."""
    burst = [Event(second / 10, "caller", "small", 10, 10) for second in range(600)]
    narrow = next(each for each in roles(sample, DAY) if each.key == "address-cleaning-dev")
    only = replay(_only(sample, narrow.key), burst, DAY, "a test", lambda _: None)
    # a cap of 120 a minute: 80 % of it goes out at once
    assert 96 <= only.effects["allow"] <= 100
    assert {"back-off/minute-at-80-percent", "cap-reached"} <= {reason.id for reason in only.reasons}
    assert only.effects["throttle"] == sum(only.delays.values())


def test_a_budget_that_runs_out_refuses_and_raises_its_alerts(sample: Bundle) -> None:
    """The rules on budgets that did not hold before the day and hold after it are told once each."""
    dear = [Event(second * 30.0, "caller", "reason", 100_000, 8_000) for second in range(2_000)]
    spent = replay(_only(sample, "model-evaluation-staging"), dear, DAY, "a test", lambda _: None)
    assert "budget-exhausted" in {reason.id for reason in spent.reasons}
    raised = [(each.rule, each.pool) for each in spent.alerts]
    assert ("budgets/all-is-spent", "key") in raised
    assert len(raised) == len(set(raised))
    assert spent.spend("key")[0].share >= 1


def test_nobody_to_play_is_an_error(sample: Bundle, events: list[Event]) -> None:
    """Long after every key has expired there is nothing to replay."""
    with pytest.raises(DemoError, match="no key in `meridian-parcel`"):
        replay(sample, events, DAY.replace(year=2031), "a test", lambda _: None)


def test_progress_is_told_for_every_request(sample: Bundle, events: list[Event]) -> None:
    """What the bar hears adds up."""
    heard: list[int] = []
    replay(sample, events[:1_234], DAY, "a test", heard.append)
    assert sum(heard) == 1_234


class _only:
    """The bundle as if one key were all there is."""

    def __init__(self, bundle: Bundle, key: str) -> None:
        self._bundle = bundle
        self._key = key

    def entitlements(self, at: object) -> list[object]:
        return [each for each in self._bundle.entitlements(at) if each.key == self._key]  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._bundle, name)
