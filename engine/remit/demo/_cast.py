"""Who plays whom: recorded callers and model classes onto the keys and models of the sample."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import product

from remit.bundle import Bundle, Entitlement
from remit.decide import Engine
from remit.demo._traffic import Event

# which tiers a class of recorded traffic would like, best first
_TIERS: Mapping[str, tuple[str, ...]] = {
    "reason": ("premium", "standard", "economy"),
    "large": ("standard", "premium", "economy"),
    "mid": ("standard", "economy", "premium"),
    "small": ("economy", "standard", "premium"),
}
_ANY = ("standard", "economy", "premium")
_LEAST_USERS = 12
_REQUESTS_OF_A_USER = 15
_UNCAPPED = 1_200
# below 1: keys with low caps get more than their share, so that some of their caps are reached
_EVENNESS = 0.55
_PENALTIES = (1, 3, 9, 27)


@dataclass(frozen=True, slots=True)
class Shape:
    """A request that the policies allow when nothing has been used."""

    model: str
    purpose: str
    data_class: str
    scope: str


@dataclass(frozen=True)
class Role:
    """A key of the sample with everything it may rightly ask for; `users` is 0 where no person is behind it."""

    entitlement: Entitlement
    shapes: tuple[Shape, ...]
    tiers: Mapping[str, str]
    users: int = 0

    @property
    def key(self) -> str:
        """The name of the key."""
        return self.entitlement.key

    @cached_property
    def capacity(self) -> int:
        """Requests per minute."""
        cap = self.entitlement.caps.get("requests_per_minute")
        return cap.value if cap else _UNCAPPED

    @cached_property
    def _by_class(self) -> dict[str, tuple[Shape, ...]]:
        return {}

    def best_tier(self, model_class: str) -> str:
        """The tier that a class of traffic gets with this key."""
        offered = {self.tiers[shape.model] for shape in self.shapes}
        wanted = _TIERS.get(model_class, _ANY)
        return next((tier for tier in wanted if tier in offered), min(offered))

    def suited(self, model_class: str) -> tuple[Shape, ...]:
        """The shapes for a class of traffic."""
        if model_class not in self._by_class:
            tier = self.best_tier(model_class)
            self._by_class[model_class] = tuple(each for each in self.shapes if self.tiers[each.model] == tier)
        return self._by_class[model_class]


def roles(bundle: Bundle, at: datetime) -> tuple[Role, ...]:
    """Every key in force at `at` that may ask for anything, by name."""
    engine = Engine(bundle)
    tiers = {name: model.spec.tier for name, model in bundle.models.items()}
    found = (
        Role(entitlement, _shapes(engine, entitlement, at), tiers)
        for entitlement in bundle.entitlements(at)
        if entitlement.in_force
    )
    return tuple(role for role in found if role.shapes)


def assign(every: Iterable[Role], events: Iterable[Event]) -> dict[str, Role]:
    """Recorded caller → the key it uses: the busiest first, each to the key with most room for its class.

    Skew survives: a caller stays with one key, and keys with higher caps carry more.
    """
    available = tuple(every)
    volume = Counter((event.source, event.model_class) for event in events)
    load: Counter[str] = Counter()
    cast: dict[str, Role] = {}
    for (source, model_class), requests in sorted(volume.items(), key=lambda each: (-each[1], each[0])):
        if source in cast:
            load[cast[source].key] += requests
            continue
        role = min(available, key=lambda each: (_crowding(each, model_class, load[each.key] + requests), each.key))
        cast[source] = role
        load[role.key] += requests
    return {source: _peopled(role, load[role.key]) for source, role in cast.items()}


def _crowding(role: Role, model_class: str, requests: int) -> float:
    """How full the key would be; a key without the wanted tier counts as fuller."""
    wanted, tier = _TIERS.get(model_class, _ANY), role.best_tier(model_class)
    choice = wanted.index(tier) if tier in wanted else len(wanted)
    return requests / math.pow(role.capacity, _EVENNESS) * _PENALTIES[choice]


def _peopled(role: Role, requests: int) -> Role:
    if not role.entitlement.user_caps:
        return role
    users = max(_LEAST_USERS, requests // _REQUESTS_OF_A_USER)
    return Role(role.entitlement, role.shapes, role.tiers, users)


def _shapes(engine: Engine, entitlement: Entitlement, at: datetime) -> tuple[Shape, ...]:
    wishes = product(entitlement.models, entitlement.purposes, entitlement.data_classes, entitlement.scopes)
    return tuple(
        Shape(model, purpose, data_class, scope)
        for model, purpose, data_class, scope in wishes
        if engine.evaluate(
            key=entitlement.key,
            model=model,
            purpose=purpose,
            data_class=data_class,
            scope=scope,
            now=at,
            user="somebody",
            input_tokens=1,
            output_tokens=1,
        ).allowed
    )
