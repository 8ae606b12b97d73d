"""What keys may do under two bundles, compared key by key and pool by pool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from remit.bundle._diff import EntitlementChange, PoolChange
from remit.bundle._diff_shift import Shift, shift, shifts
from remit.bundle._entitlement import Cap, Entitlement
from remit.resources import Money

Entitlements = Mapping[str, Entitlement]
_FIELDS = (
    "in_force",
    "models",
    "scopes",
    "purposes",
    "data_classes",
    "expires",
    "rotate_every",
    "client_side",
    "suspended",
    "targets",
    "environment",
    "owner",
    "team",
    "project",
)
_Pool = tuple[str, str, str]


def entitlement_changes(
    before: Entitlements, after: Entitlements, former: Mapping[str, str]
) -> Iterator[EntitlementChange]:
    """By key; `former` says under which name a key was known before."""
    for name, new in after.items():
        old = before.get(name) or before.get(former[name])
        found = tuple(_shifts(old, new)) if old is not None else tuple(_granted(new))
        if found:
            yield EntitlementChange(name, found)


def pool_changes(before: Entitlements, after: Entitlements) -> Iterator[PoolChange]:
    """Pools that keys of both bundles draw on; one that came or went with its owner is told by the owner."""
    old, new = _pools(before), _pools(after)
    shared = {*_owners(before)} & {*_owners(after)}
    for pool in sorted({*old, *new}):
        amounts = old.get(pool), new.get(pool)
        if (pool[0] == "organization" or pool[:2] in shared) and amounts[0] != amounts[1]:
            yield PoolChange(pool[0], pool[1], shift(f"budget.{pool[2]}", *amounts))


def _granted(new: Entitlement) -> Iterator[Shift]:
    if new.models and new.in_force:
        yield shift("models", (), new.models)


def _shifts(old: Entitlement, new: Entitlement) -> Iterator[Shift]:
    kept = [model for model in new.models if model in old.models]
    return shifts(_values(old, kept), _values(new, kept))


def _values(entitlement: Entitlement, models: Iterable[str]) -> dict[str, object]:
    """Caps of single models count only where the model was had before and still is."""
    found = {name: getattr(entitlement, name) for name in _FIELDS}
    found |= _capped("caps", entitlement.caps) | _capped("user_caps", entitlement.user_caps)
    for model in models:
        found |= _capped(f"model_caps.{model}", entitlement.model_caps.get(model, {}))
    return found


def _capped(prefix: str, caps: Mapping[str, Cap]) -> dict[str, object]:
    return {f"{prefix}.{name}": cap.value for name, cap in caps.items()}


def _pools(entitlements: Entitlements) -> dict[_Pool, Money]:
    return {
        (pool.pool, pool.name, pool.period): pool.amount
        for entitlement in entitlements.values()
        for pool in entitlement.budgets
    }


def _owners(entitlements: Entitlements) -> Iterator[tuple[str, str]]:
    for each in entitlements.values():
        yield "key", each.key
        yield "project", each.project
        yield "team", each.team
