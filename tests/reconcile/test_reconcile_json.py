"""A plan as JSON: round trip, digest, refusal of altered files, and no secrets anywhere."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from simulated import World, entitlement, every, exclusion, keys, violation

from remit.reconcile import Plan, PlanInvalid
from remit.secrets import DeliveryFailed
from remit.targets import Unreadable


def busy(world: World) -> Plan:
    """A plan with every sort of change, drift, a note, a problem, and a withheld key."""
    world.declare(*keys("cut", "drifted", "gone", "off")).apply()
    gateway = world.gateways["gateway"]
    gateway.edit("drifted", caps={"requests_per_minute": 1})
    gateway.put(replace(gateway.of("cut"), id="h1", alias="taken", marker=""))
    return world.declare(
        entitlement("cut", models=("nimbus-small",), exclusions=(exclusion("nimbus-large"),)),
        *keys("drifted", "taken"),
        entitlement("new", budgets={"key.monthly": 5, "key.daily": 1}),
        entitlement("never", violations=(violation(),)),
        entitlement("off", suspended=True),
    ).plan()


def test_round_trip(world: World) -> None:
    """A plan goes through JSON text and comes back equal, with the same digest."""
    made = busy(world)
    assert {change.action for change in made.changes} == {"create", "update", "revoke", "delete"}
    again = Plan.from_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    assert again.digest == made.digest == made.to_json()["digest"]
    assert world.apply(again).counts["in-force"] == 5


def test_terraform_manner(world: World) -> None:
    """The document has the names that readers of Terraform's plans know."""
    data = busy(world).to_json()
    assert data["format_version"] == "1.0"
    rows = {row["address"]: row["change"] for row in data["resource_changes"]}
    assert rows["gateway/new"]["actions"] == ["create"]
    assert rows["gateway/new"]["before"] is None
    assert rows["gateway/gone"]["after"] is None
    assert rows["gateway/cut"]["before"]["models"] == ["nimbus-large", "nimbus-small"]
    assert rows["gateway/cut"]["properties"][0]["direction"] == "tighten"
    (drift,) = data["resource_drift"]
    assert (drift["address"], drift["change"]["actions"]) == ("gateway/drifted", ["update"])
    assert data["targets"][0]["counts"]["create"] == 1
    assert data["problems"][0]["code"] == "conflict"
    assert {row["bound"] for row in data["limits"]} == {"max_percent"}


def test_digest_ignores_the_time(world: World) -> None:
    """The same plan a minute later has the same name; another one has another."""
    world.declare(entitlement())
    first = world.plan()
    world.now += timedelta(minutes=1)
    assert (world.plan().digest, world.plan().at) == (first.digest, first.at + timedelta(minutes=1))
    world.bundle = "sha256:two"
    assert world.plan().digest != first.digest


def leaves(data: object, path: tuple = ()):
    """The path of every value in a JSON document."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from leaves(value, (*path, key))
    if not isinstance(data, dict | list):
        yield path


def test_altered_plan_is_refused(world: World) -> None:
    """Whatever single value is changed in a plan file, it is refused; only time and version are nobody's."""
    original = json.loads(json.dumps(busy(world).to_json()))
    for path in leaves(original):
        data = copy.deepcopy(original)
        holder = data
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = "altered" if holder[path[-1]] != "altered" else "other"
        if path[0] == "remit_version":
            assert Plan.from_json(data).digest == original["digest"]
            continue
        with pytest.raises(PlanInvalid):
            Plan.from_json(data)


def test_field_added_to_a_plan(world: World) -> None:
    """A field that Remit does not know is refused too, though the digest was made to fit."""
    from remit.reconcile._plan_json import _digest

    data = json.loads(json.dumps(busy(world).to_json()))
    data["resource_changes"][0]["surprise"] = True
    with pytest.raises(PlanInvalid, match="altered"):
        Plan.from_json(data)
    data["digest"] = _digest(data)
    with pytest.raises(PlanInvalid, match="altered"):
        Plan.from_json(data)


def _set(name: str, value: object):
    return lambda data: data.__setitem__(name, value)


def _action(value: object):
    return lambda data: data["resource_changes"][0]["change"].__setitem__("actions", value)


DAMAGES = [
    _set("targets", 7),
    _set("targets", [7]),
    _set("resource_changes", None),
    _set("limits", "x"),
    _set("timestamp", "yesterday"),
    _action(["create", "delete"]),
    _action("create"),
    _action(["destroy"]),
    lambda data: data["resource_changes"][0].__setitem__("change", 3),
    lambda data: data.pop("bundle"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_plan(world: World, damage) -> None:
    """A document of another shape is refused, even if somebody made its digest fit."""
    from remit.reconcile._plan_json import _digest

    data = json.loads(json.dumps(busy(world).to_json()))
    damage(data)
    data["digest"] = _digest(data)
    with pytest.raises(PlanInvalid):
        Plan.from_json(data)


@pytest.mark.parametrize("data", [None, [], {}, {"format_version": "2.0"}, "text"])
def test_not_a_plan(data) -> None:
    """Anything else is refused."""
    with pytest.raises(PlanInvalid):
        Plan.from_json(data)


def test_no_secret_leaves(world: World) -> None:
    """No value of a key is in a plan, an outcome, progress, an error, a repr, or a byte of the state."""
    told: list[object] = []
    gateway = world.gateways["gateway"]
    world.vault.faults = [DeliveryFailed("sim-value-0-of-a was refused"), RuntimeError("sim-value-1-of-b")]
    first = world.declare(*keys("a", "b", "c")).apply(on_progress=told.append)
    assert [result.status for result in first.results] == ["failed", "failed", "in-force"]
    made = world.plan()
    second = world.apply(made, on_progress=told.append)
    assert second.ok
    text = every([*told, first, second, made, world.plan(), world.run(), json.dumps(made.to_json()), first.to_json()])
    stored = b"".join(path.read_bytes() for path in world.directory.rglob("*") if path.is_file())
    assert len(gateway.values) == 3
    assert "sim-value" not in text
    assert b"sim-value" not in stored
    assert "<secret> was refused" in first.results[0].message
    assert first.results[1].message == "unexpected `RuntimeError`"


def hidden() -> str:
    """A value that no line of source spells out."""
    return "-".join(("sim", "value", "9"))


def test_no_secret_in_tracebacks(world: World) -> None:
    """The exception of a failed delivery carries no cause that could hold the value."""
    import traceback

    from remit.reconcile._execute import Execution
    from remit.reconcile._state import TargetMemory
    from remit.secrets import Secret, SecretsError

    world.vault.faults = [RuntimeError(hidden())]
    (change,) = world.declare(entitlement()).plan().changes
    execution = Execution("gateway", world.run(), world.gateways["gateway"], TargetMemory(), "", None, "")
    with pytest.raises(SecretsError) as caught:
        execution._deliver(change, Secret(hidden()))
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "-".join(("sim", "value", "9")) not in shown
    assert caught.value.__context__ is None
    with pytest.raises(SecretsError, match="nowhere to go"):
        execution._deliver(replace(change, delivery=None), Secret(hidden()))


def test_version_of_a_source_tree(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Remit is not installed, its version is unknown, and plans are made all the same."""
    from importlib.metadata import PackageNotFoundError

    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    made = world.declare(entitlement()).plan()
    digest = made.digest
    monkeypatch.setattr("remit.reconcile._plan_json.version", absent)
    assert (made.to_json()["remit_version"], made.digest) == ("unknown", digest)


def test_properties_of_a_plan(world: World) -> None:
    """The plan tells its own state: what renderers and exit codes ask."""
    made = busy(world)
    assert (made.empty, made.blocked, made.ok) == (False, False, False)
    assert made.counts == {
        "create": 1,
        "replace": 0,
        "rotate": 0,
        "adopt": 0,
        "update": 2,
        "revoke": 1,
        "delete": 1,
        "no-op": 0,
    }
    world.gateways["gateway"].faults["read"] = [Unreadable("down")]
    down = world.plan()
    assert (down.empty, down.ok, dict(down.drift.unreadable), down.drift.ok) == (
        True,
        False,
        {"gateway": "down"},
        False,
    )
    assert Plan.from_json(json.loads(json.dumps(down.to_json()))) == down
