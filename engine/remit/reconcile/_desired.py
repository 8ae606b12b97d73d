"""What every target should hold, from the same entitlements that `evaluate` decides by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from remit.bundle import Entitlement, uncollected
from remit.reconcile import _messages as messages
from remit.reconcile._change import Reason
from remit.reconcile._spaces import Alerts, alerts_of, home, model_caps, space, usable
from remit.reconcile._wanted import OVERLAP, Desired, Wanted
from remit.resources import ChangeLimits, Delivery, LimitOverride, Target
from remit.targets import Kind, TargetObject, slot_of

DEFAULT_SINK = "file"


@uncollected(settle=False)
def desired(
    entitlements: Iterable[Entitlement],
    targets: Mapping[str, Target],
    *,
    organization: str,
    bundle: str,
    commit: str | None,
    at: datetime,
    only: Collection[str] | None = None,
    spaces: Mapping[str, Collection[Kind]] = MappingProxyType({}),
    alerts: Alerts = MappingProxyType({}),
    zone: ZoneInfo = ZoneInfo("UTC"),  # noqa: B008 - cached, and immutable
    total: ChangeLimits | None = None,
    overrides: tuple[LimitOverride, ...] = (),
    rotate: Collection[str] = (),
) -> Desired:
    """Sort the entitlements (resolved at `at`) by the targets that they name; `only` these targets, or all.

    `spaces` says which kinds of spaces a target holds; `total` are the limits over all targets together.
    """
    keys: dict[str, dict[str, Wanted]] = {name: {} for name in targets}
    members: defaultdict[tuple[str, Kind, str], list[Entitlement]] = defaultdict(list)
    for entitlement in entitlements:
        for target in entitlement.targets:
            keys.setdefault(target, {})[entitlement.key] = _wanted(entitlement, target, alerts)
            for kind in spaces.get(target, ()):
                members[target, kind, home(entitlement, kind)].append(entitlement)
    for (target, kind, name), found in members.items():
        keys[target][slot_of(kind, name)] = space(kind, name, found, alerts)
    chosen = {name: target for name, target in targets.items() if only is None or name in only}
    return Desired(
        organization, bundle, commit, at, chosen, keys, frozenset(targets), zone, frozenset(rotate), total, overrides
    )


def _wanted(entitlement: Entitlement, target: str, alerts: Alerts) -> Wanted:
    return Wanted(
        goal=_goal(entitlement, alerts),
        in_force=usable(entitlement),
        reasons=tuple(_hindrances(entitlement)),
        exclusions={e.model: Reason("excluded-model", e.reason, str(e.origin)) for e in entitlement.exclusions},
        origins=dict(_origins(entitlement)),
        position=str(entitlement.position),
        delivery=_delivery(entitlement, target),
        rotate_every=entitlement.rotate_every,
        overlap=OVERLAP if entitlement.rotate_overlap is None else entitlement.rotate_overlap,
    )


def _goal(entitlement: Entitlement, alerts: Alerts) -> TargetObject:
    return TargetObject(
        alias=entitlement.key,
        team=entitlement.team,
        project=entitlement.project,
        environment=entitlement.environment,
        models=entitlement.models,
        scopes=entitlement.scopes,
        purposes=entitlement.purposes,
        data_classes=entitlement.data_classes,
        caps={name: cap.value for name, cap in entitlement.caps.items()},
        user_caps={name: cap.value for name, cap in entitlement.user_caps.items()},
        model_caps=model_caps(entitlement),
        budgets={pool.id: pool.amount for pool in entitlement.budgets},
        alerts=alerts_of(entitlement.budgets, "key", alerts),
        expires=entitlement.expires.astimezone(UTC) if entitlement.expires else None,
        enabled=entitlement.in_force,
    )


def _hindrances(entitlement: Entitlement) -> Iterator[Reason]:
    """Why the key is not in force."""
    for violation in entitlement.violations:
        yield Reason("violation", violation.message, str(violation.origin))
    if entitlement.suspended:
        yield Reason("suspended", messages.suspended(), str(entitlement.position))
    if entitlement.expires is not None and entitlement.at >= entitlement.expires:
        instant = entitlement.expires.astimezone(UTC).isoformat(timespec="seconds")
        yield Reason("expired", messages.expired(instant), str(entitlement.position))
    if not entitlement.models:
        yield Reason("no-models", messages.no_models(), str(entitlement.position))


def _origins(entitlement: Entitlement) -> Iterator[tuple[str, str]]:
    for group, caps in (("caps", entitlement.caps), ("user_caps", entitlement.user_caps)):
        for name, cap in caps.items():
            yield f"{group}.{name}", str(cap.origin)
    for pool in entitlement.budgets:
        yield f"budgets.{pool.id}", str(pool.origin)


def _delivery(entitlement: Entitlement, target: str) -> Delivery:
    """A key has one value per target: the first listed goes where it is declared, the others beside it."""
    given = entitlement.deliver_to or Delivery(sink=DEFAULT_SINK)
    if target == entitlement.targets[0]:
        return given
    if given.name is not None or given.repository is not None:
        name = given.name or _spelt(entitlement.key)
        return given.model_copy(update={"name": f"{name}_{_spelt(target)}"})
    return given.model_copy(update={"path": f"{given.path or entitlement.key}.{target}"})


def _spelt(name: str) -> str:
    """As a variable or a secret can be called."""
    return "".join(each if each.isalnum() else "_" for each in name).upper()
