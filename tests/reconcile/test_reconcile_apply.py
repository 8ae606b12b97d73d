"""Applying: order, failures, leases, staleness, reading back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from simulated import NOW, ORGANIZATION, Crash, Fuse, Gateway, World, actions, entitlement, keys, numbered, statuses

from remit.ledger import open_sqlite
from remit.reconcile import LeaseHeld, PlanStale, Progress, State, StateFailed
from remit.secrets import DeliveryFailed
from remit.targets import Busy, OutcomeUnknown, TargetObject, Unreadable, WriteRefused


def writes(world: World, name: str = "gateway") -> list[str]:
    return [call for call in world.gateways[name].calls if call != "read"]


def test_tighten_before_loosen(world: World) -> None:
    """Revocations, then cuts, then deletions, then raises, then new keys, whatever the names."""
    world.declare(*keys("raise", "cut", "gone", "off")).apply()
    world.gateways["gateway"].calls.clear()
    ids = {alias: world.gateways["gateway"].of(alias).id for alias in ("raise", "cut", "gone", "off")}
    world.declare(
        entitlement("a-new"),
        entitlement("raise", caps={"requests_per_minute": 601}),
        entitlement("cut", caps={"requests_per_minute": 599}),
        entitlement("off", suspended=True),
    )
    assert world.apply().ok
    assert writes(world) == [
        f"disable {ids['gone']}",
        f"disable {ids['off']}",
        f"update {ids['cut']}",
        f"delete {ids['gone']}",
        f"update {ids['raise']}",
        "create a-new",
    ]


def test_mixed_change_is_made_in_two_steps(world: World) -> None:
    """A change that gives and takes first takes: between the steps the key has the least of both sides."""
    world.declare(entitlement()).apply()
    world.declare(
        entitlement(
            models=("nimbus-huge", "nimbus-small"), caps={"requests_per_minute": 60}, budgets={"key.monthly": 900}
        )
    )
    made = world.plan()
    world.light(Fuse(after=2))
    with pytest.raises(Crash, match="before update"):
        world.apply(made)
    halfway = world.gateways["gateway"].of("ranker-prod")
    assert (halfway.models, halfway.caps["requests_per_minute"]) == (("nimbus-small",), 60)
    assert halfway.budgets["key.monthly"].micro == 500_000_000
    world.kill()
    assert world.apply().ok
    assert world.plan().empty
    done = world.gateways["gateway"].of("ranker-prod")
    assert (done.models, done.budgets["key.monthly"].micro) == (("nimbus-huge", "nimbus-small"), 900_000_000)


def test_a_key_moves_last(world: World) -> None:
    """Between the steps a key of another team and other models is where it was, with no model at all."""
    world.declare(entitlement()).apply()
    world.declare(entitlement(team="other", models=("nimbus-huge",)))
    made = world.plan()
    world.light(Fuse(after=2))
    with pytest.raises(Crash, match="before update"):
        world.apply(made)
    halfway = world.gateways["gateway"].of("ranker-prod")
    assert (halfway.models, halfway.team) == ((), "search")
    world.kill()
    assert world.apply().ok
    done = world.gateways["gateway"].of("ranker-prod")
    assert (done.models, done.team) == (("nimbus-huge",), "other")


def test_failed_tightening_withholds_loosening(world: World) -> None:
    """When a cut fails, other cuts go on and nothing of the target is loosened; the next run does it all."""
    world.declare(*keys("a", "b", "c")).apply()
    less, more = {"requests_per_minute": 1}, {"requests_per_minute": 999}
    world.declare(*keys("a", "b", caps=less), entitlement("c", caps=more), entitlement("d"))
    world.gateways["gateway"].faults["update"] = [WriteRefused("quota of changes is used up")]
    outcome = world.apply()
    assert statuses(outcome) == {
        "gateway/a": "failed",
        "gateway/b": "in-force",
        "gateway/c": "withheld",
        "gateway/d": "withheld",
    }
    assert outcome.results[0].message == "quota of changes is used up"
    assert not outcome.ok
    assert outcome.counts["withheld"] == 2
    assert world.apply().ok
    assert world.plan().empty


def test_failed_first_step_stops_its_change(world: World) -> None:
    """A key that could not be disabled is not deleted either."""
    world.declare(*keys("a", "b")).apply()
    world.gateways["gateway"].faults["disable"] = [WriteRefused("no")]
    outcome = world.declare(*keys("b")).apply()
    assert statuses(outcome) == {"gateway/a": "failed"}
    assert world.gateways["gateway"].of("a").enabled


def test_failed_creation_stops_no_other(world: World) -> None:
    """One key that cannot be created does not keep the others from it."""
    world.gateways["gateway"].faults["create"] = [WriteRefused("no")]
    outcome = world.declare(*keys("a", "b")).apply()
    assert statuses(outcome) == {"gateway/a": "failed", "gateway/b": "in-force"}
    assert world.apply().ok


def test_one_target_down_at_apply(world: World) -> None:
    """A target that fails after planning is told in the outcome; the other is applied."""
    world.gateways = {"one": Gateway("one"), "two": Gateway("two")}
    made = world.declare(entitlement(targets=("one", "two"))).plan()
    world.gateways["one"].faults["read"] = [Unreadable("down")]
    outcome = world.apply(made)
    assert [(each.name, each.status, each.message) for each in outcome.targets] == [
        ("one", "unreadable", "down"),
        ("two", "applied", ""),
    ]
    assert not outcome.ok


def test_writer_that_cannot_be_opened(world: World) -> None:
    """No writer, nothing applied there, and the outcome says so."""

    def broken() -> Gateway:
        raise Unreadable("no credential")

    outcome = world.declare(entitlement()).apply(writers={"gateway": broken})
    assert [(each.status, each.message) for each in outcome.targets] == [("unreadable", "no credential")]


def test_writers_are_opened_only_for_changes(world: World) -> None:
    """A target without changes is never opened for writing, nor leased."""
    world.declare(entitlement()).apply()
    outcome = world.apply(writers={})
    assert [(each.status, each.ok) for each in outcome.targets] == [("unchanged", True)]


RETRIED = [("update", {"caps": {"requests_per_minute": 1}}), ("disable", {"suspended": True})]


@pytest.mark.parametrize(("verb", "change"), RETRIED)
def test_idempotent_calls_are_repeated(world: World, verb, change) -> None:
    """A busy target is asked again, after as long as it said."""
    world.declare(entitlement()).apply()
    world.gateways["gateway"].faults[verb] = [Busy("429", 3.0)]
    assert world.declare(entitlement(**change)).apply().ok
    assert world.sleeps == [3.0]


def test_creation_is_repeated_only_if_it_had_no_effect(world: World) -> None:
    """Busy says that nothing was created, so it is asked again; an unknown outcome ends it for this run."""
    gateway = world.gateways["gateway"]
    gateway.faults["create"] = [Busy("429", 3.0)]
    assert statuses(world.declare(entitlement()).apply()) == {"gateway/ranker-prod": "in-force"}
    assert world.sleeps == [3.0]
    gateway.faults["create"] = [OutcomeUnknown("no answer in 30 s")]
    world.declare(entitlement(), entitlement("other"))
    assert statuses(world.apply()) == {"gateway/other": "failed"}
    assert world.sleeps == [3.0]


def test_unknown_creation_is_replaced(world: World) -> None:
    """A creation that timed out after success left a key whose value nobody has: replaced, not doubled."""
    gateway = world.gateways["gateway"]
    gateway.after_faults["create"] = [OutcomeUnknown("no answer in 30 s")]
    assert statuses(world.declare(entitlement()).apply()) == {"gateway/ranker-prod": "failed"}
    lost = gateway.of("ranker-prod")
    made = world.plan()
    assert actions(made) == {"gateway/ranker-prod": "replace"}
    assert [reason.code for reason in made.changes[0].reasons] == ["undelivered"]
    assert world.apply().ok
    assert list(gateway.objects) == ["obj-1"]
    assert lost.id not in gateway.values
    assert list(world.vault.values.values()) == list(gateway.values.values())


def test_unknown_creation_that_shows_late(world: World) -> None:
    """A key that is listed only a while after its unanswered creation is still known as ours, and replaced."""
    gateway = world.gateways["gateway"]
    gateway.after_faults["create"] = [OutcomeUnknown("no answer in 30 s")]
    world.declare(entitlement()).apply()
    made, shown = world.plan(), gateway.read
    gateway.read = lambda: ()  # type: ignore[method-assign]
    assert actions(world.plan()) == {"gateway/ranker-prod": "create"}
    assert statuses(world.apply()) == {"gateway/ranker-prod": "failed"}
    gateway.read = shown  # type: ignore[method-assign]
    assert world.plan() == made
    assert world.apply().ok
    assert len(gateway.objects) == 1


def test_copied_pending_marker(world: World) -> None:
    """Whoever copies the marker of an unfinished creation to another key does not get that key deleted."""
    gateway = world.gateways["gateway"]
    gateway.after_faults["create"] = [OutcomeUnknown("no answer in 30 s")]
    world.declare(entitlement()).apply()
    gateway.put(TargetObject("victim", "v1", gateway.of("ranker-prod").marker))
    assert world.apply().ok
    assert sorted(gateway.objects) == ["obj-1", "v1"]


def test_undelivered_and_seen_late(world: World) -> None:
    """What a creation left is not shown at first, and git suspends the key: when it shows, nobody has its value, so it
    goes, and the key comes back with a value that is delivered."""
    gateway = world.gateways["gateway"]
    world.specs["gateway"] = {"allow_empty": True, "limits": {"delete": {}, "revoke": {}}}
    world.vault.faults = [DeliveryFailed("vault is sealed")]
    assert statuses(world.declare(entitlement()).apply()) == {"gateway/ranker-prod": "failed"}
    hidden = dict(gateway.objects)
    gateway.objects.clear()
    assert world.declare(entitlement(suspended=True)).apply().ok
    assert world.plan().empty
    gateway.objects.update(hidden)
    assert actions(world.plan()) == {"gateway/ranker-prod": "delete"}
    assert world.apply().ok
    assert actions(world.declare(entitlement()).plan()) == {"gateway/ranker-prod": "create"}


def test_undelivered_and_no_longer_wanted(world: World) -> None:
    """A key whose value was never delivered and that git took back is deleted, and its intent with it."""
    world.vault.faults = [DeliveryFailed("vault is sealed")]
    assert statuses(world.declare(entitlement()).apply()) == {"gateway/ranker-prod": "failed"}
    world.specs["gateway"] = {"allow_empty": True, "limits": {"delete": {}, "revoke": {}}}
    assert actions(world.declare(entitlement(suspended=True)).plan()) == {"gateway/ranker-prod": "delete"}
    world.declare().apply()
    assert not world.gateways["gateway"].objects
    left = State(world.directory).memory()["gateway"]
    assert (left.applied, left.intents) == ({}, {})


def test_delete_of_something_gone(world: World) -> None:
    """Deleting what somebody deleted meanwhile is success."""
    world.declare(*keys("a", "b")).apply()
    gateway = world.gateways["gateway"]
    made = world.declare(*keys("b")).plan()
    gateway.faults["disable"] = [Busy("503")]
    gone = gateway.of("a").id
    outcome = world.apply(made, sleep=lambda _: gateway.objects.pop(gone))
    assert statuses(outcome) == {"gateway/a": "in-force"}


STALE = [
    ("edited by hand", lambda w: w.gateways["gateway"].edit("a", caps={"requests_per_minute": 7}), "gateway/a"),
    ("created by hand", lambda w: w.gateways["gateway"].put(TargetObject("new", "h1")), "gateway/new"),
    ("git moved on", lambda w: w.declare(*keys("b")), "gateway/new"),
    ("expired since", lambda w: setattr(w, "now", NOW + timedelta(days=61)), "gateway/a"),
    ("target suspended", lambda w: w.specs.update(gateway={"suspended": True}), "gateway"),
    ("target gone", lambda w: w.gateways.pop("gateway"), "gateway"),
]


@pytest.mark.parametrize(("change", "address"), [row[1:] for row in STALE], ids=[row[0] for row in STALE])
def test_stale_plan_is_refused(world: World, change, address) -> None:
    """A plan whose grounds moved is refused whole, and says which addresses; nothing is written."""
    world.declare(*keys("a", "b")).apply()
    gateway = world.gateways["gateway"]
    gateway.calls.clear()
    made = world.declare(entitlement("a", caps={"requests_per_minute": 1}), *keys("b", "new")).plan()
    change(world)
    with pytest.raises(PlanStale, match="plan again") as caught:
        world.apply(made)
    assert address in caught.value.addresses
    assert [call for call in gateway.calls if call != "read"] == []


def test_plan_of_another_bundle_is_refused(world: World) -> None:
    """A plan belongs to the bundle it was made from."""
    made = world.declare(entitlement()).plan()
    world.bundle = "sha256:two"
    with pytest.raises(PlanStale, match="another bundle"):
        world.apply(made)


def test_forged_plan_is_refused(world: World) -> None:
    """A plan that grants what git does not say is refused, though its digest fits its content."""
    made = world.declare(entitlement()).plan()
    (change,) = made.changes
    richer = replace(change, after=replace(change.after, models=("nimbus-huge",)))
    forged = replace(made, targets=(replace(made.targets[0], changes=(richer,)),))
    with pytest.raises(PlanStale):
        world.apply(forged)
    assert not world.gateways["gateway"].objects


def test_changes_elsewhere_do_not_stale(world: World) -> None:
    """A key of somebody else that comes or goes is of no importance to the plan."""
    made = world.declare(entitlement()).plan()
    world.gateways["gateway"].put(TargetObject("handmade", "h1"))
    assert world.apply(made).ok


def test_two_runs_never_overlap(world: World) -> None:
    """While another run holds the lease of a target, this one leaves it alone and applies the others."""
    world.gateways = {"one": Gateway("one"), "two": Gateway("two")}
    made = world.declare(entitlement(targets=("one", "two"))).plan()
    State(world.directory).lease("one", "other:1:aa", NOW, timedelta(minutes=10))
    outcome = world.apply(made)
    assert [(each.name, each.status) for each in outcome.targets] == [("one", "held"), ("two", "applied")]
    assert "`other:1:aa` until 2026-11-23T12:10:00+00:00" in outcome.targets[0].message
    assert (outcome.ok, world.gateways["one"].objects) == (False, {})


def test_expired_lease_is_taken_over(world: World) -> None:
    """The lease of a run that was killed ends by itself."""
    state = State(world.directory)
    state.lease("gateway", "dead:1:aa", NOW - timedelta(minutes=10), timedelta(minutes=10))
    assert world.declare(entitlement()).apply().ok
    state.lease("gateway", "next:1:bb", NOW, timedelta(minutes=10))


def test_lease_lost_half_way(world: World) -> None:
    """A run that was so slow that another took over stops at once."""
    world.declare(*keys("a", "b"))

    def overtaken(progress: Progress) -> None:
        world.now += timedelta(minutes=11)
        State(world.directory).lease("gateway", "other:1:aa", world.now, timedelta(minutes=10))

    outcome = world.apply(on_progress=overtaken)
    assert [(each.status, each.ok) for each in outcome.targets] == [("held", False)]
    assert "took over" in outcome.targets[0].message
    assert world.gateways["gateway"].objects == {}


def test_lease_is_released_after_a_stale_plan(world: World) -> None:
    """A refused plan does not keep the lease."""
    made = world.declare(entitlement()).plan()
    world.gateways["gateway"].put(TargetObject("ranker-prod", "h1"))
    with pytest.raises(PlanStale):
        world.apply(made)
    State(world.directory).lease("gateway", "next:1:bb", world.now, timedelta(minutes=10))


def test_lease_is_exclusive(world: World) -> None:
    """One holder at a time, who may prolong; release by another does nothing."""
    state, span = State(world.directory), timedelta(minutes=10)
    state.lease("t", "a", NOW, span)
    state.lease("t", "a", NOW + timedelta(minutes=9), span)
    state.release("t", "b")
    with pytest.raises(LeaseHeld) as caught:
        state.lease("t", "b", NOW + timedelta(minutes=18), span)
    assert (caught.value.target, caught.value.holder, caught.value.until) == ("t", "a", NOW + timedelta(minutes=19))
    state.lease("t", "b", NOW + timedelta(minutes=19), span)


def round_money(key: TargetObject) -> TargetObject:
    return replace(key, budgets={n: replace(m, micro=m.micro // 10**6 * 10**6) for n, m in key.budgets.items()})


def text_caps(key: TargetObject) -> TargetObject:
    return replace(key, caps={name: str(value) for name, value in key.caps.items()})


DISTORTIONS = [
    (
        "integer as a string",
        lambda key: replace(key, caps={n: str(v) for n, v in key.caps.items()}),
        ["caps.requests_per_minute"],
    ),
    ("rounded money", round_money, ["budgets.key.monthly"]),
    ("dropped field", lambda key: replace(key, purposes=None), ["purposes"]),
    ("not enabled", lambda key: replace(key, enabled=False), ["enabled"]),
]


@pytest.mark.parametrize(("distort", "names"), [row[1:] for row in DISTORTIONS], ids=[row[0] for row in DISTORTIONS])
def test_accepted_is_not_in_force(world: World, distort, names) -> None:
    """A target that says yes and then shows something else: accepted, named, tried again in the next plan."""
    half_cent = replace(entitlement(), budgets=(replace(entitlement().budgets[0], amount=half_money()),))
    world.gateways["gateway"].distort = distort
    outcome = world.declare(half_cent).apply()
    assert statuses(outcome) == {"gateway/ranker-prod": "accepted"}
    assert all(f"`{name}`" in outcome.results[0].message for name in names)
    assert (outcome.ok, world.sleeps) == (False, [1.0, 2.0, 4.0])
    assert [each.name for change in world.plan().changes for each in change.properties] == names


def half_money():
    from remit.resources import Money

    return Money(500_005_000, "USD")


def test_slow_target_is_in_force_at_last(world: World) -> None:
    """A target that shows the change only after a while is asked again."""
    gateway = world.gateways["gateway"]

    def later(seconds: float) -> None:
        gateway.distort = lambda key: key

    gateway.distort = lambda key: replace(key, enabled=False)
    assert world.declare(entitlement()).apply(sleep=later).ok


def test_read_back_of_absences(world: World) -> None:
    """A new key that is not listed, and a deleted one that still is, are only accepted."""
    gateway = world.gateways["gateway"]
    made = world.declare(*keys("a", "b")).plan()
    objects = dict(gateway.objects)
    outcome = world.apply(made, on_progress=lambda _: None, sleep=lambda _: gateway.objects.clear())
    assert outcome.ok
    ghost = gateway.of("a")
    made = world.declare(*keys("b")).plan()
    outcome = world.apply(made, writers={"gateway": lambda: Stubborn(gateway, ghost)})
    assert statuses(outcome) == {"gateway/a": "accepted"}
    assert "still lists" in outcome.results[0].message
    assert objects == {}


class Stubborn:
    """Says yes to everything and does nothing."""

    def __init__(self, gateway: Gateway, ghost: TargetObject) -> None:
        self.gateway = gateway

    def disable(self, found: TargetObject) -> None:
        """Nothing."""

    def delete(self, found: TargetObject) -> None:
        """Nothing."""


def test_created_and_not_listed(world: World) -> None:
    """A creation that reading does not show is accepted, not in force."""
    gateway = world.gateways["gateway"]
    world.declare(entitlement())
    made = world.plan()
    outcome = world.apply(made, state=Forgetful(world.directory, gateway))
    assert statuses(outcome) == {"gateway/ranker-prod": "accepted"}
    assert "does not list" in outcome.results[0].message


class Forgetful(State):
    """Its gateway loses everything once the state has written."""

    def __init__(self, directory, gateway: Gateway) -> None:
        super().__init__(directory)
        self.gateway = gateway

    def record(self, *arguments, **holder) -> None:
        super().record(*arguments, **holder)
        self.gateway.objects.clear()


def test_read_back_fails(world: World) -> None:
    """What cannot be read back is accepted, and says why."""
    gateway = world.gateways["gateway"]
    made = world.declare(entitlement()).plan()

    def down(progress: Progress) -> None:
        gateway.faults["read"] = [Unreadable("down")] * 9

    outcome = world.apply(made, on_progress=down)
    assert [(r.status, "down" in r.message) for r in outcome.results] == [("accepted", True)]


def ignoring(*names: str):
    """A gateway that accepts everything and leaves these out."""

    class Ignoring(Gateway):
        def update(self, found: TargetObject, key: TargetObject, changed: frozenset[str]) -> None:
            super().update(found, key, changed - set(names))

    return Ignoring


def test_name_that_stays(world: World) -> None:
    """A target that keeps the wrong name has accepted, not done."""
    world.gateways["gateway"] = ignoring("alias")()
    world.declare(entitlement()).apply()
    world.gateways["gateway"].edit("ranker-prod", alias="mine")
    assert "`alias`" in world.apply().results[0].message


def test_adoption_without_a_marker(world: World) -> None:
    """An adopted key that does not carry the marker is not ours yet."""
    world.gateways["gateway"] = ignoring("marker")()
    world.gateways["gateway"].put(TargetObject("ranker-prod", "h1"))
    world.specs["gateway"] = {"adopt": True}
    assert "`marker`" in world.declare(entitlement()).apply().results[0].message
    assert actions(world.plan()) == {"gateway/ranker-prod": "adopt"}


def test_crash_of_the_state_while_releasing(world: World) -> None:
    """A lease that cannot be given back ends by itself; what was applied stands."""

    class Broken(State):
        def release(self, target: str, holder: str) -> None:
            raise StateFailed("disk full")

    assert world.declare(entitlement()).apply(state=Broken(world.directory)).ok


def test_state_file_that_is_damaged(world: World) -> None:
    """A link, or a row that is not what Remit wrote, stops the run with a word of why."""
    world.declare(entitlement()).apply()
    path = world.directory / "ledger.db"
    with open_sqlite(path).begin() as connection:
        connection.exec_driver_sql("UPDATE applied SET document = 'x'")
    with pytest.raises(StateFailed, match="a row is damaged"):
        State(world.directory).memory()
    path.rename(world.directory / "else.db")
    path.symlink_to(world.directory / "else.db")
    with pytest.raises(StateFailed, match="symbolic link"):
        State(world.directory).memory()


def test_state_that_fails_stops_everything(world: World) -> None:
    """Without its state, a run stops before the key is created."""

    class Broken(State):
        def intend(self, *arguments: object, **holder: str | None) -> None:
            raise StateFailed("disk full")

    with pytest.raises(StateFailed):
        world.declare(entitlement()).apply(state=Broken(world.directory))
    assert not world.gateways["gateway"].objects


def test_progress(world: World) -> None:
    """Every step is announced before it happens."""
    told: list[Progress] = []
    world.declare(*keys("a", "b")).apply(on_progress=told.append)
    assert [(each.key, each.verb, each.done, each.total) for each in told] == [
        ("a", "create", 0, 2),
        ("b", "create", 1, 2),
    ]


def test_outcome_json(world: World) -> None:
    """The outcome is plain JSON data."""
    import json

    outcome = world.declare(entitlement()).apply()
    data = json.loads(json.dumps(outcome.to_json()))
    assert (data["ok"], data["targets"][0]["results"][0]["delivered_to"]) == (True, "vault:ranker-prod")


def test_target_that_can_only_delete(world: World) -> None:
    """Where disabling means deleting, a revoked key that is gone is in force, and the next plan is empty."""
    world.declare(*keys("a", "b")).apply()
    gateway = world.gateways["gateway"]
    made = world.declare(entitlement("a", suspended=True), entitlement("b")).plan()

    class Deleting(Gateway):
        def disable(self, found: TargetObject) -> None:
            self.objects.pop(found.id)

    writer = Deleting(objects=gateway.objects)
    assert world.apply(made, writers={"gateway": lambda: writer}).ok
    world.apply()
    assert actions(world.plan()) == {}


def test_undelivered_twins(world: World) -> None:
    """Two objects of one unfinished creation: both go, one key comes, and no crash in between loses the intent."""
    world.vault.faults = [DeliveryFailed("sealed")]
    world.declare(entitlement()).apply()
    gateway = world.gateways["gateway"]
    gateway.put(replace(gateway.of("ranker-prod"), id="twin", marker=f"remit:{ORGANIZATION}/ranker-prod#twin"))
    made = world.plan()
    assert sorted((c.action, c.reasons[0].code) for c in made.changes) == [
        ("delete", "superseded"),
        ("replace", "undelivered"),
    ]
    assert world.apply().ok
    assert list(world.vault.values.values()) == list(gateway.values.values())
    assert len(gateway.objects) == 1


@pytest.mark.parametrize("spaces", [(), ("team", "project")])
def test_one_event_for_one_creation(world: World, spaces: tuple[str, ...]) -> None:
    """The chain has as many creations as the target has objects, each with its id; a value that was delivered is told
    once as well."""
    world.spaces = {"gateway": spaces}
    assert world.declare(*keys("a", "b")).apply().ok
    gateway = world.gateways["gateway"]
    events = [entry.event for entry in State(world.directory).ledger.events()]
    assert sorted(each.answer for each in events if each.kind == "created") == sorted(gateway.objects)
    assert sorted(each.note for each in events if each.kind == "delivered") == sorted(world.vault.values)
    gateway.objects.clear()
    assert world.apply().ok
    events = [entry.event for entry in State(world.directory).ledger.events(after=len(events))]
    assert sorted(each.answer for each in events if each.kind == "created") == sorted(gateway.objects)


def test_many_keys_in_time(world: World) -> None:
    """Sixty keys are applied with a handful of leases, not one per step."""
    leases: list[str] = []

    class Counting(State):
        def lease(self, target: str, *rest) -> None:
            leases.append(target)
            super().lease(target, *rest)

        def prolong(self, target: str, *rest) -> None:
            leases.append(target)
            super().prolong(target, *rest)

    assert world.declare(*keys(*numbered(60))).apply(state=Counting(world.directory)).ok
    assert len(leases) == 2
