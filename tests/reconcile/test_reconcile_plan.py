"""Planning: three-way comparison, ownership, reasons, and what is left alone."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import timedelta

import pytest
from simulated import (
    HERE,
    NOW,
    ORGANIZATION,
    Gateway,
    World,
    actions,
    entitlement,
    exclusion,
    keys,
    pool,
    violation,
)

from remit.reconcile import State
from remit.resources import Delivery, Money
from remit.targets import Capabilities, Capability, Marker, SettingsInvalid, TargetObject, UnknownType, Unreadable


def properties(made, address="gateway/ranker-prod"):
    (change,) = [change for change in made.changes if change.address == address]
    return {each.name: (each.direction, each.cause) for each in change.properties}


def test_plan_reads_only(world: World) -> None:
    """Planning calls nothing but `read`, and makes no file."""
    world.declare(entitlement()).plan()
    assert world.gateways["gateway"].calls == ["read"]
    assert not world.directory.exists()


def test_create(world: World) -> None:
    """A declared key that is not there is created, with all its properties and where its value goes."""
    (change,) = world.declare(entitlement()).plan().changes
    assert (change.action, change.before, change.delivered_to) == ("create", None, "vault:ranker-prod")
    assert change.after.properties["caps.requests_per_minute"] == 600
    assert change.after.properties["budgets.key.monthly"] == Money(500_000_000, "USD")
    assert [reason.origin for reason in change.reasons] == [str(HERE)]


def test_second_plan_is_empty(world: World) -> None:
    """After applying, there is nothing to do, no drift, and nothing to learn."""
    world.declare(*keys("a", "b"))
    assert world.apply().ok
    made = world.plan()
    assert (made.empty, actions(made), made.drift.ok, made.ok) == (True, {}, True, True)


EDITS = [
    ({"models": ("nimbus-small",)}, {"models": ("tighten", "intent")}),
    ({"models": ("nimbus-huge", "nimbus-large", "nimbus-small")}, {"models": ("loosen", "intent")}),
    ({"models": ("nimbus-huge",)}, {"models": ("loosen", "intent")}),
    ({"models": ()}, {"enabled": ("tighten", "intent")}),
    ({"scopes": ("admin", "chat")}, {"scopes": ("loosen", "intent")}),
    ({"caps": {"requests_per_minute": 60}}, {"caps.requests_per_minute": ("tighten", "intent")}),
    ({"caps": {"requests_per_minute": 0}}, {"caps.requests_per_minute": ("tighten", "intent")}),
    ({"caps": {"requests_per_minute": 601}}, {"caps.requests_per_minute": ("loosen", "intent")}),
    ({"caps": {}}, {"caps.requests_per_minute": ("loosen", "intent")}),
    ({"user_caps": {"requests_per_day": 9}}, {"user_caps.requests_per_day": ("tighten", "intent")}),
    ({"budgets": {"key.monthly": 499}}, {"budgets.key.monthly": ("tighten", "intent")}),
    ({"budgets": {"key.monthly": 501}}, {"budgets.key.monthly": ("loosen", "intent")}),
    ({"expires": NOW + timedelta(days=30)}, {"expires": ("tighten", "intent")}),
    ({"expires": NOW + timedelta(days=61)}, {"expires": ("loosen", "intent")}),
    ({"expires": None}, {"expires": ("loosen", "intent")}),
    ({"team": "ads"}, {"team": ("loosen", "intent")}),
    ({"environment": "dev"}, {"environment": ("loosen", "intent")}),
]


@pytest.mark.parametrize(("change", "expected"), EDITS, ids=[f"{i}-{next(iter(e[1]))}" for i, e in enumerate(EDITS)])
def test_directions(world: World, change, expected) -> None:
    """An edit in git is one property change, its direction and its cause known; applying it settles it."""
    world.declare(entitlement()).apply()
    world.declare(entitlement(**change))
    assert properties(world.plan()) == expected
    assert world.apply().ok
    assert world.plan().empty


def test_currency_change_loosens(world: World) -> None:
    """An amount in another currency cannot be compared, so it counts as more."""
    world.declare(entitlement()).apply()
    world.declare(replace(entitlement(), budgets=(pool("key.monthly", 1, "EUR"),)))
    assert properties(world.plan()) == {"budgets.key.monthly": ("loosen", "intent")}


CAUSES = [
    ("drift", {}, {"caps": {"requests_per_minute": 9_000}}, ("tighten", "drift")),
    ("intent", {"caps": {"requests_per_minute": 60}}, {}, ("tighten", "intent")),
    ("both", {"caps": {"requests_per_minute": 60}}, {"caps": {"requests_per_minute": 9_000}}, ("tighten", "both")),
    ("cap removed by hand", {}, {"caps": {}}, ("tighten", "drift")),
]


@pytest.mark.parametrize(("git", "hand", "expected"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES])
def test_causes(world: World, git, hand, expected) -> None:
    """Edited by hand is drift, edited in git is intent, edited on both sides is both; drift is listed apart."""
    world.declare(entitlement()).apply()
    if hand:
        world.gateways["gateway"].edit("ranker-prod", **hand)
    made = world.declare(entitlement(**git)).plan()
    assert properties(made) == {"caps.requests_per_minute": expected}
    drifted = [(each.address, each.properties) for each in made.drift.drifted]
    assert drifted == ([("gateway/ranker-prod", ("caps.requests_per_minute",))] if hand else [])


def test_hand_edit_that_git_followed(world: World) -> None:
    """A hand edit that git then declares needs no change, only to be remembered."""
    world.declare(entitlement()).apply()
    world.gateways["gateway"].edit("ranker-prod", caps={"requests_per_minute": 60})
    made = world.declare(entitlement(caps={"requests_per_minute": 60})).plan()
    assert (made.empty, actions(made)) == (True, {"gateway/ranker-prod": "no-op"})
    assert not made.drift.ok
    world.apply()
    assert world.plan().drift.ok


def test_unmanaged_property_is_left_alone(world: World) -> None:
    """What git never mentioned may be set by hand; it survives updates of other properties."""
    world.declare(entitlement()).apply()
    gateway = world.gateways["gateway"]
    gateway.edit("ranker-prod", caps={"requests_per_minute": 600, "tokens_per_day": 5})
    assert world.plan().empty
    world.declare(entitlement(models=("nimbus-small",))).apply()
    assert gateway.of("ranker-prod").caps == {"requests_per_minute": 600, "tokens_per_day": 5}


def test_gone_by_hand(world: World) -> None:
    """A key that was deleted on the target is drift, and created anew."""
    world.declare(entitlement()).apply()
    world.gateways["gateway"].objects.clear()
    made = world.plan()
    assert [each.observed for each in made.drift.drifted] == [None]
    (change,) = made.changes
    assert (change.action, change.reasons[0].code) == ("create", "vanished")
    assert {each.cause for each in change.properties} == {"drift"}
    assert world.apply().ok
    assert world.plan().drift.ok


@pytest.mark.parametrize("declared", [[], keys("ranker-prod", suspended=True)], ids=["undeclared", "suspended"])
def test_gone_by_hand_and_not_wanted(world: World, declared) -> None:
    """A key that is gone and not wanted either is forgotten, and drift ends."""
    world.declare(entitlement()).apply()
    world.gateways["gateway"].objects.clear()
    made = world.declare(*declared).plan()
    assert (made.empty, actions(made)) == (True, {"gateway/ranker-prod": "no-op"})
    world.apply()
    assert world.plan().drift.ok


HINDRANCES = [
    ("violation", {"violations": (violation(),)}),
    ("suspended", {"suspended": True}),
    ("expired", {"expires": NOW}),
]


@pytest.mark.parametrize(("code", "change"), HINDRANCES)
def test_not_in_force(world: World, code, change) -> None:
    """Such a key is not created; one that exists is revoked, once, and comes back when it is in force again."""
    made = world.declare(entitlement(**change)).plan()
    assert made.empty
    assert [(each.key, [r.code for r in each.reasons]) for each in made.targets[0].withheld] == [
        ("ranker-prod", [code])
    ]
    world.declare(entitlement()).apply()
    made = world.declare(entitlement(**change)).plan()
    assert actions(made) == {"gateway/ranker-prod": "revoke"}
    assert [reason.code for reason in made.changes[0].reasons] == [code]
    assert world.apply().ok
    assert not world.gateways["gateway"].of("ranker-prod").enabled
    assert actions(world.plan()) == {}
    world.declare(entitlement())
    assert properties(world.plan()) == {"enabled": ("loosen", "intent")}
    assert world.apply().ok


def test_cap_dropped_while_revoked(world: World) -> None:
    """A cap that git drops while the key is off is cleared when it comes back: nothing is forgotten."""
    world.declare(entitlement()).apply()
    world.declare(entitlement(suspended=True)).apply()
    world.declare(entitlement(caps={})).apply()
    assert world.gateways["gateway"].of("ranker-prod").caps == {}


def test_delete_only_owned(world: World) -> None:
    """A key that left git is deleted; keys of others stay, counted."""
    world.declare(entitlement()).apply()
    gateway = world.gateways["gateway"]
    gateway.put(TargetObject("handmade", "h1"))
    made = world.declare().plan()
    assert actions(made) == {"gateway/ranker-prod": "delete"}
    assert (made.targets[0].managed, made.targets[0].unmanaged) == (1, 1)


STRANGERS = [
    ("unmarked", "", "adopt: true"),
    ("foreign organisation", "remit:elsewhere/ranker-prod#h1", "another owner"),
    ("foreign tool", "terraform", "another owner"),
    ("copied", f"remit:{ORGANIZATION}/ranker-prod#obj-0", "copied"),
    ("pending of nobody", f"remit:{ORGANIZATION}/ranker-prod#~0011", "another owner"),
]


@pytest.mark.parametrize(("marker", "words"), [row[1:] for row in STRANGERS], ids=[row[0] for row in STRANGERS])
@pytest.mark.parametrize("adopt", [False, True])
def test_same_name(world: World, marker, words, adopt) -> None:
    """A stranger with the key's name is never touched; only an unmarked one may be adopted, and only if asked."""
    gateway = world.gateways["gateway"]
    stranger = TargetObject("ranker-prod", "h1", marker, models=("nimbus-huge",), caps={"tokens_per_day": 9})
    gateway.put(stranger)
    world.specs["gateway"] = {"adopt": adopt}
    made = world.declare(entitlement()).plan()
    if adopt and not marker:
        assert actions(made) == {"gateway/ranker-prod": "adopt"}
        assert world.apply().ok
        found = gateway.of("ranker-prod")
        assert Marker.parse(found.marker) == Marker(ORGANIZATION, "ranker-prod", "h1")
        assert (found.models, found.caps["tokens_per_day"]) == (("nimbus-large", "nimbus-small"), 9)
        assert actions(world.plan()) == {}
        return
    assert actions(made) == {}
    (problem,) = made.problems
    assert (problem.code, problem.address, problem.origin) == ("conflict", "gateway/ranker-prod", str(HERE))
    assert words in problem.message
    assert not world.apply().ok
    assert gateway.objects == {"h1": stranger}


def test_copied_marker_is_not_deleted(world: World) -> None:
    """Copying our marker to another key does not get that key deleted."""
    world.declare(entitlement()).apply()
    gateway = world.gateways["gateway"]
    gateway.put(TargetObject("victim", "v1", gateway.of("ranker-prod").marker))
    world.specs["gateway"] = {"allow_empty": True}
    world.declare().apply()
    assert list(gateway.objects) == ["v1"]


def test_renamed_by_hand(world: World) -> None:
    """The marker, not the name, says which key it is: a renamed one gets its name back."""
    world.declare(entitlement()).apply()
    world.gateways["gateway"].edit("ranker-prod", alias="mine")
    made = world.plan()
    assert properties(made) == {"alias": ("neutral", "drift")}
    assert made.drift.drifted[0].properties == ("alias",)
    assert world.apply().ok
    assert world.plan().empty


def test_duplicates(world: World) -> None:
    """Of two objects for one key, the one the state knows is kept; when it knows none, a person must choose."""
    world.declare(entitlement()).apply()
    gateway = world.gateways["gateway"]
    gateway.put(replace(gateway.of("ranker-prod"), id="twin", marker=f"remit:{ORGANIZATION}/ranker-prod#twin"))
    made = world.plan()
    assert [(c.action, c.before.id, c.reasons[0].code) for c in made.changes] == [("delete", "twin", "superseded")]
    assert world.apply().ok
    assert (list(gateway.objects), actions(world.plan())) == (["obj-0"], {})
    gateway.put(replace(gateway.of("ranker-prod"), id="twin", marker=f"remit:{ORGANIZATION}/ranker-prod#twin"))
    (world.directory / "ledger.db").unlink()
    made = world.plan()
    assert [problem.code for problem in made.problems] == ["duplicate"]
    assert made.empty


def test_state_lost(world: World) -> None:
    """Without its state, Remit still knows its keys by their markers, changes nothing, and remembers again."""
    world.declare(entitlement()).apply()
    (world.directory / "ledger.db").unlink()
    made = world.plan()
    assert (made.empty, actions(made), made.drift.ok) == (True, {"gateway/ranker-prod": "no-op"}, True)
    world.apply()
    assert actions(world.plan()) == {}


def test_capabilities(world: World) -> None:
    """What a target cannot enforce is neither sent nor compared, and stated with the number of keys."""
    entries = {
        "enabled": Capability("native"),
        "caps": Capability("native"),
        "caps.requests_per_day": Capability("manual", "set it in the console"),
        "budgets.key": Capability("approximated", "resets on the 1st, UTC"),
        "models": Capability("evaluate-only", kept=True),
    }
    gateway = world.gateways["gateway"] = Gateway(capabilities=Capabilities(entries))
    caps = {"requests_per_minute": 6, "requests_per_day": 7}
    budgets = {"key.monthly": 5, "team.monthly": 50}
    world.declare(*keys("a", "b", caps=caps, budgets=budgets), entitlement("off", suspended=True))
    notes = {note.property: (note.support, note.keys) for note in world.plan().targets[0].notes}
    assert notes["caps.requests_per_day"] == ("manual", 2)
    assert notes["budgets.key.monthly"] == ("approximated", 2)
    assert notes["budgets.team.monthly"] == ("unsupported", 2)
    assert notes["models"] == ("evaluate-only", 2)
    assert "caps.requests_per_minute" not in notes
    assert world.apply().ok
    written = set(gateway.of("a").properties)
    assert written == {"enabled", "caps.requests_per_minute", "budgets.key.monthly", "models"}
    assert world.plan().empty


def test_capability_withdrawn(world: World) -> None:
    """What a target can no longer take (a licence ended) is not cleared there either, only stated."""
    world.declare(entitlement()).apply()
    gateway = world.gateways["gateway"]
    entries = {name: each for name, each in gateway.capabilities.entries.items() if name != "purposes"}
    gateway.capabilities = Capabilities(entries)
    made = world.plan()
    assert (made.empty, [note.property for note in made.targets[0].notes]) == (True, ["purposes"])
    assert world.apply().ok
    assert gateway.of("ranker-prod").purposes == ("product-search",)
    assert actions(world.plan()) == {}


def test_one_unreadable_of_five(world: World) -> None:
    """One target that cannot be read is said to be so; the other four are planned and applied."""
    names = [f"t{number}" for number in range(5)]
    world.gateways = {name: Gateway(name) for name in names}
    world.declare(entitlement(targets=tuple(names)))
    world.gateways["t2"].faults["read"] = [Unreadable("page 3 of 7 is missing"), Unreadable("still")]
    made = world.plan()
    assert dict(made.unreadable) == {"t2": "page 3 of 7 is missing"}
    outcome = world.apply(made)
    assert {each.name: each.status for each in outcome.targets} == {
        name: "unreadable" if name == "t2" else "applied" for name in names
    }
    assert not outcome.ok
    assert not made.ok
    assert not world.gateways["t2"].objects
    assert sorted(world.vault.values) == [f"vault:ranker-prod{s}" for s in ("", ".t1", ".t3", ".t4")]


def test_reader_errors(world: World) -> None:
    """A target that cannot be opened, has no reader, or fails oddly is unreadable; the odd text stays hidden."""
    world.gateways = {
        "bad": SettingsInvalid("no path"),  # type: ignore[dict-item]
        "odd": Gateway("odd", faults={"read": [RuntimeError("sk-hidden")]}),
    }
    assert dict(world.declare().plan().unreadable) == {"bad": "no path", "odd": "unexpected `RuntimeError`"}
    from remit.reconcile import plan

    assert "not opened" in dict(plan(world.desired(), {}, {}).unreadable)["bad"]


def test_same_place_twice(world: World) -> None:
    """Two targets that are one place would delete each other's keys: neither is planned."""
    world.gateways = {"one": Gateway("x"), "two": Gateway("x"), "three": Gateway("y")}
    made = world.declare(entitlement(targets=("one",))).plan()
    assert sorted(made.unreadable) == ["one", "two"]
    assert "`one`, `two` are the same place" in made.unreadable["one"]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(world: World, enabled: bool) -> None:
    """On where it was on, with what was made as young as ever: a process that plans all day does not pile it up."""
    world.declare(entitlement())
    gc.collect()
    if not enabled:
        gc.disable()
    try:
        made = world.plan()
        assert gc.isenabled() is enabled
        assert not any(each is made for each in gc.get_objects(generation=2))
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("skew", "said"),
    [
        (timedelta(), ""),
        (timedelta(minutes=5), ""),
        (timedelta(minutes=-5), ""),
        (timedelta(minutes=6), "is 0h6m ahead of the one here"),
        (timedelta(days=1), "is 24h0m ahead of the one here"),
        (timedelta(hours=-25, minutes=-30), "is 25h30m behind the one here"),
    ],
    ids=str,
)
def test_a_clock_that_is_wrong(world: World, skew: timedelta, said: str) -> None:
    """Nothing is planned, and nothing done, on a target whose time is another, for keys would end at the wrong one."""
    world.gateways["other"] = Gateway("other")
    world.declare(entitlement(targets=("gateway", "other")))
    before = world.plan()
    world.gateways["gateway"].skew = skew
    assert (said in world.plan().unreadable.get("gateway", ""), "gateway" in world.plan().unreadable) == (
        True,
        bool(said),
    )
    outcome = world.apply(before)
    assert [each.alias for each in world.gateways["gateway"].objects.values()] == ([] if said else ["ranker-prod"])
    assert (outcome.ok, len(world.gateways["other"].objects)) == (not said, 1)


def test_busy_reader_is_waited_for(world: World) -> None:
    """429 with Retry-After is honoured, without it the pause doubles; a target that stays busy is unreadable."""
    from remit.targets import Busy

    gateway = world.gateways["gateway"]
    gateway.faults["read"] = [Busy("429", 7.0), Busy("503"), Busy("503")]
    assert not world.declare().plan().unreadable
    assert world.sleeps == [7.0, 2.0, 4.0]
    gateway.faults["read"] = [Busy("429")] * 4
    assert dict(world.plan().unreadable) == {"gateway": "429"}
    world.sleeps.clear()
    gateway.faults["read"] = [Busy("429", 3_600.0)]
    assert (dict(world.plan().unreadable), world.sleeps) == ({"gateway": "429"}, [])


def test_suspended_target(world: World) -> None:
    """A suspended target is planned, not judged, and not applied."""
    world.specs["gateway"] = {"suspended": True, "limits": {"create": {"max_count": 0}}}
    made = world.declare(entitlement()).plan()
    assert actions(made) == {"gateway/ranker-prod": "create"}
    assert (made.empty, made.blocked, made.targets[0].status) == (True, False, "suspended")
    outcome = world.apply(made)
    assert (outcome.ok, outcome.targets[0].status) == (True, "suspended")
    assert not world.gateways["gateway"].objects


def test_unknown_sink(world: World) -> None:
    """A sink that does not exist is an error of the plan, before the key is created; other keys go on."""

    def sink(name: str):
        if name == "nowhere":
            raise UnknownType("no sink is called `nowhere`")
        return world.vault

    world.sink = sink  # type: ignore[method-assign]
    made = world.declare(entitlement("a", deliver_to=Delivery(sink="nowhere")), entitlement("b")).plan()
    assert [(problem.code, problem.address) for problem in made.problems] == [("delivery", "gateway/a")]
    assert actions(made) == {"gateway/b": "create"}


def test_two_keys_one_place(world: World) -> None:
    """Two values for one address would overwrite each other: neither key is created."""
    same = Delivery(sink="vault", path="shared")
    made = world.declare(entitlement("a", deliver_to=same), entitlement("b", deliver_to=same)).plan()
    assert [(problem.code, problem.key) for problem in made.problems] == [("same-address", "a"), ("same-address", "b")]
    assert "`gateway/b`" in made.problems[0].message
    assert made.empty


DELIVERIES = [
    (None, "vault:ranker-prod", "vault:ranker-prod.second"),
    (Delivery(sink="vault", path="p"), "vault:p", "vault:p.second"),
]


@pytest.mark.parametrize(("delivery", "first", "second"), DELIVERIES)
def test_one_value_per_target(world: World, delivery, first, second) -> None:
    """A key on two targets has two values, delivered side by side."""
    world.gateways = {"first": Gateway("first"), "second": Gateway("second")}
    world.declare(entitlement(targets=("first", "second"), deliver_to=delivery)).apply()
    assert sorted(world.vault.values) == [first, second]


def test_named_delivery_on_two_targets(world: World) -> None:
    """A named secret gets the target's name behind its own."""
    world.gateways = {"first": Gateway("first"), "dr-site": Gateway("dr-site")}
    named = Delivery(sink="vault", name="LLM_KEY", path="p")
    made = world.declare(entitlement(targets=("first", "dr-site"), deliver_to=named)).desired()
    assert [made.keys[t]["ranker-prod"].delivery.name for t in ("first", "dr-site")] == ["LLM_KEY", "LLM_KEY_DR_SITE"]


def test_excluded_model(world: World) -> None:
    """When a rule takes a model away, the reason names the rule and its place."""
    world.declare(entitlement()).apply()
    shorter = entitlement(models=("nimbus-small",), exclusions=(exclusion("nimbus-large"),))
    (change,) = world.declare(shorter).plan().changes
    assert [(r.code, r.message, r.origin) for r in change.reasons] == [
        ("excluded-model", "is retired", "models/retired (rules.yaml:9:5)")
    ]


def test_orphaned_target(world: World) -> None:
    """A target that left the declarations with keys on it is reported; a run over some targets reports no other."""
    world.gateways["old"] = Gateway("old")
    world.declare(entitlement(targets=("gateway", "old"))).apply()
    world.only = ("gateway",)
    assert world.plan().problems == ()
    world.only = None
    world.gateways.pop("old")
    (problem,) = world.declare(entitlement()).plan().problems
    assert (problem.code, problem.address) == ("orphaned-target", "old")


def test_undeclared_target_is_nobodys(world: World) -> None:
    """A key that names a target which is not declared is created nowhere."""
    assert world.declare(entitlement(targets=("nowhere",))).plan().empty


def test_order_is_stable(world: World) -> None:
    """The same world gives the same plan, whatever order things are declared and read in."""
    world.declare(*keys("b", "a", "c"))
    first = world.plan()
    world.declare(*keys("c", "b", "a"))
    assert world.plan() == first
    assert world.plan().digest == first.digest
    assert [change.key for change in first.changes] == ["a", "b", "c"]


def test_damaged_state(world: World) -> None:
    """A damaged state stops the run: without it nobody knows what was delivered."""
    from remit.reconcile import StateFailed

    world.directory.mkdir()
    (world.directory / "ledger.db").write_bytes(b"not a database, but long enough to be one" * 40)
    with pytest.raises(StateFailed):
        State(world.directory).memory()
