"""Who enforces what keys declare."""

from __future__ import annotations

from simulated import HERE, World, entitlement

from remit.bundle import Cap, Origin
from remit.reconcile import Covered, coverage
from remit.targets import Capabilities, Capability

KNOWN = Capabilities(
    {
        "enabled": Capability("native"),
        "models": Capability("approximated", "for the whole project"),
        "budgets.team": Capability("native", "on the team", at="team"),
        "model_caps": Capability("evaluate-only"),
    }
)


def test_each_property_of_each_target(world: World) -> None:
    """Properties that keys in force declare, with how the target supports them; what it does not list, it does not."""
    limits = {"swift": {"requests_per_minute": Cap("requests_per_minute", 5, Origin(HERE))}}
    limits["grand"] = limits["swift"]
    world.declare(
        entitlement("a", budgets={"team.monthly": 5}, model_caps=limits, user_caps={"requests_per_day": 4}),
        entitlement("b", budgets={"team.monthly": 5}),
        entitlement("off", suspended=True),
    )
    found = coverage(world.desired(), {"gateway": KNOWN})
    rows = {row.property: (row.support, row.note, row.keys) for row in found.rows}
    assert {name: rows[name] for name in ("enabled", "models", "budgets.team.monthly")} == {
        "enabled": ("native", "", 2),
        "models": ("approximated", "for the whole project", 2),
        "budgets.team.monthly": ("native", "on the team", 2),
    }
    assert rows["model_caps.requests_per_minute"] == ("evaluate-only", "", 1)
    assert rows["user_caps.requests_per_day"] == ("unsupported", "", 1)
    assert found.counts["native"] == 4


def test_target_of_which_nothing_is_known(world: World) -> None:
    """What cannot be said is not supported; a target without keys has nothing to support."""
    world.declare(entitlement("a"))
    assert {row.support for row in coverage(world.desired(), {}).rows} == {"unsupported"}
    assert coverage(world.declare().desired(), {}).rows == ()
    assert Covered("t", "models", "native", "", 1).keys == 1
