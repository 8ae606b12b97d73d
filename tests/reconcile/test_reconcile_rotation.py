"""New values for old: when, how the two overlap, and what a crash in between leaves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from simulated import NOW, Crash, Fuse, Stop, World, actions, entitlement

from remit.reconcile import State
from remit.secrets import DeliveryFailed
from remit.targets import WriteRefused

MONTH, DAY = timedelta(days=30), timedelta(days=1)


def rotating(world: World, **changes: object) -> World:
    """One key that is to be rotated every month, and is in force."""
    options = {"rotate_every": MONTH, "expires": NOW + timedelta(days=900), **changes}
    world.declare(entitlement("a", **options))
    assert world.apply().ok
    return world


def aliases(world: World) -> list[str]:
    return sorted(each.alias for each in world.gateways["gateway"].objects.values())


def in_use(world: World) -> str:
    """The alias of the object whose value was delivered last."""
    gateway = world.gateways["gateway"]
    (found,) = [each for each in gateway.objects.values() if gateway.values[each.id] == world.vault.values["vault:a"]]
    return found.alias


def test_rotation_overlaps(world: World) -> None:
    """When it is time, a new value is made and delivered; the former one works until the overlap ends, then goes."""
    rotating(world)
    world.now += MONTH - timedelta(seconds=1)
    assert world.plan().empty
    world.now += timedelta(seconds=1)
    assert actions(world.plan()) == {"gateway/a": "rotate"}
    assert {each.cause for change in world.plan().changes for each in change.properties} == {"intent"}
    assert world.apply().ok
    assert (aliases(world), in_use(world)) == (["a", "a~2"], "a~2")
    assert world.plan().empty
    world.now += DAY - timedelta(seconds=1)
    assert world.plan().empty
    world.now += timedelta(seconds=1)
    assert actions(world.plan()) == {"gateway/a": "delete"}
    assert world.apply().ok
    assert (aliases(world), in_use(world)) == (["a~2"], "a~2")
    made = world.plan()
    assert (made.empty, made.drift.ok, made.problems) == (True, True, ())


def test_rotation_again_and_again(world: World) -> None:
    """Each rotation has a name of its own, and one value at a time is left."""
    rotating(world)
    for generation in (2, 3, 4):
        world.now += MONTH
        assert world.apply().ok
        world.now += DAY
        assert world.apply().ok
        assert aliases(world) == [f"a~{generation}"]


def test_overlap_as_declared(world: World) -> None:
    """A key may say how long both work; none means that the former value goes in the next run."""
    rotating(world, rotate_overlap=timedelta(0))
    world.now += MONTH
    world.apply()
    assert aliases(world) == ["a", "a~2"]
    world.apply()
    assert aliases(world) == ["a~2"]


def test_revoked_while_two_work(world: World) -> None:
    """A key that is suspended during the overlap has no value left that works."""
    rotating(world)
    world.now += MONTH
    world.apply()
    world.declare(entitlement("a", rotate_every=MONTH, suspended=True, expires=NOW + timedelta(days=900)))
    assert world.apply().ok
    gateway = world.gateways["gateway"]
    assert [(each.alias, each.enabled) for each in gateway.objects.values()] == [("a~2", False)]
    assert world.plan().empty


def test_removed_while_two_work(world: World) -> None:
    """A key that is no longer declared leaves none of its values behind."""
    rotating(world)
    world.specs["gateway"] = {"allow_empty": True, "limits": {"delete": {}}}
    world.now += MONTH
    world.apply()
    assert world.declare().apply().ok
    assert aliases(world) == []
    assert world.plan().empty


def test_tightened_while_two_work(world: World) -> None:
    """A bound that falls holds for the former value too; one that rises does not."""
    rotating(world)
    world.now += MONTH
    world.apply()
    options = {"rotate_every": MONTH, "expires": NOW + timedelta(days=900)}
    world.declare(entitlement("a", caps={"requests_per_minute": 5}, **options))
    assert world.apply().ok
    gateway = world.gateways["gateway"]
    assert {each.alias: each.caps["requests_per_minute"] for each in gateway.objects.values()} == {"a": 5, "a~2": 5}
    assert world.plan().empty
    world.declare(entitlement("a", caps={"requests_per_minute": 9}, **options)).apply()
    assert {each.alias: each.caps["requests_per_minute"] for each in gateway.objects.values()} == {"a": 5, "a~2": 9}
    assert world.plan().empty


def test_rotation_that_was_asked_for(world: World) -> None:
    """A new value can be had before it is time, and without a schedule."""
    world.declare(entitlement("a"), entitlement("b")).apply()
    world.rotate = ("a",)
    assert actions(world.plan()) == {"gateway/a": "rotate"}
    assert world.apply().ok
    world.rotate = ()
    assert (aliases(world), in_use(world)) == (["a", "a~2", "b"], "a~2")
    assert world.plan().empty


def test_rotation_that_cannot_be_delivered(world: World) -> None:
    """A value that reaches nobody does not end the one in use, and is replaced by the next run."""
    rotating(world)
    world.now += MONTH
    world.vault.faults = [DeliveryFailed("sealed")]
    assert not world.apply().ok
    assert in_use(world) == "a"
    assert world.apply().ok
    assert (aliases(world), in_use(world)) == (["a", "a~3"], "a~3")
    assert world.plan().empty


@pytest.mark.parametrize("where", ["before deliver a", "after deliver a", "before record a"])
def test_rotation_asked_for_once_and_cut_short(world: World, where: str) -> None:
    """The value that may have been delivered works until another one was: the rotation is done anew, unasked."""
    rotating(world)
    world.rotate = ("a",)
    world.light(Stop(where=where))
    with pytest.raises(Crash):
        world.apply()
    world.rotate = ()
    world.kill()
    gateway = world.gateways["gateway"]
    gateway.faults["create"] = [WriteRefused("not today")]
    outcome = world.apply()
    assert [(each.action, each.status) for each in outcome.results] == [("delete", "withheld"), ("rotate", "failed")]
    assert world.vault.values["vault:a"] in gateway.values.values()
    assert world.apply().ok
    assert (aliases(world), in_use(world)) == (["a", "a~3"], "a~3")
    assert world.plan().empty


def test_suspended_after_a_rotation_was_cut_short(world: World) -> None:
    """When the key is back, it gets a value that is delivered: nobody could say which one was."""
    rotating(world)
    world.rotate = ("a",)
    world.light(Stop(where="after deliver a"))
    with pytest.raises(Crash):
        world.apply()
    world.rotate = ()
    world.kill()
    assert world.declare(entitlement("a", suspended=True)).apply().ok
    assert world.plan().empty
    assert world.declare(entitlement("a")).apply().ok
    assert in_use(world) in aliases(world)
    assert world.gateways["gateway"].of(in_use(world)).enabled
    assert world.plan().empty


def test_rotated_key_deleted_by_hand(world: World) -> None:
    """The former value still works, but it is not the one that was delivered last: another one is."""
    rotating(world)
    world.now += MONTH
    assert world.apply().ok
    gateway = world.gateways["gateway"]
    gateway.objects.pop(gateway.of("a~2").id)
    assert world.apply().ok
    assert in_use(world) == "a~3"
    assert world.plan().empty


def test_alias_changed_by_hand_after_a_rotation(world: World) -> None:
    """The name of the generation in use is what is restored."""
    rotating(world)
    for step in (MONTH, DAY):
        world.now += step
        world.apply()
    world.gateways["gateway"].edit("a~2", alias="renamed")
    assert world.apply().ok
    assert aliases(world) == ["a~2"]


def test_crash_at_every_boundary_of_a_rotation(memory_path: Path) -> None:
    """Whatever is cut short, the value in use works, and one run later there are the two that should be."""
    counting = rotating(World(memory_path / "counting"))
    counting.now += MONTH
    fuse = Fuse()
    counting.light(fuse)
    counting.apply()
    for after in range(len(fuse.seen)):
        world = rotating(World(memory_path / str(after)))
        world.now += MONTH
        world.light(Fuse(after))
        with pytest.raises(Crash):
            world.apply()
        gateway = world.gateways["gateway"]
        assert world.vault.values["vault:a"] in gateway.values.values(), after
        world.kill()
        assert world.apply().ok
        assert world.vault.values["vault:a"] in gateway.values.values(), after
        assert (len(aliases(world)), in_use(world).startswith("a~")) == (2, True), after
        assert world.plan().empty
        world.now += DAY
        assert world.apply().ok
        assert len(aliases(world)) == 1
        assert world.plan().empty
        assert not State(world.directory).memory()["gateway"].intents


def test_every_write_is_in_the_ledger_before_it_happens(world: World) -> None:
    """For each call to the target there is an intention before it and an end after it, in one chain without values."""
    rotating(world)
    world.now += MONTH
    world.apply()
    ledger = State(world.directory).ledger
    kinds = [entry.event.kind for entry in ledger.events()]
    assert kinds == [
        "intended", "created", "delivered", "verified",
        "intended", "created", "delivered", "rotated", "verified",
    ]  # fmt: skip
    assert ledger.verify().ok
    text = "".join(repr(entry) for entry in ledger.events())
    assert not any(value in text for value in world.gateways["gateway"].values.values())
