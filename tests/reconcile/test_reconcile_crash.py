"""Dying at every boundary: the next run converges, no key twice, no value lost or leaked, nothing laxer."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from simulated import Crash, Fuse, World, entitlement, keys

from remit.reconcile import State
from remit.secrets import DeliveryFailed

# long, and what it runs is covered by shorter tests: counting its branches would only make it longer
pytestmark = pytest.mark.no_cover

BEFORE = [*keys("cut", "gone", "off", "raise"), entitlement("mixed")]
AFTER = [
    entitlement("cut", models=("nimbus-small",)),
    entitlement("mixed", models=("nimbus-huge", "nimbus-small"), caps={"requests_per_minute": 6}),
    entitlement("new"),
    entitlement("off", suspended=True),
    entitlement("raise", caps={"requests_per_minute": 999}),
]
LIVE = {"cut", "mixed", "new", "off", "raise"}


def prepared(directory: Path) -> World:
    world = World(directory).declare(*BEFORE)
    assert world.apply().ok
    return world.declare(*AFTER)


def boundaries(memory_path: Path) -> int:
    """How many there are."""
    world = prepared(memory_path / "counting")
    fuse = Fuse()
    world.light(fuse)
    assert world.apply().ok
    return len(fuse.seen)


def converged(world: World) -> None:
    gateway = world.gateways["gateway"]
    assert sorted(each.alias for each in gateway.objects.values()) == sorted(LIVE)
    assert gateway.of("cut").models == ("nimbus-small",)
    assert gateway.of("mixed").models == ("nimbus-huge", "nimbus-small")
    assert gateway.of("raise").caps["requests_per_minute"] == 999
    assert not gateway.of("off").enabled
    for alias in LIVE:
        assert world.vault.values[f"vault:{alias}"] == gateway.values[gateway.of(alias).id]
    made = world.plan()
    assert (made.empty, made.drift.ok, made.problems) == (True, True, ())
    assert not any(memory.intents for memory in State(world.directory).memory().values())


def stricter(world: World) -> None:
    """Whatever was loosened, everything was tightened before."""
    gateway = world.gateways["gateway"]
    aliases = {each.alias for each in gateway.objects.values()}
    loosened = "new" in aliases or gateway.of("raise").caps["requests_per_minute"] == 999
    loosened = loosened or "nimbus-huge" in gateway.of("mixed").models
    if loosened:
        assert "gone" not in aliases
        assert gateway.of("cut").models == ("nimbus-small",)
        assert gateway.of("mixed").caps["requests_per_minute"] == 6
        assert not gateway.of("off").enabled


def test_crash_at_every_boundary(memory_path: Path) -> None:
    """One crash anywhere, then one run: the same end state."""
    total = boundaries(memory_path)
    assert total > 20
    for after in range(total):
        world = prepared(memory_path / str(after))
        world.light(Fuse(after))
        with pytest.raises(Crash):
            world.apply()
        stricter(world)
        world.kill()
        outcome = world.apply()
        assert outcome.ok, (after, outcome)
        converged(world)


def test_two_crashes(memory_path: Path) -> None:
    """A crash while creating, then one at every boundary of the run that repairs it, then one run."""
    for first in (2, 3, 5, 7, 8):
        for second in range(first % 2, 14, 2):
            world = World(memory_path / f"{first}-{second}").declare(entitlement("new"))
            for after in (first, second):
                world.light(Fuse(after))
                with suppress(Crash):
                    world.apply()
                world.kill()
            assert world.apply().ok
            gateway = world.gateways["gateway"]
            assert [each.alias for each in gateway.objects.values()] == ["new"]
            assert world.vault.values == {"vault:new": gateway.values[gateway.of("new").id]}
            assert world.plan().empty


def test_policy_reverted_after_a_crash(memory_path: Path) -> None:
    """The commit is reverted between the crash and the next run: the target is as before, and no key is left over."""
    for after in range(boundaries(memory_path)):
        world = prepared(memory_path / str(after))
        world.light(Fuse(after))
        with pytest.raises(Crash):
            world.apply()
        world.kill()
        outcome = world.declare(*BEFORE).apply()
        assert outcome.ok, (after, outcome)
        gateway = world.gateways["gateway"]
        assert sorted(each.alias for each in gateway.objects.values()) == ["cut", "gone", "mixed", "off", "raise"]
        assert world.plan().empty
        for alias in ("cut", "gone", "mixed", "off", "raise"):
            assert world.vault.values[f"vault:{alias}"] == gateway.values[gateway.of(alias).id]


def test_failing_delivery_replaces_until_it_works(memory_path: Path) -> None:
    """Each failed delivery costs a key that nobody ever held; at the end there is one, and it works."""
    world = World(memory_path).declare(entitlement())
    for _ in range(3):
        world.vault.faults = [DeliveryFailed("sealed")]
        assert not world.apply().ok
        assert len(world.gateways["gateway"].objects) == 1
    assert world.apply().ok
    assert list(world.vault.values.values()) == list(world.gateways["gateway"].values.values())
