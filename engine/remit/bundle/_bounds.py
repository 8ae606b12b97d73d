"""Caps and budgets: declared ones and those that rules set. Caps take the minimum; budgets above a key are pools."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from remit.bundle import _messages as messages
from remit.bundle._catalogue import Catalogue
from remit.bundle._context import Context
from remit.bundle._entitlement import BudgetPool, Cap, Origin, Pool, Violation
from remit.bundle._index import RuleIndex
from remit.bundle._rules import CompiledRule
from remit.bundle._select import not_boolean, static_paths, values
from remit.bundle._waivers import Effective
from remit.cel import CelError, Program
from remit.resources import CAPS, PERIODS, Budget, Key, Limits, Money, Project, Team

Contexts = Callable[[str, str], Context]
_EMPTY: Mapping[str, Cap] = MappingProxyType({})
_PERIODS: Mapping[str, Literal["daily", "monthly"]] = {"budget.daily": "daily", "budget.monthly": "monthly"}
_POOLS: Mapping[str, Pool] = {"Key": "key", "Project": "project", "Team": "team"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Caps by name, pools in the order of the hierarchy, and the rules whose cap has no value."""

    caps: Mapping[str, Cap]
    budgets: tuple[BudgetPool, ...] = ()
    failed: tuple[Violation, ...] = ()


class _Told(NamedTuple):
    """How rules on caps tell subjects apart: by what they read, and by name when they set a pool, which bears it."""

    paths: tuple[tuple[str, ...], ...]
    named: bool


@dataclass(slots=True)
class Bounding:
    """Finds the bounds of keys. What comes from above a key is found once for all keys below it."""

    catalogue: Catalogue
    index: RuleIndex
    context: Contexts
    _above: dict[tuple[str, str, tuple[str, ...], datetime], Bounds] = field(default_factory=dict)
    _models: dict[tuple[str, datetime], Bounds] = field(default_factory=dict)
    _rules: dict[Hashable, Bounds] = field(default_factory=dict)
    _told: dict[tuple[CompiledRule, ...], _Told] = field(default_factory=dict)
    _shared: dict[tuple[int, int], tuple[Bounds, Bounds, Mapping[str, Cap]]] = field(default_factory=dict)

    def of_key(self, key: Key, context: Context, effective: Effective, *, pools: bool = True) -> Bounds:
        """The bounds of a key with everything above it; without budgets when `pools` is false."""
        metadata, spec = key.metadata, key.spec
        home = (metadata.team, metadata.project, spec.targets, effective.since)
        above = self._above.get(home)
        if above is None:
            above = self._above[home] = _joined(self._from_above(key, effective))
        own = self._caps("Key", metadata.name, spec.limits, "limits")
        ruled = self._ruled("key", context, effective)
        # most keys declare no cap of their own: they share those from above and from rules
        caps = _lowest_of(above.caps, own, ruled.caps) if own else self._common(above, ruled)
        budgets: tuple[BudgetPool, ...] = ()
        if pools:
            budgets = _lowest_pools((*above.budgets, *self._pools("Key", metadata.name, spec.budget), *ruled.budgets))
        return Bounds(caps, budgets, above.failed + ruled.failed)

    def _common(self, above: Bounds, ruled: Bounds) -> Mapping[str, Cap]:
        found = self._shared.get((id(above), id(ruled)))
        if found is None:
            if len(self._shared) > _BOUND:
                self._shared.clear()
            # both are kept, so that their ids stay theirs
            found = self._shared[id(above), id(ruled)] = (above, ruled, _lowest_of(above.caps, ruled.caps))
        return found[2]

    def of_user(self, key: Key) -> Mapping[str, Cap]:
        """The caps of each user of a key."""
        return self._caps("Key", key.metadata.name, key.spec.user_limits, "user_limits")

    def of_model(self, model: str, effective: Effective) -> Bounds:
        """The caps that rules on a model set for each key that uses it."""
        found = self._models.get((model, effective.since))
        if found is None:
            ruled = self._ruled("model", self.context("Model", model), effective)
            found = self._models[model, effective.since] = _joined((ruled,))
        return found

    def _from_above(self, key: Key, effective: Effective) -> Iterator[Bounds]:
        organization = self.catalogue.organization
        team, project = key.metadata.team, key.metadata.project
        for kind, name, spec in (
            ("Organization", organization.metadata.name, organization.spec),
            ("Team", team, self.catalogue.of(Team)[team].spec),
            ("Project", project, self.catalogue.of(Project)[project].spec),
        ):
            yield self._declared(kind, name, spec.limits, spec.budget)
        yield self._ruled("team", self.context("Team", team), effective)
        yield self._ruled("project", self.context("Project", project), effective)
        for target in key.spec.targets:
            yield self._ruled("target", self.context("Target", target), effective)

    def _declared(self, kind: str, name: str, limits: Limits, budget: Budget) -> Bounds:
        if not (limits.model_fields_set or budget.model_fields_set):
            return _NO_BOUNDS
        pools = tuple(self._pools(kind, name, budget)) if budget.model_fields_set else ()
        return Bounds(self._caps(kind, name, limits, "limits"), pools)

    def _caps(self, kind: str, name: str, limits: Limits, within: str) -> Mapping[str, Cap]:
        if not limits.model_fields_set:
            return _EMPTY
        return MappingProxyType({cap.name: cap for cap in self._limits(kind, name, limits, within)})

    def _limits(self, kind: str, name: str, limits: Limits, within: str) -> Iterator[Cap]:
        find = self.catalogue.declared(kind, name).position
        for cap in CAPS:
            value = getattr(limits, cap)
            if value is not None:
                yield Cap(cap, value, Origin.at(find, ("spec", within, cap)))

    def _pools(self, kind: str, name: str, budget: Budget) -> Iterator[BudgetPool]:
        find = self.catalogue.declared(kind, name).position
        for period in PERIODS:
            amount = getattr(budget, period)
            if amount is not None:
                pool: Pool = _POOLS.get(kind, "organization")
                yield BudgetPool(pool, name, period, amount, Origin.at(find, ("spec", "budget", period)))

    def _ruled(self, point: str, context: Context, effective: Effective) -> Bounds:
        """What rules set; the same for all subjects that the rules cannot tell apart."""
        rules = self.index.applicable(point, context, effective, "cap")
        if not rules:
            return _NO_BOUNDS
        told = self._told.get(rules)
        if told is None:
            told = self._told[rules] = _Told(
                paths=static_paths(rule.value for rule in rules if rule.value),
                named=any(rule.rule.cap in _PERIODS for rule in rules),
            )
        seen = (rules, values(told.paths, context.facts), context.subjects[0] if told.named else None)
        found = self._rules.get(seen)
        if found is None:
            found = self._set_by(rules, context)
            if len(self._rules) < _BOUND and not found.failed:
                self._rules[seen] = found
        return found

    def _set_by(self, rules: Iterable[CompiledRule], context: Context) -> Bounds:
        caps: list[Cap] = []
        pools: list[BudgetPool] = []
        failed: list[Violation] = []
        for rule in rules:
            bound = self._bound(rule, context)
            if isinstance(bound, Cap):
                caps.append(bound)
            elif isinstance(bound, BudgetPool):
                pools.append(bound)
            else:
                failed.append(bound)
        return Bounds(_lowest(caps), tuple(pools), tuple(failed))

    def _bound(self, rule: CompiledRule, context: Context) -> Cap | BudgetPool | Violation:
        value, origin, name = _value(rule.value, context.facts), Origin(rule.position, rule.id), str(rule.rule.cap)
        kind, subject = context.subjects[0]
        if isinstance(value, CelError):
            text = messages.cap_failed(rule.id, value.message)
            return Violation(rule.id, f"{kind} {subject}", text, origin, error=True)
        if name not in _PERIODS:
            return Cap(name, value, origin)
        amount = Money(value, self.catalogue.organization.spec.currency)
        return BudgetPool(_POOLS.get(kind, "key"), subject, _PERIODS[name], amount, origin)


_NO_BOUNDS = Bounds(_EMPTY)
_BOUND = 10_000


def merged(first: Mapping[str, Cap], second: Mapping[str, Cap]) -> Mapping[str, Cap]:
    """The lower of each cap."""
    return _lowest_of(first, second)


def _joined(every: Iterable[Bounds]) -> Bounds:
    found = tuple(every)
    caps = _lowest_of(*(each.caps for each in found))
    pools = _lowest_pools(pool for each in found for pool in each.budgets)
    return Bounds(caps, pools, tuple(violation for each in found for violation in each.failed))


def _lowest_of(*every: Mapping[str, Cap]) -> Mapping[str, Cap]:
    """The lowest of each cap, as `_lowest` finds it; what has nothing beside it stays what it is."""
    some = [caps for caps in every if caps]
    if len(some) > 1:
        return _lowest(cap for caps in some for cap in caps.values())
    return some[0] if some else _EMPTY


def _lowest(caps: Iterable[Cap]) -> Mapping[str, Cap]:
    lowest: dict[str, Cap] = {}
    for cap in caps:
        known = lowest.get(cap.name)
        # of equal caps the one from nearest the key is named: it is what its owners can change
        if known is None or cap.value <= known.value:
            lowest[cap.name] = cap
    return MappingProxyType({name: lowest[name] for name in CAPS if name in lowest}) if lowest else _EMPTY


def _lowest_pools(pools: Iterable[BudgetPool]) -> tuple[BudgetPool, ...]:
    lowest: dict[tuple[str, str], BudgetPool] = {}
    for each in pools:
        known = lowest.get((each.pool, each.period))
        if known is None or each.amount.micro <= known.amount.micro:
            lowest[each.pool, each.period] = each
    return tuple(lowest.values())


def _value(program: Program | None, facts: Mapping[str, object]) -> int | CelError:
    try:
        value = program(facts) if program else None
    except CelError as error:
        return error
    return value if type(value) is int and value >= 0 else not_boolean()
