"""An emergency: a key stops working at once on every target, and no run brings it back before git says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from simulated import NOW, Gateway, World, actions, entitlement

from remit.reconcile import Emergency, Revocation, StateFailed
from remit.targets import TargetObject, Unreadable, WriteRefused

LEAK = Revocation("olga", NOW, "it was seen in a public log")


def revoke(world: World, key: str = "a") -> dict[str, str]:
    """Status by target."""
    emergency = Emergency("meridian", key, LEAK, world.run())
    return {each.target: each.status for each in emergency.revoke(world.gateways, world.gateways)}


def working(world: World, name: str = "gateway") -> list[str]:
    return sorted(each.alias for each in world.gateways[name].objects.values() if each.enabled)


@pytest.fixture
def applied(world: World) -> World:
    """Two keys in force on two targets."""
    world.gateways["other"] = Gateway("other")
    world.specs = {name: {"limits": {"revoke": {}, "delete": {}}} for name in world.gateways}
    both = ("gateway", "other")
    world.declare(*(entitlement(name, targets=both, expires=NOW + timedelta(days=900)) for name in "ab"))
    assert world.apply().ok
    return world


def test_revoked_everywhere(applied: World) -> None:
    """The key does not work on any target, the others do, and the plan leaves it so and says what git must say."""
    assert revoke(applied) == {"gateway": "revoked", "other": "revoked"}
    assert working(applied) == working(applied, "other") == ["b"]
    made = applied.plan()
    assert (made.empty, [(p.code, p.target) for p in made.problems]) == (
        True,
        [("revoked", "gateway"), ("revoked", "other")],
    )
    applied.apply()
    assert working(applied) == ["b"]
    assert applied.plan().empty
    assert revoke(applied) == {"gateway": "absent", "other": "absent"}


def test_git_follows(applied: World) -> None:
    """Once git says the same, git decides again: the key comes back when it is declared in force again."""
    before = applied.entitlements
    revoke(applied)
    off = [entitlement(e.key, targets=e.targets, expires=e.expires, suspended=e.key == "a") for e in before]
    assert applied.declare(*off).apply().ok
    assert applied.plan().problems == ()
    assert working(applied) == ["b"]
    assert applied.declare(*before).apply().ok
    assert working(applied) == ["a", "b"]


def test_former_values_too(applied: World) -> None:
    """The former value of a rotated key stops working with it."""
    applied.rotate = ("a",)
    applied.apply()
    assert working(applied) == ["a", "a~2", "b"]
    assert revoke(applied)["gateway"] == "revoked"
    assert working(applied) == ["b"]


def test_target_that_cannot_be_read(applied: World) -> None:
    """What is remembered of the key is switched off without looking."""
    applied.gateways["gateway"].faults["read"] = [Unreadable("down")]
    assert revoke(applied) == {"gateway": "revoked", "other": "revoked"}
    assert working(applied) == ["b"]


def test_target_that_refuses(applied: World) -> None:
    """One target that fails does not keep the others from it, and is told."""
    applied.gateways["gateway"].faults["disable"] = [WriteRefused("no")]
    assert revoke(applied) == {"gateway": "failed", "other": "revoked"}
    assert working(applied, "other") == ["b"]


def test_unknown_target(world: World) -> None:
    """A target that cannot be read, and of which nothing is known, has not been made safe."""
    world.gateways["gateway"].faults["read"] = [Unreadable("down")]
    assert revoke(world) == {"gateway": "failed"}


def test_strangers_are_left_alone(applied: World) -> None:
    """Only what is ours is switched off."""
    applied.gateways["gateway"].put(TargetObject("a", "x1"))
    revoke(applied)
    assert applied.gateways["gateway"].objects["x1"].enabled


def test_ledger_that_cannot_be_read(applied: World) -> None:
    """The key stops working all the same, and then the ledger's trouble is told."""
    for file in applied.directory.iterdir():
        file.write_bytes(b"not a ledger" * 1000)
    with pytest.raises(StateFailed):
        revoke(applied)
    assert working(applied) == working(applied, "other") == ["b"]


def test_in_the_ledger(applied: World) -> None:
    """Who did it and why is known, before and after."""
    revoke(applied)
    found = [entry.event for entry in applied.run().state.ledger.events(key="a") if entry.event.actor == "olga"]
    assert {(event.kind, event.target) for event in found} == {
        ("intended", "gateway"),
        ("disabled", "gateway"),
        ("intended", "other"),
        ("disabled", "other"),
    }
    assert {event.cause for event in found} == {LEAK.reason}


def test_damaged_note(applied: World, tmp_path: Path) -> None:
    """A note that cannot be read keeps the key revoked."""
    applied.run().state.note("gateway", "revoked:a", "{")
    assert actions(applied.plan()) == {"gateway/a": "revoke"}
