"""When a target is written: windows, targets that are only looked at, and plans that may exceed the limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from simulated import NOW, World, actions, entitlement, keys, numbered

from remit.reconcile import PlanBlocked
from remit.reconcile._windows import is_open
from remit.resources import ChangeLimits, LimitOverride, Window

# windows, the instant, the zone, whether it is open; 2026-11-23 is a Monday
TIMES = [
    ([], "2026-11-23T12:00Z", "UTC", True),
    ([{"begins": "09:00", "ends": "17:00"}], "2026-11-23T09:00Z", "UTC", True),
    ([{"begins": "09:00", "ends": "17:00"}], "2026-11-23T16:59:59Z", "UTC", True),
    ([{"begins": "09:00", "ends": "17:00"}], "2026-11-23T17:00Z", "UTC", False),
    ([{"begins": "09:00", "ends": "17:00"}], "2026-11-23T08:59Z", "UTC", False),
    ([{"begins": "09:00", "ends": "17:00"}], "2026-11-23T08:59Z", "Europe/Berlin", True),
    ([{"days": ["tue"]}], "2026-11-23T23:59Z", "UTC", False),
    ([{"days": ["tue"]}], "2026-11-23T23:59Z", "Europe/Berlin", True),
    ([{"days": ["mon"], "begins": "22:00", "ends": "02:00"}], "2026-11-24T01:59Z", "UTC", True),
    ([{"days": ["mon"], "begins": "22:00", "ends": "02:00"}], "2026-11-24T02:00Z", "UTC", False),
    ([{"days": ["tue"], "begins": "22:00", "ends": "02:00"}], "2026-11-24T01:59Z", "UTC", False),
    ([{"days": ["sat"]}, {"days": ["mon"], "ends": "13:00"}], "2026-11-23T12:00Z", "UTC", True),
    # the hour that the clocks skip, and the one they repeat
    ([{"begins": "02:00", "ends": "03:00"}], "2026-03-29T01:00Z", "Europe/Berlin", False),
    ([{"begins": "02:00", "ends": "03:00"}], "2026-10-25T00:30Z", "Europe/Berlin", True),
    ([{"begins": "02:00", "ends": "03:00"}], "2026-10-25T01:30Z", "Europe/Berlin", True),
]


@pytest.mark.parametrize(("windows", "at", "zone", "expected"), TIMES)
def test_windows(windows, at, zone, expected) -> None:
    """A window holds from its begin up to its end, by the clocks of the organisation."""
    declared = [Window.model_validate(each) for each in windows]
    assert is_open(declared, datetime.fromisoformat(at), ZoneInfo(zone)) is expected


CLOSED = [("windows", [{"days": ["sun"]}], "waiting"), ("observe", True, "observed"), ("suspended", True, "suspended")]


@pytest.mark.parametrize(("name", "value", "status"), CLOSED)
def test_target_that_is_not_written(world: World, name, value, status) -> None:
    """What would change is shown, does not count as pending, is not judged, and is not applied."""
    world.specs["gateway"] = {name: value, "limits": {"create": {"max_count": 0}}}
    made = world.declare(entitlement()).plan()
    assert (made.targets[0].status, made.empty, made.blocked) == (status, True, False)
    assert actions(made) == {"gateway/ranker-prod": "create"}
    outcome = world.apply(made)
    assert (outcome.targets[0].status, outcome.ok) == (status, True)
    assert world.gateways["gateway"].objects == {}


def test_window_that_opens(world: World) -> None:
    """What waited is applied when the window opens."""
    world.specs["gateway"] = {"windows": [{"days": ["tue"]}]}
    world.declare(entitlement()).apply()
    world.now += timedelta(days=1)
    assert world.apply().ok
    assert [each.alias for each in world.gateways["gateway"].objects.values()] == ["ranker-prod"]


def refused(world: World) -> str:
    """Nine keys of which all but one go, against the limits; returns the digest of these changes."""
    world.declare(*keys(*numbered(9))).apply()
    world.specs["gateway"] = {"limits": {"delete": {"max_count": 3}}}
    made = world.declare(*keys("key-1")).plan()
    assert made.blocked
    return made.targets[0].changes_digest


def override(plan: str, **changes: object) -> dict[str, object]:
    """An override that holds for a day."""
    return {"plan": plan, "reason": "the team was dissolved", "expires": NOW + timedelta(days=1), **changes}


def test_override(world: World) -> None:
    """A plan that is named by its digest may exceed the limits, and says why."""
    digest = refused(world)
    world.specs["gateway"]["overrides"] = [override(digest)]
    made = world.plan()
    assert (made.blocked, [(v.exceeded, v.overridden) for v in made.verdicts if v.exceeded]) == (
        False,
        [(True, "the team was dissolved")],
    )
    assert world.apply(made).ok
    assert len(world.gateways["gateway"].objects) == 1


def test_override_of_another_commit(world: World) -> None:
    """The commit that adds the override makes another bundle; the changes, and so their digest, are the same."""
    digest = refused(world)
    world.specs["gateway"]["overrides"] = [override(digest)]
    world.bundle = "sha256:two"
    assert world.apply().ok


INERT = [
    ("of another plan", lambda digest: override("sha256:" + "0" * 64)),
    ("that has expired", lambda digest: override(digest, expires=NOW)),
    ("that expires today", lambda digest: override(digest, expires=NOW.date())),
]


@pytest.mark.parametrize(("name", "made"), INERT, ids=[name for name, _ in INERT])
def test_override_that_does_not_hold(world: World, name, made) -> None:
    """An override is for one plan and for a while."""
    digest = refused(world)
    world.specs["gateway"]["overrides"] = [made(digest)]
    with pytest.raises(PlanBlocked):
        world.apply()
    assert len(world.gateways["gateway"].objects) == 9


def test_override_when_a_change_is_added(world: World) -> None:
    """One change more is another plan."""
    digest = refused(world)
    world.specs["gateway"]["overrides"] = [override(digest)]
    assert world.declare(*keys("key-1", "new")).plan().blocked


def test_override_over_all_targets(world: World) -> None:
    """The limits over all targets have overrides of their own."""
    world.total = ChangeLimits.model_validate({"create": {"max_count": 1}})
    made = world.declare(*keys("a", "b")).plan()
    assert [verdict.scope for verdict in made.exceeded] == ["total"]
    digest = made.targets[0].changes_digest
    world.overrides = (LimitOverride.model_validate(override(digest)),)
    assert world.apply().ok
    assert made.at.astimezone(UTC) == NOW
