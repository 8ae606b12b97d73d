"""Targets that hold teams and projects as objects of their own."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from simulated import (
    HERE,
    LABELS,
    LISTS,
    NATIVE,
    NOW,
    ORGANIZATION,
    Gateway,
    World,
    actions,
    entitlement,
    pool,
    statuses,
)
from simulated import target as declared_target

from remit.bundle import Cap, Origin
from remit.reconcile import desired
from remit.resources import Money
from remit.targets import Capabilities, Capability, TargetObject, WriteRefused

ON_TEAM = Capabilities(
    {**NATIVE.entries, "budgets.team": Capability("native", "the budget of the team", at="team")},
    {"team": dict.fromkeys((*LABELS, *LISTS, "enabled", "budgets"), Capability("native"))},
)


def teamed(world: World, **options: object) -> Gateway:
    """A gateway that holds teams."""
    gateway = world.gateways["gateway"] = Gateway(capabilities=replace(ON_TEAM, **options))
    world.spaces = {"gateway": ("team",)}
    return gateway


def names(gateway: Gateway) -> list[str]:
    return sorted(each.slot for each in gateway.objects.values())


def test_space_before_its_keys_and_after(world: World) -> None:
    """A team is made before its keys, is marked as ours, and goes when the last of them is gone."""
    gateway = teamed(world)
    world.specs = {"gateway": {"allow_empty": True}}
    world.declare(entitlement("a"), entitlement("b", models=("nimbus-huge",)))
    assert world.apply().ok
    assert [each for each in gateway.calls if each != "read"] == ["create search", "create a", "create b"]
    team = next(each for each in gateway.objects.values() if each.kind == "team")
    assert (team.models, team.marker) == (
        ("nimbus-huge", "nimbus-large", "nimbus-small"),
        f"remit:{ORGANIZATION}/team:search#{team.id}",
    )
    assert world.plan().empty
    assert world.declare().apply().ok
    assert names(gateway) == []
    assert [each for each in gateway.calls if each != "read"][-1] == f"delete {team.id}"
    assert world.plan().empty


def test_budget_of_the_team_is_on_the_team(world: World) -> None:
    """A shared pool is written where it is shared, and on no key."""
    gateway = teamed(world)
    world.declare(entitlement("a", budgets={"key.monthly": 5, "team.monthly": 50})).apply()
    budgets = {each.slot: dict(each.budgets) for each in gateway.objects.values()}
    assert budgets == {
        "a": {"key.monthly": Money(5_000_000, "USD")},
        "team:search": {"team.monthly": Money(50_000_000, "USD")},
    }
    assert world.plan().empty


def test_key_moves_to_a_new_team(world: World) -> None:
    """The new team is there before the key moves, and the old one goes afterwards."""
    gateway = teamed(world)
    world.declare(entitlement("a")).apply()
    gateway.calls.clear()
    assert world.declare(entitlement("a", team="ads")).apply().ok
    assert names(gateway) == ["a", "team:ads"]
    writes = [each.split()[0] for each in gateway.calls if each != "read"]
    assert writes == ["create", "update", "delete"]


def test_team_stays_while_a_revoked_key_is_in_it(world: World) -> None:
    """A key that moves while it may not work stays where it is, and so does its team, until it works again."""
    gateway = teamed(world)
    world.declare(entitlement("a"), entitlement("b")).apply()
    moved = {"team": "growth", "project": "mails"}
    assert world.declare(entitlement("a", **moved, suspended=True), entitlement("b", **moved)).apply().ok
    assert names(gateway) == ["a", "b", "team:growth", "team:search"]
    assert world.plan().empty
    assert world.declare(entitlement("a", **moved), entitlement("b", **moved)).apply().ok
    assert world.plan().changes == world.plan().problems == ()
    assert names(gateway) == ["a", "b", "team:growth"]


def test_former_key_moves_along(world: World) -> None:
    """Both values of a rotated key are in the new team, so that the old one can go."""
    gateway = teamed(world)
    world.declare(entitlement("a")).apply()
    world.rotate = ("a",)
    assert world.apply().ok
    world.rotate = ()
    assert world.declare(entitlement("a", team="growth", project="mails")).apply().ok
    assert names(gateway) == ["a", "a", "team:growth"]
    assert world.plan().empty


def test_adopted_key_waits_for_its_team(world: World) -> None:
    """What is taken from an adopted key is taken at once, and it enters its team when that is there."""
    gateway = teamed(world)
    world.specs = {"gateway": {"adopt": True}}
    gateway.put(TargetObject("a", "hand-1"))
    assert world.declare(entitlement("a")).apply().ok
    writes = [each for each in gateway.calls if each != "read"]
    assert writes == ["update hand-1", "create search", "update hand-1"]
    assert gateway.of("a").team == "search"
    assert world.plan().empty


def test_keys_wait_for_their_team(world: World) -> None:
    """Where a team cannot be made, its keys are not tried, and those of other teams are."""
    gateway = teamed(world)
    gateway.faults = {"create": [WriteRefused("no more teams")]}
    world.declare(entitlement("a", team="ads"), entitlement("b"))
    outcome = world.apply()
    assert statuses(outcome) == {
        "gateway/a": "withheld",
        "gateway/b": "in-force",
        "gateway/team:ads": "failed",
        "gateway/team:search": "in-force",
    }
    assert world.apply().ok


def test_team_with_a_lost_answer(world: World) -> None:
    """A team that was made although the answer was lost is found by its marker, and not made twice."""
    gateway = teamed(world)
    gateway.after_faults = {"create": [TimeoutError()]}
    world.declare(entitlement("a"))
    assert not world.apply().ok
    assert actions(world.plan()) == {"gateway/a": "create", "gateway/team:search": "update"}
    assert world.apply().ok
    assert names(gateway) == ["a", "team:search"]
    assert world.plan().empty


def test_key_and_team_of_one_name(world: World) -> None:
    """A key that is called as its team is another object."""
    gateway = teamed(world)
    assert world.declare(entitlement("search")).apply().ok
    assert names(gateway) == ["search", "team:search"]
    assert world.plan().empty


def test_marker_of_a_key_on_a_team(world: World) -> None:
    """A marker says which kind of object it is for: on another kind it is a stranger's, and never deleted."""
    gateway = teamed(world)
    world.declare(entitlement("a")).apply()
    gateway.put(TargetObject("x", "t9", f"remit:{ORGANIZATION}/x#t9", kind="team"))
    assert world.plan().empty
    assert "team:x" in names(gateway)


def test_shared_rates() -> None:
    """A space has room for the sum of its keys' rates; a rate that one of them lacks is not bounded."""
    capped = [
        entitlement("a", models=("swift",), caps={"requests_per_minute": 60, "tokens_per_minute": 5}),
        entitlement("b", models=("swift", "grand"), caps={"requests_per_minute": 30}),
        entitlement("off", models=("other",), caps={"requests_per_minute": 9}, suspended=True),
    ]
    limit = {"swift": {"requests_per_minute": Cap("requests_per_minute", 10, Origin(HERE))}}
    capped[1] = replace(capped[1], model_caps=limit)
    options = {"organization": ORGANIZATION, "bundle": "", "commit": None, "at": NOW}
    wishes = desired(
        capped,
        {"gateway": declared_target()},
        **options,
        spaces={"gateway": ("project",)},
        alerts={("project", "someone"): ("80%",)},
    )
    goal = wishes.keys["gateway"]["project:ranker"].goal
    assert goal.models == ("grand", "swift")
    assert goal.caps == {"requests_per_minute": 90}
    assert goal.model_caps == {"requests_per_minute.swift": 70, "requests_per_minute.grand": 30}
    assert goal.alerts == {}


def test_alerts_of_a_space() -> None:
    """Alerts follow the budget of the level that they are declared on."""
    found = entitlement("a", budgets={"project.monthly": 9, "key.monthly": 1})
    options = {"organization": ORGANIZATION, "bundle": "", "commit": None, "at": NOW}
    alerts = {("project", "someone"): ("50%", "80%")}
    wishes = desired(
        [found], {"gateway": declared_target()}, **options, spaces={"gateway": ("project",)}, alerts=alerts
    )
    assert wishes.keys["gateway"]["project:ranker"].goal.alerts == {"project.monthly": ("50%", "80%")}
    assert wishes.keys["gateway"]["a"].goal.alerts == {}
    assert pool("project.monthly", 9).id == "project.monthly"


class Counting(Gateway):
    """Remembers how many calls it saw at one time."""

    lock = threading.Lock()
    barrier = threading.Barrier(3, timeout=20)

    def update(self, found: TargetObject, key: TargetObject, changed: frozenset[str]) -> None:
        self.barrier.wait()
        with self.lock:
            super().update(found, key, changed)


def test_as_many_calls_as_the_target_takes(world: World) -> None:
    """Objects are changed at the same time, as many as the capabilities say, and the outcome is the same."""
    world.declare(*(entitlement(name) for name in "abc")).apply()
    before = world.gateways["gateway"]
    gateway = Counting(objects=before.objects, values=before.values, capabilities=replace(NATIVE, concurrency=3))
    world.gateways["gateway"] = gateway
    lower = {"requests_per_minute": 1}
    assert world.declare(*(entitlement(name, caps=lower) for name in "abc")).apply().ok
    assert gateway.barrier.n_waiting == 0
    assert world.plan().empty


def test_a_stop_in_one_of_many_calls(world: World) -> None:
    """What stops a run stops it at once when many calls are under way: the rest is not begun."""
    world.gateways["gateway"] = Gateway(capabilities=replace(NATIVE, concurrency=2))
    world.declare(*(entitlement(f"key-{n}") for n in range(20)))

    def stop(step: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.apply(on_progress=stop)
    assert world.gateways["gateway"].objects == {}
