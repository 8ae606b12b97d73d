"""Limits: exactly at, one above, zero, percent of small sets, amounts to the micro-unit, emptying."""

from __future__ import annotations

from dataclasses import replace

import pytest
from simulated import Gateway, World, entitlement, keys, numbered, pool

from remit.reconcile import PlanBlocked
from remit.resources import ChangeLimits, Money

NINE = numbered(9)


def declared(world: World, limits: dict[str, object], **spec: object) -> World:
    """Nine keys applied without limits, which hold from then on."""
    world.declare(*keys(*NINE)).apply()
    world.specs["gateway"] = {"limits": {"delete": {}, "revoke": {}, **limits}, **spec}
    return world


def test_nine_key_target_emptied(world: World) -> None:
    """A target of nine keys does not lose all of them without `allow_empty`, even where no limit is declared."""
    made = declared(world, {}).declare().plan()
    assert made.blocked
    assert [(v.action, v.bound, v.exceeded) for v in made.exceeded] == [("empty", "allow_empty", True)]
    world.gateways["gateway"].calls.clear()
    with pytest.raises(PlanBlocked) as caught:
        world.apply(made)
    assert caught.value.verdicts == made.exceeded
    assert world.gateways["gateway"].calls == []
    assert len(world.gateways["gateway"].objects) == 9
    world.specs["gateway"]["allow_empty"] = True
    assert world.apply().ok
    assert not world.gateways["gateway"].objects


def test_replacing_all_is_not_emptying(world: World) -> None:
    """All keys exchanged for as many others: the target is not empty afterwards."""
    made = declared(world, {}).declare(*keys("x", *(f"y-{n}" for n in range(8)))).plan()
    assert not made.blocked


def test_default_limits(world: World) -> None:
    """Without any declaration, at most a fifth of the keys may be deleted or revoked in one run."""
    world.declare(*keys(*numbered(10))).apply()
    world.specs["gateway"] = {"limits": {}}
    assert not world.declare(*keys(*numbered(8))).plan().blocked
    assert world.declare(*keys(*numbered(7))).plan().blocked
    off = keys(*numbered(7)) + [entitlement(f"key-{n}", suspended=True) for n in (8, 9, 10)]
    assert [v.action for v in world.declare(*off).plan().exceeded] == ["revoke"]


COUNTS = [
    ("delete", {"max_count": 2}, 2, False),
    ("delete", {"max_count": 2}, 3, True),
    ("delete", {"max_count": 0}, 1, True),
    ("delete", {"max_count": 0}, 0, False),
    ("delete", {"max_percent": "0%"}, 1, True),
    ("delete", {"max_percent": "33.33%"}, 3, True),
    ("delete", {"max_percent": "33.34%"}, 3, False),
    ("revoke", {"max_count": 3}, 3, False),
    ("revoke", {"max_count": 3}, 4, True),
    ("revoke", {"max_percent": "10%"}, 1, True),
    ("raise", {"max_count": 1}, 1, False),
    ("raise", {"max_count": 1}, 2, True),
    ("create", {"max_count": 4}, 4, False),
    ("create", {"max_count": 4}, 5, True),
    ("create", {"max_percent": "50%"}, 4, False),
    ("create", {"max_percent": "50%"}, 5, True),
]


def changed(action: str, count: int):
    """The nine keys with `count` of them changed, or as many more."""
    rest = keys(*NINE[count:])
    return {
        "delete": lambda: rest,
        "revoke": lambda: [*keys(*NINE[:count], suspended=True), *rest],
        "raise": lambda: [*keys(*NINE[:count], caps={"requests_per_minute": 601}), *rest],
        "create": lambda: [*keys(*NINE), *keys(*(f"new-{number}" for number in range(count)))],
    }[action]()


@pytest.mark.parametrize(("action", "limit", "count", "blocked"), COUNTS)
def test_counts(world: World, action, limit, count, blocked) -> None:
    """Exactly at a limit passes, one above does not; zero means none; small sets are no exemption."""
    made = declared(world, {action: limit}).declare(*changed(action, count)).plan()
    assert made.blocked is blocked
    (verdict,) = [each for each in made.verdicts if each.action == action]
    assert verdict.measured == f"{count} of 9 keys"
    assert (verdict.message in str(PlanBlocked(made.exceeded))) is blocked


def test_first_key_of_an_empty_target(world: World) -> None:
    """A percentage of no keys is no keys."""
    world.specs["gateway"] = {"limits": {"create": {"max_percent": "100%"}}}
    assert world.declare(entitlement()).plan().blocked


def test_lowering_is_no_raise(world: World) -> None:
    """Cutting every key down is not bounded by the limit on raises."""
    made = declared(world, {"raise": {"max_count": 0}}).declare(*keys(*NINE, models=("nimbus-small",))).plan()
    assert (made.counts["update"], made.blocked) == (9, False)


def test_enabling_is_a_raise(world: World) -> None:
    """A revoked key that comes back costs its whole budget again."""
    world.declare(entitlement(), *keys("other")).apply()
    world.declare(entitlement(suspended=True), *keys("other")).apply()
    world.specs["gateway"] = {"limits": {"raise": {"max_amount": "500 USD"}}}
    world.declare(entitlement(), *keys("other"))
    assert not world.plan().blocked
    world.specs["gateway"] = {"limits": {"raise": {"max_amount": "499.999999 USD"}}}
    assert world.plan().blocked


MICRO = 1_000_000
AMOUNTS = [
    ([Money(600 * MICRO, "USD")], False, "100 USD"),
    ([Money(600 * MICRO + 1, "USD")], True, "100.000001 USD"),
    ([Money(550 * MICRO, "USD"), Money(550 * MICRO, "USD")], False, "100 USD"),
    ([Money(550 * MICRO, "USD"), Money(550 * MICRO + 1, "USD")], True, "100.000001 USD"),
    ([Money(600 * MICRO, "USD"), Money(1, "USD")], False, "100 USD"),
    ([Money(1, "EUR")], True, "an amount without bound in USD"),
    ([None], True, "an amount without bound in USD"),
]


@pytest.mark.parametrize(("amounts", "blocked", "measured"), AMOUNTS)
def test_amounts(world: World, amounts, blocked, measured) -> None:
    """Raises add up to the micro-unit and cuts do not pay for them; no budget, or another currency, has no bound."""
    declared(world, {"raise": {"max_amount": "100 USD"}})
    raised = [
        replace(entitlement(name), budgets=() if money is None else (replace(pool("key.monthly", 1), amount=money),))
        for name, money in zip(NINE, amounts, strict=False)
    ]
    made = world.declare(*raised, *keys(*NINE[len(amounts) :])).plan()
    (verdict,) = [each for each in made.verdicts if each.bound == "max_amount"]
    assert (verdict.exceeded, verdict.measured, made.blocked) == (blocked, measured, blocked)


CREATED = [
    ({"key.monthly": 500}, "500 USD"),
    ({"key.monthly": 500, "team.monthly": 300}, "300 USD"),
    ({"key.daily": 10}, "310 USD"),
    ({"key.daily": 10, "key.monthly": 300}, "300 USD"),
    ({}, "an amount without bound in USD"),
]


@pytest.mark.parametrize(("budgets", "measured"), CREATED)
def test_amount_of_a_new_key(world: World, budgets, measured) -> None:
    """A new key counts with the tightest of its budgets, a daily one 31 times."""
    world.specs["gateway"] = {"limits": {"create": {"max_amount": "500 USD"}}}
    made = world.declare(entitlement(budgets=budgets)).plan()
    assert [each.measured for each in made.verdicts if each.bound == "max_amount"] == [measured]


def test_delete_amount(world: World) -> None:
    """What deletions take away can be bounded too."""
    made = declared(world, {"delete": {"max_amount": "999 USD"}}).declare(*keys(*NINE[2:])).plan()
    assert [v.measured for v in made.exceeded] == ["1000 USD"]


def test_total(world: World) -> None:
    """Within each target's limits and over the total: nothing is applied anywhere."""
    world.gateways = {"one": Gateway("one"), "two": Gateway("two")}
    world.declare(entitlement("a", targets=("one",)), entitlement("b", targets=("two",)))
    world.total = ChangeLimits.model_validate({"create": {"max_count": 1}})
    made = world.plan()
    assert [(verdict.scope, verdict.measured) for verdict in made.exceeded] == [("total", "2 of 0 keys")]


def test_one_blocked_target_blocks_all(world: World) -> None:
    """All plans are judged before any is applied."""
    world.gateways = {"one": Gateway("one"), "two": Gateway("two")}
    world.specs["two"] = {"limits": {"create": {"max_count": 0}}}
    made = world.declare(entitlement(targets=("one", "two"))).plan()
    with pytest.raises(PlanBlocked):
        world.apply(made)
    assert not world.gateways["one"].objects


def test_limits_hold_at_apply(world: World) -> None:
    """A plan whose verdicts were taken out, or whose limits were lowered since, is judged again."""
    made = world.declare(entitlement()).plan()
    world.specs["gateway"] = {"limits": {"create": {"max_count": 0}}}
    with pytest.raises(PlanBlocked):
        world.apply(made)
    assert not world.gateways["gateway"].objects
