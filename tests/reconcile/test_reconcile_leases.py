"""Who has a target, taking its lease away, and what its former holder can still do: nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from simulated import NOW, Gateway, World, entitlement, keys

from remit.reconcile import Held, LeaseAlive, Progress, ReconcileError, State, leases, release_lease
from remit.secrets import DeliveryFailed
from remit.targets import Busy, Created, TargetObject

HOST = socket.gethostname()
SPAN = timedelta(minutes=10)


def release(world: World, *, force: bool = True) -> Held | None:
    return release_lease(
        "gateway", "the runner was shut down", force=force, by="olga", state_dir=world.directory, now=world.now
    )


def take(world: World, holder: str) -> None:
    State(world.directory).lease("gateway", holder, world.now, SPAN)


def kinds(world: World, key: str = "a") -> list[str]:
    return [each.event.kind for each in State(world.directory).ledger.events(key=key)]


def nobody() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


HOLDERS: list[tuple[Callable[[], str], tuple[str, str]]] = [
    (lambda: f"{HOST}:{os.getpid()}:0a1b", (HOST, "running")),
    (lambda: f"{HOST}:{nobody()}:0a1b", (HOST, "gone")),
    (lambda: f"{HOST}:{10**30}:0a1b", (HOST, "unknown")),
    (lambda: "elsewhere:12:0a1b", ("elsewhere", "unknown")),
    (lambda: "runner-7", ("", "unknown")),
]


@pytest.mark.parametrize(("holder", "expected"), HOLDERS)
def test_who_has_it(world: World, holder: Callable[[], str], expected: tuple[str, str]) -> None:
    """Holder, host and process, since when and until when; whether the process runs is known of this machine alone."""
    name = holder()
    take(world, name)
    world.now += timedelta(minutes=5)
    take(world, name)
    (found,) = leases(world.directory, now=world.now)
    assert (found.target, found.holder, found.since, found.until) == ("gateway", name, NOW, world.now + SPAN)
    assert ((found.host, found.process), found.ended) == (expected, False)
    assert leases(world.directory, now=world.now + SPAN)[0].ended


def test_nobody_has_it(world: World) -> None:
    """There is nothing to show and nothing to release, and no ledger is made to say so of an empty one."""
    assert leases(world.directory) == ()
    assert release(world) is None
    assert not world.directory.exists()


def test_live_lease_needs_force(world: World) -> None:
    """Without `force`, the lease of a run that may be at work stays; one that has ended can be released."""
    take(world, "dead:1:aa")
    with pytest.raises(LeaseAlive, match="`dead:1:aa` until 2026-11-23T12:10:00") as caught:
        release(world, force=False)
    assert (caught.value.target, caught.value.holder) == ("gateway", "dead:1:aa")
    world.now += SPAN
    found = release(world, force=False)
    assert found is not None
    assert (found.holder, found.ended, leases(world.directory)) == ("dead:1:aa", True, ())


def test_in_the_ledger(world: World) -> None:
    """Who released whose lease, and why; nothing is released without a reason."""
    take(world, "dead:1:aa")
    with pytest.raises(ReconcileError, match="say why"):
        release_lease("gateway", " ", force=True, state_dir=world.directory)
    release(world)
    (entry,) = State(world.directory).ledger.events()
    found = entry.event
    assert (found.kind, found.actor, found.target, found.note, found.cause) == (
        "released",
        "olga",
        "gateway",
        "dead:1:aa",
        "the runner was shut down",
    )


def test_next_run_begins_at_once(world: World) -> None:
    """A run that was refused goes ahead once the lease was released."""
    take(world, "dead:1:aa")
    refused = world.declare(entitlement()).apply()
    assert [each.status for each in refused.targets] == ["held"]
    assert "`remit lease release gateway`" in refused.targets[0].message
    release(world)
    assert world.apply().ok


class Interrupted(Gateway):
    """Something happens during a call, before its effect or after it."""

    before: Callable[[], object] = staticmethod(lambda: None)
    after: Callable[[], object] = staticmethod(lambda: None)

    def create(self, key: TargetObject, nonce: str) -> Created:
        self.before()
        created = super().create(key, nonce)
        self.after()
        return created


def test_former_holder_writes_no_more(world: World) -> None:
    """Two runs: the lease of the first is released while it creates `a`, the second does everything, the first stops.

    The second finds the intent of the first, so `a` is there once, with the value that was delivered last; the chain
    tells what both did."""
    first, second = Interrupted(), Gateway()
    second.objects, second.values, second.numbers = first.objects, first.values, first.numbers
    world.gateways = {"gateway": first}
    world.declare(*keys("a", "b"))

    def overtake() -> None:
        first.after = lambda: None
        release(world)
        world.gateways = {"gateway": second}
        assert world.apply().ok

    first.after = overtake
    made = world.plan()
    outcome = world.apply(made)
    assert [(each.status, each.ok) for each in outcome.targets] == [("held", False)]
    assert "its lease was released" in outcome.targets[0].message
    assert first.calls.count("create b") == 0
    assert sorted(each.alias for each in first.objects.values()) == ["a", "b"]
    assert world.vault.values["vault:a"] == second.values[second.of("a").id]
    assert kinds(world).count("created") == 2
    assert (world.plan().empty, State(world.directory).ledger.verify().ok) == (True, True)
    assert leases(world.directory) == ()


def test_released_before_the_first_write(world: World) -> None:
    """A lease that is released between two steps stops the run there, although it took it a moment ago."""
    world.declare(*keys("a", "b"))

    def released(progress: Progress) -> None:
        if progress.key == "b":
            release(world)

    outcome = world.apply(on_progress=released)
    assert [each.status for each in outcome.targets] == ["held"]
    assert [each.alias for each in world.gateways["gateway"].objects.values()] == ["a"]
    assert world.apply().ok


def test_released_while_the_target_is_busy(world: World) -> None:
    """A call that is waited with is not tried again."""
    gateway = world.gateways["gateway"]
    gateway.faults["create"] = [Busy("later")]

    def pause(seconds: float) -> None:
        release(world)

    outcome = world.declare(entitlement()).apply(sleep=pause)
    assert ([each.status for each in outcome.targets], gateway.objects) == (["held"], {})


def test_released_before_delivery(world: World) -> None:
    """A value whose run lost the lease goes nowhere; the next run replaces the key and delivers."""
    gateway = Interrupted()
    gateway.after = lambda: release(world)
    world.gateways = {"gateway": gateway}
    world.vault.faults = [DeliveryFailed("not to be reached")]
    outcome = world.declare(entitlement("a")).apply()
    assert ([each.status for each in outcome.targets], len(world.vault.faults)) == (["held"], 1)
    assert kinds(world) == ["intended", "created"]
    gateway.after, world.vault.faults = lambda: None, []
    assert world.apply().ok
    assert world.vault.values == {"vault:a": gateway.values[gateway.of("a").id]}
