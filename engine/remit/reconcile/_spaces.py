"""Teams and projects as some targets hold them: with the bounds that all of their keys share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from remit.bundle import BudgetPool, Entitlement
from remit.reconcile._census import Census
from remit.reconcile._wanted import Wanted
from remit.targets import Kind, TargetObject, slot_of

Alerts = Mapping[tuple[str, str], tuple[str, ...]]
"""At which parts of its budget somebody is told, as in `80%`, by level and name of what has the budget."""


def home(entitlement: Entitlement, kind: Kind) -> str:
    """The name of the space that a key is in."""
    return entitlement.team if kind == "team" else entitlement.project


def usable(entitlement: Entitlement) -> bool:
    """Whether the key is to exist: an empty allowlist means every model to some gateways, so it is held back."""
    return entitlement.in_force and bool(entitlement.models)


def space(kind: Kind, name: str, members: Sequence[Entitlement], alerts: Alerts) -> Wanted:
    """The space of these keys. It allows what any of them may do, and has room for the sum of their rates.

    A rate that one of them has no cap on is not bounded; without any key in force nothing is allowed.
    """
    live = [each for each in members if usable(each)]
    first = members[0]
    pools = [pool for pool in first.budgets if pool.pool == kind]
    goal = TargetObject(
        alias=name,
        kind=kind,
        team=first.team,
        project=first.project if kind == "project" else None,
        models=tuple(sorted({model for each in live for model in each.models})),
        caps=shared(live, caps),
        model_caps=dict(_per_model(live)),
        budgets={pool.id: pool.amount for pool in pools},
        alerts=alerts_of(pools, kind, alerts),
    )
    origins = {f"budgets.{pool.id}": str(pool.origin) for pool in pools}
    return Wanted(goal, True, (), {}, origins, str(first.position), None)


def occupied(wanted: Mapping[str, Wanted], census: Census, *, fixed: bool = False) -> frozenset[str]:
    """The slots of spaces that cannot go: a key that may not work stays in the one where it is, wherever it belongs.

    `fixed`: no key can go from one to another, so that one which was replaced stays too while it works.
    """
    idle = (key for key, each in wanted.items() if fixed or not each.in_force)
    found = [each for key in idle for each in census.ours.get(key, ())]
    return frozenset(slot_of(kind, name) for each in found for kind, name in _homes(each))


def _homes(key: TargetObject) -> Iterator[tuple[Kind, str]]:
    if key.team is not None:
        yield "team", key.team
    if key.project is not None:
        yield "project", key.project


def caps(entitlement: Entitlement) -> dict[str, int]:
    """The caps of a key by name."""
    return {name: cap.value for name, cap in entitlement.caps.items()}


def model_caps(entitlement: Entitlement) -> dict[str, int]:
    """The caps of a key on single models, by cap and model."""
    return {
        f"{cap.name}.{model}": cap.value for model, found in entitlement.model_caps.items() for cap in found.values()
    }


def shared(members: Sequence[Entitlement], of: Callable[[Entitlement], Mapping[str, int]]) -> dict[str, int]:
    """The sum of each cap that all of them have."""
    known = [of(each) for each in members]
    names = set.intersection(*(set(each) for each in known)) if known else set()
    return {name: sum(each[name] for each in known) for name in sorted(names)}


def _per_model(live: Sequence[Entitlement]) -> Iterator[tuple[str, int]]:
    """For each model the sum over the keys that may use it: of their cap on it, or else of their cap on everything."""
    for model in sorted({model for each in live for model in each.models}):
        users = [each for each in live if model in each.models]
        for name, value in shared(users, lambda each, model=model: _on(each, model)).items():  # type: ignore[misc]
            yield f"{name}.{model}", value


def _on(entitlement: Entitlement, model: str) -> dict[str, int]:
    own = {cap.name: cap.value for cap in entitlement.model_caps.get(model, {}).values()}
    return {
        **caps(entitlement),
        **{name: min(value, caps(entitlement).get(name, value)) for name, value in own.items()},
    }


def alerts_of(pools: Iterable[BudgetPool], level: str, alerts: Alerts) -> dict[str, tuple[str, ...]]:
    """The alerts on the budgets of one level, by pool."""
    found = {pool.id: alerts.get((pool.pool, pool.name), ()) for pool in pools if pool.pool == level}
    return {pool: parts for pool, parts in found.items() if parts}
