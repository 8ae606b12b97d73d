"""Declarations written from what a target holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from organisation import bundle_of
from simulated import World, actions, entitlement

from remit.reconcile import Defaults
from remit.reconcile._import import imports
from remit.reconcile._survey import Survey
from remit.resources import KINDS
from remit.source import read_documents
from remit.targets import Marker, TargetObject

HOME = Defaults("ranker", "dev")


def by_hand(alias: str = "old-one", **more: object) -> TargetObject:
    return TargetObject(alias, id=f"obj-{alias}", models=("mini",), scopes=("chat",), **more)


def test_only_what_is_nobodys(world: World) -> None:
    """Keys with a marker, ours or foreign or copied, and spaces are not imported."""
    gateway = world.gateways["gateway"]
    gateway.put(by_hand())
    gateway.put(replace(by_hand("ours"), marker=str(Marker("acme", "ours", "obj-ours"))))
    gateway.put(replace(by_hand("theirs"), marker=str(Marker("other", "theirs", "obj-theirs"))))
    gateway.put(replace(by_hand("copy"), marker=str(Marker("acme", "ours", "obj-ours"))))
    gateway.put(TargetObject("search", id="t-1", kind="team"))
    found = imports(bundle_of(), "store", Survey(keys=gateway.read()), HOME)
    assert [each.alias for each in found] == ["old-one"]


def test_document_is_a_key(world: World) -> None:
    """The text is one document, valid as a Key, whatever the target says of the key."""
    world.gateways["gateway"].put(by_hand(enabled=False, user_caps={"requests_per_day": 5}))
    (found,) = imports(bundle_of(), "store", Survey(keys=world.gateways["gateway"].read()), HOME)
    parsed = read_documents(found.text.encode(), "old-one.yaml")
    assert parsed.errors == ()
    (document,) = parsed.documents
    key = KINDS["Key"].model_validate(document.data)
    assert key.spec.suspended
    assert key.spec.user_limits.requests_per_day == 5


def test_alike(world: World) -> None:
    """Of two keys with one name neither is imported, and both are named."""
    twins = (by_hand(), replace(by_hand(), id="obj-2"))
    found = imports(bundle_of(), "store", Survey(keys=twins), HOME)
    assert [(each.document, each.remarks) for each in found] == [
        (None, ("2 keys on the target have this name: delete or rename all but one there",))
    ] * 2


def test_declared_for_others(world: World) -> None:
    """A name that is taken in the organisation, for other targets, is said to be."""
    (found,) = imports(bundle_of(), "elsewhere", Survey(keys=(by_hand("ranker-prod"),)), HOME)
    assert found.remarks[0].startswith("a key of this name is declared for other targets")
    assert imports(bundle_of(), "store", Survey(keys=(by_hand("ranker-prod"),)), HOME) == ()


def test_hidden_secret(world: World) -> None:
    """What looks like the value of a key is not repeated, not even in a comment."""
    value = "sk-" + "a1B2c3D4" * 6
    (found,) = imports(bundle_of(), "store", Survey(keys=(by_hand(value),)), HOME)
    assert value not in found.text


@pytest.mark.parametrize("taking", [True, False])
def test_adopted_into_a_new_team(world: World, taking: bool) -> None:
    """A key that is adopted goes to its team after the team was made, also where something is taken from it."""
    gateway = world.gateways["gateway"]
    world.specs["gateway"] = {"adopt": True, "allow_empty": True}
    world.spaces = {"gateway": ("team",)}
    world.declare(entitlement("old-one"))
    models = ("nimbus-large", "nimbus-small", "other") if taking else ("nimbus-large",)
    gateway.put(TargetObject("old-one", id="obj-x", models=models))
    assert actions(world.plan())["gateway/old-one"] == "adopt"
    assert world.apply().ok
    calls = [call for call in gateway.calls if call != "read"]
    assert calls[-1] == "update obj-x"
    assert gateway.of("old-one").team == "search"
    assert world.plan().empty
