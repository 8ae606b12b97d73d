"""Rules about changes and about observed budgets."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from organisation import NOW, bundle_of, policy

from remit.decide import alerts, requirements
from remit.decide._windows import next_day, next_month, resets

CHANGES = policy(
    """\
    - name: big
      on: change
      when: change.field == "budget.monthly" && change.amount_to > usd(5000)
      require: {group: finance, approvals: 2}
      message: '"ask finance about " + change.name'
"""
)
BUDGETS = policy(
    """\
    - name: warn
      on: budget
      when: budget.spent >= budget.limit * 0.8
      alert: {severity: warning, notify: [finops]}
"""
)
BASIC = {"kind": "Key", "name": "k", "field": "budget.monthly", "action": "change"}


@pytest.mark.parametrize(
    ("change", "count", "error"),
    [
        ({"amount_to": 5_000_000_000}, 0, False),
        ({"amount_to": 5_000_000_001}, 1, False),
        ({}, 1, True),
        ({"field": "owner"}, 0, False),
    ],
)
def test_a_change_needs_what_its_rules_say(change: dict[str, object], count: int, error: bool) -> None:
    """Exactly at the threshold nothing, a micro-unit above finance; what cannot be told needs approval."""
    found = requirements(bundle_of(CHANGES), {**BASIC, **change}, NOW)
    assert len(found) == count
    assert all(each.require.group == "finance" and each.require.approvals == 2 for each in found)
    assert [bool(each.error) for each in found] == [error] * count


@pytest.mark.parametrize(("team", "count"), [("search", 1), ("other", 0), (None, 1)])
def test_a_selector_of_changes_spares_only_what_is_known_to_be_elsewhere(team: str | None, count: int) -> None:
    """A change that does not say where it belongs is judged by every rule."""
    bundle = bundle_of(
        policy("    - {name: r, on: change, when: 'true', require: {group: finance}}", match="{teams: [search]}")
    )
    assert len(requirements(bundle, {**BASIC, **({"team": team} if team else {})}, NOW)) == count


@pytest.mark.parametrize(("spent", "fired"), [(79_999_999, 0), (80_000_000, 1), (120_000_000, 1)])
def test_an_alert_fires_from_its_threshold_on(spent: int, fired: int) -> None:
    """Money times a double is exact: 80 % of 100 USD is 80 USD."""
    budget = {
        "pool": "key",
        "name": "k",
        "period": "monthly",
        "spent": spent,
        "limit": 100_000_000,
        "ratio": spent / 1e8,
    }
    found = alerts(bundle_of(BUDGETS), budget, NOW)
    assert [each.alert.notify for each in found] == [("finops",)] * fired


def test_an_alert_that_cannot_be_told_fires() -> None:
    """Silence would look like money left."""
    assert [bool(each.error) for each in alerts(bundle_of(BUDGETS), {"pool": "key", "name": "k"}, NOW)] == [True]


WINDOWS = [
    ("daily", "2026-03-28T23:30:00Z", "2026-03-29T22:00:00Z"),
    ("daily", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    ("daily", "2026-11-23T22:59:59Z", "2026-11-23T23:00:00Z"),
    ("daily", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"),
    ("monthly", "2026-01-31T12:00:00Z", "2026-01-31T23:00:00Z"),
    ("monthly", "2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z"),
    ("monthly", "2028-02-29T12:00:00Z", "2028-02-29T23:00:00Z"),
    ("monthly", "2026-12-31T23:00:00Z", "2027-01-31T23:00:00Z"),
    ("monthly", "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z"),
]


@pytest.mark.parametrize(("period", "now", "end"), WINDOWS)
def test_a_window_ends_at_midnight_of_the_organisation(period: str, now: str, end: str) -> None:
    """Month ends, leap days, and days of 23 and 25 hours."""
    assert resets(period, datetime.fromisoformat(now), ZoneInfo("Europe/Berlin")) == datetime.fromisoformat(end)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]),
)
def test_windows_only_go_forward(now: datetime, zone: str) -> None:
    """The end of a window is after now, and the next window starts where this one ends."""
    for end in (next_day, next_month):
        first = end(now, ZoneInfo(zone))
        assert first > now
        assert end(first, ZoneInfo(zone)) > first
