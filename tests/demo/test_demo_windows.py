"""Sliding windows, opening balances and tallies."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.bundle import Bundle
from remit.demo._sample import DAY
from remit.demo._tally import percentile
from remit.demo._windows import Meter, Window, budgets, opening

TIMES = st.lists(
    st.tuples(st.floats(min_value=0, max_value=300, allow_nan=False), st.integers(min_value=0, max_value=99)),
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(sent=TIMES, now=st.floats(min_value=0, max_value=400, allow_nan=False))
def test_a_window_counts_exactly_what_is_not_older_than_its_span(sent: list[tuple[float, int]], now: float) -> None:
    """The window's sums are those of looking at every request."""
    window = Window(60.0)
    for at, tokens in sorted(sent):
        window.add(at, tokens)
        window.slide(at)
    end = max([now, *(at for at, _ in sent)])
    window.slide(end)
    inside = [tokens for at, tokens in sent if at > end - 60.0]
    assert (len(inside), sum(inside)) == (window.requests, window.tokens)


def test_usage_is_of_the_key_and_of_the_user_within_it(sample: Bundle) -> None:
    """Counters of key and user are apart, minutes slide, days do not, and money counts in every pool above."""
    entitlements = {each.key: each for each in sample.entitlements(DAY)}
    name = "care-assistant-prod"
    meter = Meter(entitlements)
    before = meter.usage(name, "ana", 0.0).spent
    meter.sent(name, "ana", 10.0, 500, 7)
    meter.sent(name, "ben", 50.0, 300, 5)
    usage = meter.usage(name, "ana", 75.0)
    assert (usage.requests_last_minute, usage.requests_last_hour, usage.requests_today) == (1, 2, 2)
    assert (usage.tokens_last_minute, usage.tokens_today) == (300, 800)
    assert (usage.user_requests_last_minute, usage.user_requests_last_hour, usage.user_requests_today) == (0, 1, 1)
    assert (usage.user_tokens_last_minute, usage.user_tokens_today) == (0, 500)
    assert {pool: spent + 12 for pool, spent in before.items()} == dict(usage.spent)
    assert set(usage.spent) == {"organization.monthly", "team.monthly", "project.monthly", "key.monthly"}


def test_a_key_that_is_not_declared_has_used_nothing(sample: Bundle) -> None:
    """There is no pool for it, and nobody behind it."""
    meter = Meter({each.key: each for each in sample.entitlements(DAY)})
    usage = meter.usage("nobody", None, 5.0)
    assert (usage.requests_today, dict(usage.spent)) == (0, {})


def test_the_month_before_the_day_is_the_same_each_time_and_within_budget(sample: Bundle) -> None:
    """No key starts over its budget, and what keys have spent adds up in every pool above them."""
    entitlements = {each.key: each for each in sample.entitlements(DAY)}
    spent, limits = opening(entitlements), budgets(entitlements)
    assert spent == opening(entitlements)
    keys = {place: amount for place, amount in spent.items() if place[0] == "key"}
    assert all(0 < amount < limits[place] for place, amount in keys.items())
    for pool in ("team", "project", "organization"):
        assert sum(keys.values()) == sum(amount for place, amount in spent.items() if place[0] == pool)


@pytest.mark.parametrize(
    ("ordered", "percent", "expected"),
    [([], 50, 0), ([7], 99, 7), ([1, 2], 50, 1), ([1, 2, 3], 50, 2), (list(range(1, 101)), 99, 99)],
)
def test_percentiles_are_by_nearest_rank(ordered: list[int], percent: int, expected: int) -> None:
    """A percentile is always a value that was measured."""
    assert expected == percentile(ordered, percent)


def test_the_demonstrated_day_begins_at_midnight(sample: Bundle) -> None:
    """Windows of the day cover the whole replay, by the organisation's own clock."""
    assert datetime(2026, 11, 23, tzinfo=UTC).date() == DAY.date()
    assert (DAY.astimezone(sample.zone).hour, DAY.astimezone(sample.zone).minute) == (0, 0)
