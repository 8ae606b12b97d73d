"""An emergency: a key stops working at once on every target, and no run brings it back before git says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from simulated import NOW, Gateway, World, actions, entitlement

from remit.reconcile import Emergency, Revocation, StateFailed, statuses
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


def test_revoked_is_not_drift(applied: World) -> None:
    """What Remit itself switched off has not drifted, before a run has seen it and after; nor has one that is gone."""
    revoke(applied)
    for action in (applied.apply, applied.apply, lambda: delete(applied, "a")):
        found = applied.plan().drift
        assert (found.drifted, found.ok, [each.address for each in found.revoked]) == (
            (),
            True,
            ["gateway/a", "other/a"],
        )
        assert found.revoked[0].message == (
            "it was revoked at 2026-11-23T12:00:00Z by `olga`, because `it was seen in a public log`: "
            "remove it from keys.yaml:7:3, or set `suspended: true` there"
        )
        action()
    assert (applied.plan().drift.drifted, statuses(applied.plan(), applied.run().state.memory())[0].drifted) == ((), 0)


def delete(world: World, alias: str) -> None:
    """By hand, on every target."""
    for gateway in world.gateways.values():
        gateway.objects.pop(gateway.of(alias).id)


def test_what_others_do_to_it_is_drift(applied: World) -> None:
    """A revoked key that somebody switches on again has drifted, and is switched off again; so has another property."""
    revoke(applied)
    applied.apply()
    applied.gateways["gateway"].edit("a", enabled=True)
    applied.gateways["other"].edit("a", models=("nimbus-huge",))
    assert [(each.address, each.properties) for each in applied.plan().drift.drifted] == [
        ("gateway/a", ("enabled",)),
        ("other/a", ("models",)),
    ]
    assert actions(applied.plan())["gateway/a"] == "revoke"
    applied.apply()
    assert working(applied) == ["b"]


def test_comes_back_as_declared(applied: World) -> None:
    """What was known of a revoked key is kept: a bound that git dropped meanwhile is gone when the key comes back."""
    before = applied.entitlements
    revoke(applied)
    applied.apply()
    off = [entitlement(e.key, targets=e.targets, expires=e.expires, suspended=e.key == "a") for e in before]
    applied.declare(*off).apply()
    applied.declare(*(entitlement(e.key, targets=e.targets, expires=e.expires, caps={}) for e in before)).apply()
    assert (working(applied), applied.gateways["gateway"].of("a").caps) == (["a", "b"], {})
    assert applied.plan().drift.ok


def test_never_created_again(applied: World) -> None:
    """Not where it was deleted by hand, not with a new value, and not on a target that it is declared for later."""
    revoke(applied)
    delete(applied, "a")
    applied.gateways["third"] = Gateway("third")
    applied.rotate = ("a",)
    applied.specs["third"] = {"adopt": True}
    applied.gateways["third"].put(TargetObject("a", "x1", enabled=False))
    everywhere = ("gateway", "other", "third")
    applied.declare(*(entitlement(name, targets=everywhere, expires=NOW + timedelta(days=900)) for name in "ab"))
    for _ in range(3):
        applied.apply()
        assert [working(applied, name) for name in ("gateway", "other", "third")] == [["b"], ["b"], ["b"]]
    assert [each.address for each in applied.plan().drift.revoked] == ["gateway/a", "other/a", "third/a"]


def test_declared_nowhere_for_a_while(applied: World) -> None:
    """A target that the key left and comes back to is no way around its revocation, as long as another declares it."""
    revoke(applied)
    long = NOW + timedelta(days=900)
    applied.declare(entitlement("a", targets=("other",), expires=long), entitlement("b", expires=long)).apply()
    both = ("gateway", "other")
    applied.declare(entitlement("a", targets=both, expires=long), entitlement("b", targets=both, expires=long)).apply()
    assert (working(applied), working(applied, "other")) == (["b"], ["b"])


def test_revoked_whatever_the_time(applied: World) -> None:
    """A clock that is wrong holds up a plan, and no emergency."""
    applied.gateways["gateway"].skew = timedelta(days=1)
    assert list(applied.plan().unreadable) == ["gateway"]
    assert revoke(applied) == {"gateway": "revoked", "other": "revoked"}
    assert working(applied) == ["b"]


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
    """A note that cannot be read keeps the key revoked, everywhere."""
    applied.run().state.note("gateway", "revoked:a", "{")
    made = applied.plan()
    assert actions(made) == {"gateway/a": "revoke", "other/a": "revoke"}
    assert made.problems[0].message.startswith("it was revoked by `somebody`, because `the note about it is damaged`: ")
