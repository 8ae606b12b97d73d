"""Reconciling: every line of the list of scenarios, on every target that there is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from reconcile.simulated import Crash, World, actions, statuses
from scenario_targets import TARGETS, Between, copied, key, world_of

from remit.reconcile import LeaseHeld, PlanBlocked, PlanStale, State
from remit.resources import Money
from remit.targets import Busy, Marker, OutcomeUnknown, Unreadable, WriteRefused

Pair = tuple[World, Between]
LOOSE = {"limits": {side: {"max_percent": "100%"} for side in ("delete", "revoke")}, "allow_empty": True}


@pytest.fixture(params=TARGETS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    """A world with one target, and that target."""
    return world_of(request.param, tmp_path / "state", **LOOSE)


def limited(world: World, **spec: object) -> World:
    world.specs = {"gateway": {**LOOSE, **spec}}
    return world


def settled(world: World, *expected: str) -> None:
    """As declared, and a second run has nothing to do."""
    assert sorted(world.gateways["gateway"].keys()) == sorted(expected)
    assert (world.plan().empty, world.plan().ok) == (True, True)
    outcome = world.apply()
    assert (outcome.ok, outcome.results) == (True, ())


def test_target_of_nine_is_not_emptied(pair: Pair) -> None:
    """Nine keys, none declared any more: no set is too small for the limits."""
    world, between = pair
    limited(world, allow_empty=False).declare(*between.many(9)).apply()
    world.declare()
    with pytest.raises(PlanBlocked, match="without any of its 9 keys"):
        world.apply()
    assert len(between.keys()) == 9


LIMITS = [
    ({"delete": {"max_count": 0}}, 1, True),
    ({"delete": {"max_count": 1}}, 1, False),
    ({"delete": {"max_count": 1}}, 2, True),
    ({"delete": {"max_percent": "20%"}}, 2, False),
    ({"delete": {"max_percent": "20%"}}, 3, True),
]


@pytest.mark.parametrize(("limits", "gone", "blocked"), LIMITS)
def test_limits(pair: Pair, limits: dict[str, object], gone: int, blocked: bool) -> None:
    """Zero means none, exactly at a limit is within it, and one more is not."""
    world, between = pair
    world.declare(*between.many(10)).apply()
    limited(world, limits=limits).declare(*between.many(10 - gone))
    if blocked:
        with pytest.raises(PlanBlocked):
            world.apply()
    else:
        assert world.apply().ok
    assert len(between.keys()) == (10 if blocked else 10 - gone)


def test_one_target_down_of_five(tmp_path: Path) -> None:
    """The four others are applied, and the outcome says which one was not, and why."""
    names = [f"t{number}" for number in range(5)]
    kinds = [*TARGETS, "litellm"]
    gateways = {name: TARGETS[kind](tmp_path / name) for name, kind in zip(names, kinds, strict=True)}
    spaces = {name: each.spaces for name, each in gateways.items()}
    world = World(tmp_path / "state", gateways=gateways, spaces=spaces).declare(key(targets=tuple(names)))
    gateways["t2"].faults["read"] = [Unreadable("`t2` answers HTML")] * 9
    outcome = world.apply()
    assert not outcome.ok
    assert [each.name for each in outcome.targets if not each.ok] == ["t2"]
    assert {name: len(each.keys()) for name, each in gateways.items()} == {**dict.fromkeys(names, 1), "t2": 0}
    gateways["t2"].faults.clear()
    assert world.apply().ok
    assert world.plan().empty


@pytest.mark.parametrize("verb", ["read", "create", "update", "delete"])
def test_busy_with_retry_after(pair: Pair, verb: str) -> None:
    """A target that asks for three seconds gets them, and the run goes through."""
    world, between = pair
    world.declare(between.key("a"), between.key("b")).apply()
    between.faults[verb] = [Busy("429", 3.0)]
    assert world.declare(between.key("a", number=6), between.key("c")).apply().ok
    assert world.sleeps == [3.0]
    settled(world, "a", "c")


def test_create_whose_answer_was_lost(pair: Pair) -> None:
    """Nobody has the value of what was created, so it is replaced; there is one key, and its value works."""
    world, between = pair
    between.after["create"] = [OutcomeUnknown("no answer")] * 2
    assert not world.declare(between.key()).apply().ok
    assert not world.plan().empty
    world.apply()
    assert world.apply().ok
    assert between.works(world.vault.values["vault:a"])
    settled(world, "a")


def test_delete_of_what_is_gone(pair: Pair) -> None:
    """Somebody deleted it between reading and deleting: done."""
    world, between = pair
    world.declare(between.key("a"), between.key("b")).apply()
    between.hook = lambda verb: between.remove("b") if verb == between.removes and set(between.keys()) > {"a"} else None
    assert world.declare(between.key("a")).apply().ok
    settled(world, "a")


CAUSES = [(600, 7, "drift"), (6, 600, "intent"), (6, 7, "both")]


@pytest.mark.parametrize(("git", "hand", "cause"), CAUSES)
def test_who_changed_it(pair: Pair, git: int, hand: int, cause: str) -> None:
    """By hand, in git, or both: the plan says so, drift is told apart, and git wins."""
    world, between = pair
    world.declare(between.key()).apply()
    if hand != 600:
        between.turn("a", hand)
    made = world.declare(between.key(number=git)).plan()
    found = [(each.name, each.cause) for change in made.changes for each in change.properties]
    assert found == [(between.dial.name, cause)]
    assert made.drift.ok == (cause == "intent")
    assert world.apply().ok
    assert between.at("a", git)


STRANGERS = [
    ("", "is not managed by Remit"),
    (str(Marker("elsewhere", "a", "x")), "marker of another owner"),
    (copied("a"), "copied"),
]


@pytest.mark.parametrize(("marker", "words"), STRANGERS)
def test_stranger_with_the_name(pair: Pair, marker: str, words: str) -> None:
    """A key with the declared name that is unmarked, another organisation's, or has a copied marker stays as it is.

    OpenAI's names need not be unique, so there one without a mark is in nobody's way.
    """
    world, between = pair
    stranger = between.make("a", marker)
    made = world.declare(between.key()).plan()
    if stranger.alias == "a":
        assert [(each.code, each.key) for each in made.problems] == [("conflict", "a")]
        assert words in made.problems[0].message
    else:
        assert (marker, made.ok) == ("", True)
    world.apply()
    assert between.keys()[stranger.alias] == stranger
    assert sorted(between.keys()) == sorted({"a", stranger.alias})


def test_adopting_what_is_unmarked(pair: Pair) -> None:
    """Only where the declaration says so, and only what carries no marker.

    Keys of OpenAI cannot be renamed, so that none is adopted: the declared one is made beside it.
    """
    world, between = pair
    unmarked = between.make("a")
    between.make("b", copied("b"))
    limited(world, adopt=True).declare(between.key("a"), between.key("b"))
    assert [each.key for each in world.plan().problems] == ["b"]
    world.apply()
    found = between.keys()
    assert found["a"].marker == str(Marker("meridian", "a", found["a"].id))
    assert (found["a"].id == unmarked.id) == (unmarked.alias == "a")
    assert found["b"].marker == copied("b")
    assert unmarked.alias == "a" or found[unmarked.alias] == unmarked


DISTORTED = {
    "an integer as a text": {
        "key": {"caps": {"requests_per_minute": "600"}},
        "project": {"model_caps": {"requests_per_minute.gpt-4o": "600"}},
    },
    "rounded money": {
        "key": {"budgets": {"key.monthly": Money(500_000_001, "USD")}},
        "project": {"budgets": {"project.monthly": Money(500_000_001, "USD")}},
    },
    "a dropped field": {"key": {"models": None}, "project": {"models": None}},
}


@pytest.mark.parametrize("name", DISTORTED)
def test_read_back_differs(pair: Pair, name: str) -> None:
    """What the target accepted and does otherwise is not in force, and the run says so: of what bounds the key."""
    world, between = pair
    kind, wrong = between.bounded, DISTORTED[name][between.bounded]
    between.distort = lambda found: replace(found, **wrong) if found.kind == kind else found
    declared = key(models=("gpt-4o",), budgets={"key.monthly": 500, "project.monthly": 500})
    outcome = world.declare(declared).apply()
    assert statuses(outcome)["gateway/a" if kind == "key" else "gateway/project:ranker"] == "accepted"
    assert not outcome.ok


def test_two_runs_at_once(pair: Pair) -> None:
    """The second run leaves the target to the first; when the holder was killed, its lease ends by itself."""
    world, between = pair
    world.declare(between.key())
    state = State(world.directory)
    state.lease("gateway", "another", world.now, timedelta(minutes=10))
    outcome = world.apply()
    assert [(each.status, between.writes) for each in outcome.targets] == [("held", [])]
    with pytest.raises(LeaseHeld):
        state.lease("gateway", "a third", world.now, timedelta(minutes=10))
    world.now += timedelta(minutes=11)
    assert world.apply().ok
    settled(world, "a")


def test_commit_reverted_in_mid_run(pair: Pair) -> None:
    """The run died half-way and git is as before: so is the target, without a key too many."""
    world, between = pair
    world.declare(between.key("a"), between.key("b")).apply()
    _died(world.declare(between.key("a", number=6), between.key("c")), between, "create")
    assert world.declare(between.key("a"), between.key("b")).apply().ok
    assert between.at("a", 600)
    settled(world, "a", "b")


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_resumed_run_ends_as_one_run(pair: Pair, verb: str) -> None:
    """What was applied in part and then again is what one run would have made."""
    world, between = pair
    world.declare(between.key("a"), between.key("b")).apply()
    _died(world.declare(between.key("a", number=6), between.key("c")), between, verb)
    assert world.apply().ok
    assert between.at("a", 6)
    assert between.works(world.vault.values["vault:c"])
    settled(world, "a", "c")


def _died(world: World, between: Between, verb: str) -> None:
    """Killed at a call; its lease has ended since."""

    def hook(called: str) -> None:
        if called == verb:
            raise Crash(called)

    between.hook = hook
    with pytest.raises(Crash):
        world.apply()
    between.hook = lambda called: None
    world.now += timedelta(minutes=11)


@pytest.mark.parametrize("hours", [-24, 24])
def test_clock_off_by_a_day(pair: Pair, hours: int) -> None:
    """Another machine's clock is a day off, over the end of a month: budgets are amounts, so nothing changes."""
    world, between = pair
    world.now = world.now.replace(day=30, hour=23)
    world.declare(between.key()).apply()
    before = between.keys()
    world.now += timedelta(hours=hours)
    settled(world, "a")
    assert between.keys() == before


def test_values_are_nowhere(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the plan, the outcome, logs, errors, or any file of the state."""
    world, between = pair
    caplog.set_level(0)
    between.after["create"] = [RuntimeError("HTTP 500: sk-")]
    made = world.declare(between.key("a"), between.key("b")).plan()
    outcomes = [world.apply(made), world.apply()]
    said = json.dumps(world.plan().to_json()) + repr((made, outcomes, world.run())) + caplog.text
    files = b"".join(path.read_bytes() for path in world.directory.rglob("*") if path.is_file())
    assert len(world.vault.values) == 2
    for value in world.vault.values.values():
        assert (value in said, value.encode() in files) == (False, False)


def test_second_run_is_empty(pair: Pair) -> None:
    """Nothing to do after a success."""
    world, between = pair
    assert world.declare(*between.many(3)).apply().ok
    between.calls.clear()
    settled(world, "k0", "k1", "k2")
    assert between.writes == []


def test_edited_between_plan_and_apply(pair: Pair) -> None:
    """A plan is for what it was made from: after an edit by hand nothing of it is applied."""
    world, between = pair
    world.declare(between.key()).apply()
    made = world.declare(between.key(number=6)).plan()
    between.turn("a", 7)
    between.calls.clear()
    with pytest.raises(PlanStale, match="`gateway/a` changed since"):
        world.apply(made)
    assert between.writes == []


@pytest.mark.parametrize("verb", ["create", "update", "delete", "disable"])
def test_refused(pair: Pair, verb: str) -> None:
    """What the target refuses is told with its words, is in the ledger, and is tried again by the next run."""
    world, between = pair
    world.declare(between.key("a"), between.key("b"), between.key("d")).apply()
    between.faults[verb] = [WriteRefused("credentials may not do this")] * 4
    outcome = world.declare(between.key("a", number=6), between.key("c"), between.key("d", suspended=True)).apply()
    failed = [each for each in outcome.results if each.status == "failed"]
    assert {each.message for each in failed} == {"credentials may not do this"}
    events = State(world.directory).ledger.events(kind="failed")
    assert {entry.event.cause for entry in events} == {"credentials may not do this"}
    between.faults.clear()
    assert world.apply().ok
    assert world.plan().empty
    assert sorted(between.keys()) == ["a", "c", *(["d"] if between.removes == "delete" else [])]


def test_action_names(pair: Pair) -> None:
    """A plan calls what it does by the same names on each target."""
    world, between = pair
    world.declare(between.key("a"), between.key("b")).apply()
    made = world.declare(between.key("a", suspended=True), between.key("c")).plan()
    found = {address: action for address, action in actions(made).items() if ":" not in address}
    assert found == {"gateway/a": "revoke", "gateway/b": "delete", "gateway/c": "create"}
