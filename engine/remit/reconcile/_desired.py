"""What every target should hold, from the same entitlements that `evaluate` decides by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from remit.bundle import Entitlement
from remit.reconcile import _messages as messages
from remit.reconcile._change import Reason
from remit.resources import Delivery, Target
from remit.targets import KeyObject

DEFAULT_SINK = "file"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One key as one target should hold it, and where each property was declared."""

    key: KeyObject
    in_force: bool
    reasons: tuple[Reason, ...]
    exclusions: Mapping[str, Reason]
    origins: Mapping[str, str]
    position: str
    delivery: Delivery

    def origin(self, name: str) -> str:
        """Where the property was declared, or the key."""
        return self.origins.get(name, self.position)


@dataclass(frozen=True, slots=True)
class Desired:
    """The keys of every target (by target, then by key) at one instant.

    `targets` are those to plan; `declared` names all there are, so that a run over some forgets no other.
    """

    organization: str
    bundle: str
    commit: str | None
    at: datetime
    targets: Mapping[str, Target]
    keys: Mapping[str, Mapping[str, Wanted]]
    declared: frozenset[str]


def desired(
    entitlements: Iterable[Entitlement],
    targets: Mapping[str, Target],
    *,
    organization: str,
    bundle: str,
    commit: str | None,
    at: datetime,
    only: Collection[str] | None = None,
) -> Desired:
    """Sort the entitlements (resolved at `at`) by the targets that they name; `only` these targets, or all."""
    keys: dict[str, dict[str, Wanted]] = {name: {} for name in targets}
    for entitlement in entitlements:
        for target in entitlement.targets:
            keys.setdefault(target, {})[entitlement.key] = _wanted(entitlement, target)
    chosen = {name: target for name, target in targets.items() if only is None or name in only}
    return Desired(organization, bundle, commit, at, chosen, keys, frozenset(targets))


def _wanted(entitlement: Entitlement, target: str) -> Wanted:
    return Wanted(
        key=_key_object(entitlement),
        # an empty allowlist means "every model" to some gateways: such a key is held back
        in_force=entitlement.in_force and bool(entitlement.models),
        reasons=tuple(_hindrances(entitlement)),
        exclusions={e.model: Reason("excluded-model", e.reason, str(e.origin)) for e in entitlement.exclusions},
        origins=dict(_origins(entitlement)),
        position=str(entitlement.position),
        delivery=_delivery(entitlement, target),
    )


def _key_object(entitlement: Entitlement) -> KeyObject:
    return KeyObject(
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
        budgets={pool.id: pool.amount for pool in entitlement.budgets},
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
    if given.name is not None:
        suffix = "".join(c if c.isalnum() else "_" for c in target).upper()
        return given.model_copy(update={"name": f"{given.name}_{suffix}"})
    return given.model_copy(update={"path": f"{given.path or entitlement.key}.{target}"})
