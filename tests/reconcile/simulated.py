"""An invented gateway in memory, with faults: ids are its own, so it marks in a second step, as real ones do."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from remit.bundle import BudgetPool, Cap, Entitlement, Exclusion, Origin, Violation
from remit.reconcile import Desired, Outcome, Plan, Run, State, apply, desired, plan
from remit.resources import Delivery, Money, Target
from remit.secrets import Receipt, Secret, SinkContext
from remit.source import Position
from remit.targets import Capabilities, Capability, Created, Marker, TargetObject, WriteRefused

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORGANIZATION = "meridian"
LABELS = ("team", "project", "environment")
LISTS = ("models", "scopes", "purposes", "data_classes")
GROUPS = ("caps", "user_caps", "budgets")
NATIVE = Capabilities({name: Capability("native") for name in (*LABELS, *LISTS, *GROUPS, "expires", "enabled")})


class Crash(BaseException):
    """The process died here."""


@dataclass
class Fuse:
    """Dies at the `after`-th boundary; every effect has one just before and one just after it."""

    after: int = 10**9
    passed: int = 0
    seen: list[str] = field(default_factory=list)

    def burn(self, where: str) -> None:
        self.seen.append(where)
        self.passed += 1
        if self.passed > self.after:
            raise Crash(where)


@dataclass
class Stop(Fuse):
    """Dies at the boundary of this name."""

    where: str = ""

    def burn(self, where: str) -> None:
        super().burn(where)
        if where == self.where:
            raise Crash(where)


@dataclass
class Gateway:
    """The far side. `values` are what callers may present, by object id."""

    name: str = "gateway"
    objects: dict[str, TargetObject] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict, repr=False)
    capabilities: Capabilities = NATIVE
    fuse: Fuse = field(default_factory=Fuse)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    after_faults: dict[str, list[Exception]] = field(default_factory=dict)
    distort: Callable[[TargetObject], TargetObject] = lambda key: key
    calls: list[str] = field(default_factory=list)
    numbers: itertools.count = field(default_factory=itertools.count)
    version: str = "7.1"
    skew: timedelta = timedelta()

    @property
    def identity(self) -> str:
        return f"simulated:{self.name}"

    def read(self) -> tuple[TargetObject, ...]:
        self._call("read")
        return tuple(self.distort(each) for each in self.objects.values())

    def create(self, key: TargetObject, nonce: str) -> Created:
        self._call("create", key.alias)
        if any((each.kind, each.alias) == (key.kind, key.alias) for each in self.objects.values()):
            raise WriteRefused(f"alias `{key.alias}` is taken")
        number = next(self.numbers)
        object_id, value = f"obj-{number}", f"sim-value-{number}-of-{key.alias}"
        self.fuse.burn(f"before create {key.alias}")
        pending = Marker.pending(ORGANIZATION, key.slot, nonce)
        self.objects[object_id] = replace(key, id=object_id, marker=str(pending))
        self.values[object_id] = value
        self.fuse.burn(f"after create {key.alias}")
        self._trouble(self.after_faults, "create")
        marker = Marker(ORGANIZATION, key.slot, object_id)
        self.objects[object_id] = replace(self.objects[object_id], marker=str(marker))
        self.fuse.burn(f"after mark {key.alias}")
        return Created(object_id, Secret(value) if key.kind == "key" else None)

    def update(self, found: TargetObject, key: TargetObject, changed: frozenset[str]) -> None:
        object_id = found.id
        self._call("update", object_id)
        self.fuse.burn(f"before update {object_id}")
        made = self.objects[object_id].overlaid(key, changed)
        made = replace(made, alias=key.alias) if "alias" in changed else made
        self.objects[object_id] = replace(made, marker=key.marker) if "marker" in changed else made
        self.fuse.burn(f"after update {object_id}")
        self._trouble(self.after_faults, "update")

    def disable(self, found: TargetObject) -> None:
        object_id = found.id
        self._call("disable", object_id)
        self.fuse.burn(f"before disable {object_id}")
        if object_id in self.objects:
            self.objects[object_id] = replace(self.objects[object_id], enabled=False)
        self.fuse.burn(f"after disable {object_id}")

    def delete(self, found: TargetObject) -> None:
        object_id = found.id
        self._call("delete", object_id)
        if found.kind != "key" and any(
            each.kind == "key" and _home(each, found.kind) == found.alias for each in self.objects.values()
        ):
            raise WriteRefused(f"`{found.alias}` still holds keys")
        self.fuse.burn(f"before delete {object_id}")
        self.objects.pop(object_id, None)
        self.values.pop(object_id, None)
        self.fuse.burn(f"after delete {object_id}")
        self._trouble(self.after_faults, "delete")

    def put(self, key: TargetObject) -> None:
        """Somebody else made this, by hand."""
        self.objects[key.id] = key

    def edit(self, alias: str, /, **changes: object) -> None:
        """Somebody changed a key by hand."""
        found = self.of(alias)
        self.objects[found.id] = replace(found, **changes)

    def of(self, alias: str) -> TargetObject:
        (found,) = [each for each in self.objects.values() if each.alias == alias]
        return found

    def _call(self, verb: str, on: str = "") -> None:
        self.calls.append(f"{verb} {on}".strip())
        self._trouble(self.faults, verb)

    def _trouble(self, faults: dict[str, list[Exception]], verb: str) -> None:
        if faults.get(verb):
            raise faults[verb].pop(0)


def _home(key: TargetObject, kind: str) -> str | None:
    return key.team if kind == "team" else key.project


@dataclass
class Vault:
    """A sink in memory."""

    fuse: Fuse = field(default_factory=Fuse)
    values: dict[str, str] = field(default_factory=dict, repr=False)
    faults: list[Exception] = field(default_factory=list)

    def address(self, delivery: Delivery, key: str) -> str:
        return f"vault:{delivery.path or key}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        self.fuse.burn(f"before deliver {context.key}")
        if self.faults:
            raise self.faults.pop(0)
        self.values[self.address(delivery, context.key)] = secret.reveal()
        self.fuse.burn(f"after deliver {context.key}")
        return Receipt(self.address(delivery, context.key))


class FusedState(State):
    """A state with a boundary around every write."""

    def __init__(self, directory: Path, fuse: Fuse) -> None:
        super().__init__(directory)
        self._fuse = fuse

    def intend(self, *arguments: object, **holder: str | None) -> None:
        self._around("intend", partial(super().intend, **holder), arguments)

    def record(self, *arguments: object, **holder: str | None) -> None:
        self._around("record", partial(super().record, **holder), arguments)

    def forget(self, *arguments: object, but_intent: bool = False, **holder: str | None) -> None:
        self._around("forget", partial(super().forget, but_intent=but_intent, **holder), arguments)

    def _around(self, what: str, call: Callable[..., None], arguments: tuple[object, ...]) -> None:
        self._fuse.burn(f"before {what} {arguments[1]}")
        call(*arguments)
        self._fuse.burn(f"after {what} {arguments[1]}")


@dataclass
class World:
    """Gateways, what is declared for them, and one state directory."""

    directory: Path
    entitlements: list[Entitlement] = field(default_factory=list)
    gateways: dict[str, Gateway] = field(default_factory=lambda: {"gateway": Gateway()})
    specs: dict[str, dict[str, object]] = field(default_factory=dict)
    fuse: Fuse = field(default_factory=Fuse)
    now: datetime = NOW
    vault: Vault = field(default_factory=Vault)
    bundle: str = "sha256:one"
    sleeps: list[float] = field(default_factory=list)
    total: object = None
    overrides: tuple[object, ...] = ()
    only: tuple[str, ...] | None = None
    spaces: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rotate: tuple[str, ...] = ()

    def declare(self, *entitlements: Entitlement) -> World:
        self.entitlements = list(entitlements)
        return self

    def desired(self) -> Desired:
        entitlements = [replace(each, at=self.now) for each in self.entitlements]
        targets = {name: target(name, **self.specs.get(name, {})) for name in self.gateways}
        named = {"organization": ORGANIZATION, "bundle": self.bundle, "commit": "abc1234", "at": self.now}
        return desired(
            entitlements,
            targets,
            **named,
            only=self.only,
            spaces=self.spaces,
            total=self.total,
            overrides=self.overrides,
            rotate=self.rotate,
        )

    def sink(self, name: str) -> Vault:
        return self.vault

    def plan(self) -> Plan:
        memory = State(self.directory).memory()
        options = {"sinks": self.sink, "sleep": self.sleeps.append}
        return plan(self.desired(), self.gateways, memory, **options)

    def run(self, **changes: object) -> Run:
        options = {
            "writers": {name: (lambda gateway=gateway: gateway) for name, gateway in self.gateways.items()},
            "state": FusedState(self.directory, self.fuse),
            "state_dir": self.directory,
            "sinks": self.sink,
            "clock": lambda: self.now,
            "sleep": self.sleeps.append,
        }
        return Run(**{**options, **changes})

    def apply(self, made: Plan | None = None, **changes: object) -> Outcome:
        return apply(made or self.plan(), self.desired(), self.gateways, self.run(**changes))

    def light(self, fuse: Fuse) -> None:
        """Every boundary of this world burns down the same fuse."""
        self.fuse = self.vault.fuse = fuse
        for gateway in self.gateways.values():
            gateway.fuse = fuse

    def kill(self) -> None:
        """The lease of a killed run ends by itself."""
        self.light(Fuse())
        self.now += timedelta(minutes=11)


def target(name: str = "gateway", **spec: object) -> Target:
    """A declared target of an invented type."""
    envelope = {"apiVersion": "remit/v1", "kind": "Target", "metadata": {"name": name}}
    loose = {side: {"max_percent": "100%"} for side in ("delete", "revoke")}
    return Target.model_validate({**envelope, "spec": {"type": "simulated", "limits": loose, **spec}})


HERE = Position("keys.yaml", 7, 3)


def entitlement(key: str = "ranker-prod", **changes: object) -> Entitlement:
    """A key in force with everything declared."""
    caps = changes.pop("caps", {"requests_per_minute": 600})
    user_caps = changes.pop("user_caps", {})
    budgets = changes.pop("budgets", {"key.monthly": 500})
    fields: dict[str, object] = {
        "key": key,
        "team": "search",
        "project": "ranker",
        "environment": "prod",
        "owner": "ana",
        "at": NOW,
        "models": ("nimbus-large", "nimbus-small"),
        "exclusions": (),
        "scopes": ("chat",),
        "purposes": ("product-search",),
        "data_classes": ("public",),
        "caps": {name: Cap(name, value, Origin(HERE)) for name, value in caps.items()},
        "user_caps": {name: Cap(name, value, Origin(HERE)) for name, value in user_caps.items()},
        "budgets": tuple(pool(name, amount) for name, amount in budgets.items()),
        "expires": NOW + timedelta(days=60),
        "rotate_every": None,
        "client_side": False,
        "suspended": False,
        "targets": ("gateway",),
        "deliver_to": None,
        "violations": (),
        "position": HERE,
    }
    return Entitlement(**{**fields, **changes})


def pool(name: str, dollars: int, currency: str = "USD") -> BudgetPool:
    """`key.monthly` and its amount."""
    level, period = name.split(".")
    return BudgetPool(level, "someone", period, Money(dollars * 1_000_000, currency), Origin(HERE))


def violation(rule: str = "baseline/no-admin") -> Violation:
    """A broken rule on the declared key."""
    return Violation(rule, "ranker-prod", "may not have the scope admin", Origin(Position("rules.yaml", 4, 5), rule))


def exclusion(model: str) -> Exclusion:
    """A model that a rule takes away."""
    return Exclusion(model, "is retired", Origin(Position("rules.yaml", 9, 5), "models/retired"))


def keys(*names: str, **changes: object) -> list[Entitlement]:
    """Several entitlements alike."""
    return [entitlement(name, **changes) for name in names]


def numbered(count: int) -> list[str]:
    """`key-1`, `key-2`, …"""
    return [f"key-{number}" for number in range(1, count + 1)]


def statuses(outcome: Outcome) -> dict[str, str]:
    """Status by address."""
    return {result.address: result.status for result in outcome.results}


def actions(made: Plan) -> dict[str, str]:
    """Action by address, `no-op` included."""
    return {change.address: change.action for each in made.targets for change in each.changes}


def every(items: Iterable[object]) -> str:
    """All reprs in one text, to look for what must not be there."""
    return "\n".join(repr(item) for item in items)
