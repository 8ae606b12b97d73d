"""The bundle: everything that was declared, compiled, immutable, and named by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from remit.bundle import _messages as messages
from remit.bundle._catalogue import Catalogue, Declared
from remit.bundle._entitlement import Entitlement
from remit.bundle._index import RuleIndex, index
from remit.bundle._prices import TokenPrices, prices
from remit.bundle._resolve import Resolver
from remit.bundle._rules import CompiledRule
from remit.bundle._select import Selector
from remit.bundle._waivers import BEGINNING, Calendar, Effective, Exemption, calendar, rule_id
from remit.resources import (
    Group,
    Key,
    Model,
    Organization,
    Policy,
    PolicyTest,
    Project,
    Target,
    Team,
    Waiver,
    facts,
)


class UnknownKey(LookupError):
    """No key of this name is declared."""


@dataclass(frozen=True, slots=True)
class EffectiveRule:
    """A rule, and the waivers of it that hold: subject (kind, name) to the waiver's name."""

    rule: CompiledRule
    waived: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """An organisation's declarations and rules at one commit. Equal content gives an equal `digest`."""

    commit: str | None
    catalogue: Catalogue
    rules: tuple[CompiledRule, ...]
    zone: ZoneInfo
    index: RuleIndex
    calendar: Calendar
    aliases: Mapping[str, str]
    payload: Callable[[], bytes] = field(repr=False)
    _digest: list[str] = field(default_factory=list, repr=False)
    _facts: dict[tuple[str, str], Mapping[str, object]] = field(default_factory=dict, repr=False)
    _priced: list[bool] = field(default_factory=list, repr=False)
    _resolvers: list[Resolver] = field(default_factory=list, repr=False)

    @property
    def digest(self) -> str:
        """`sha256:` and the hash of the canonical text of everything in it; computed when first asked for."""
        if not self._digest:
            self._digest.append(f"sha256:{hashlib.sha256(self.payload()).hexdigest()}")
        return self._digest[0]

    @property
    def organization(self) -> Organization:
        """The root of the hierarchy."""
        return self.catalogue.organization

    @property
    def groups(self) -> Mapping[str, Group]:
        """Groups by name."""
        return self.catalogue.of(Group)

    @property
    def teams(self) -> Mapping[str, Team]:
        """Teams by name."""
        return self.catalogue.of(Team)

    @property
    def projects(self) -> Mapping[str, Project]:
        """Projects by name."""
        return self.catalogue.of(Project)

    @property
    def keys(self) -> Mapping[str, Key]:
        """Keys by name."""
        return self.catalogue.of(Key)

    @property
    def models(self) -> Mapping[str, Model]:
        """Models by name."""
        return self.catalogue.of(Model)

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Policies by name."""
        return self.catalogue.of(Policy)

    @property
    def targets(self) -> Mapping[str, Target]:
        """Targets by name."""
        return self.catalogue.of(Target)

    @property
    def waivers(self) -> Mapping[str, Waiver]:
        """Waivers by name."""
        return self.catalogue.of(Waiver)

    @property
    def tests(self) -> Mapping[str, PolicyTest]:
        """Policy tests by name."""
        return self.catalogue.of(PolicyTest)

    def declared(self, kind: str, name: str) -> Declared:
        """A resource with its positions. Raises KeyError."""
        return self.catalogue.declared(kind, name)

    def instant(self, value: date | datetime) -> datetime:
        """A time as it is; a bare date as midnight in the organisation's timezone. In UTC."""
        return place(value, self.zone)

    def facts(self, kind: str, name: str) -> Mapping[str, object]:
        """What expressions see of a resource. Raises KeyError."""
        if kind == "Key":
            return facts(self.keys[name], instant=self.instant)
        found = self._facts.get((kind, name))
        if found is None:
            found = facts(self.catalogue.declared(kind, name).resource, instant=self.instant)
            if kind == "Model" and self._asks_prices():
                found["prices"] = {field: money.micro for field, money in self.prices(name).per_million.items()}
            self._facts[kind, name] = found
        return found

    def _asks_prices(self) -> bool:
        """Whether a rule reads prices: looking up the public ones takes a library that is large to load."""
        if not self._priced:
            paths = (path for rule in self.rules for _, program in rule.programs for path in program.references)
            self._priced.append(any(path[:2] in (("model",), ("model", "prices")) for path in paths))
        return self._priced[0]

    def prices(self, model: str) -> TokenPrices:
        """What a model costs. Raises KeyError for an unknown model."""
        return prices(self.models[model], self.organization.spec.currency)

    @property
    def resolver(self) -> Resolver:
        """Resolves keys; made once, and shared."""
        if not self._resolvers:
            selector = Selector(self.index)
            self._resolvers.append(Resolver(self.catalogue, self.index, self.calendar, self, self.instant, selector))
        return self._resolvers[0]

    def resolve(self, key: str, at: datetime | None = None) -> Entitlement:
        """What a key may do at `at` (aware; default: now). Raises UnknownKey."""
        if key not in self.keys:
            raise UnknownKey(messages.unknown_key(key))
        return self.resolver.resolve(key, aware(at))

    def entitlements(self, at: datetime | None = None) -> Iterator[Entitlement]:
        """What every key may do, by name."""
        instant = aware(at)
        return (self.resolver.resolve(name, instant) for name in self.keys)

    def effective(self, at: datetime) -> Effective:
        """What is waived at `at`."""
        return self.calendar.at(at)

    def effective_rules(self, at: datetime | None = None) -> tuple[EffectiveRule, ...]:
        """Every rule with the waivers of it that hold at `at`."""
        waived: dict[str, dict[tuple[str, str], str]] = {}
        for (rule, kind, subject), waiver in self.effective(aware(at)).waived.items():
            waived.setdefault(rule, {})[kind, subject] = waiver
        return tuple(EffectiveRule(rule, waived.get(rule.id, {})) for rule in self.rules)

    def model_named(self, name: str) -> str | None:
        """The model that a name or an alias stands for."""
        return name if name in self.models else self.aliases.get(name)


def assemble(
    commit: str | None,
    catalogue: Catalogue,
    rules: tuple[CompiledRule, ...],
    payload: Callable[[], bytes],
    digest: str | None = None,
) -> Bundle:
    """Join the parts of a bundle; the catalogue is sound. `digest` where it is known already."""
    zone = ZoneInfo(catalogue.organization.spec.timezone)
    models = catalogue.of(Model)
    return Bundle(
        commit=commit,
        catalogue=catalogue,
        rules=rules,
        zone=zone,
        index=index(rules),
        calendar=calendar(_exemptions(catalogue, zone)),
        aliases={alias: name for name, model in models.items() for alias in model.spec.aliases},
        payload=payload,
        _digest=[] if digest is None else [digest],
    )


def _exemptions(catalogue: Catalogue, zone: ZoneInfo) -> Iterator[Exemption]:
    for name, waiver in catalogue.of(Waiver).items():
        starts = place(waiver.spec.starts, zone) if waiver.spec.starts else BEGINNING
        subject = waiver.spec.subject
        yield Exemption(name, rule_id(waiver), subject.kind, subject.name, starts, place(waiver.spec.expires, zone))


def place(value: date | datetime, zone: ZoneInfo) -> datetime:
    """An instant in UTC: a bare date is midnight in `zone`."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return _midnight(value, zone)


@lru_cache(maxsize=4_096)
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def aware(at: datetime | None) -> datetime:
    """`at`, or now, in UTC. Raises ValueError for a time without a zone.

    In UTC, for Python takes the two hours that a zone's clock shows twice for one and the same.
    """
    if at is None:
        return datetime.now(UTC)
    if at.utcoffset() is None:
        raise ValueError(messages.naive_time())
    return at.astimezone(UTC)
