"""Do the names that resources use stand for something?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from remit.bundle import _messages as messages
from remit.bundle._catalogue import Catalogue, Declared
from remit.bundle._selectors import SELECTORS, given
from remit.bundle._waivers import WAIVABLE
from remit.resources import (
    PERIODS,
    Budget,
    Group,
    Key,
    KeySpec,
    Model,
    Money,
    Organization,
    Policy,
    Project,
    Resource,
    Rule,
    Target,
    Team,
    Waiver,
)
from remit.source import Finding, Path

_SELECTED: Mapping[str, type[Resource]] = {
    "teams": Team,
    "projects": Project,
    "keys": Key,
    "targets": Target,
    "models": Model,
}


_BUDGETS = ("budget.daily", "budget.monthly")
# the points whose resources have a pool of money
_PAID_BY = ("key", "project", "team")


@dataclass(frozen=True, slots=True)
class References:
    """Checks every name against what is declared. What many keys say alike is checked once."""

    catalogue: Catalogue
    _sound: set[Hashable] = field(default_factory=set, repr=False)

    def findings(self) -> Iterator[Finding]:
        """Names that stand for nothing, amounts in foreign currency, and ambiguous declarations."""
        yield from self._organization()
        yield from self._aliases()
        for kind, check in (
            (Team, self._team),
            (Project, self._project),
            (Key, self._key),
            (Model, self._model),
            (Policy, self._policy),
            (Waiver, self._waiver),
        ):
            for name in self.catalogue.of(kind):
                yield from check(self.catalogue.declared(kind.__name__, name))
        yield from self._clashes()

    # the shape shared by most checks

    def _named(self, declared: Declared, kind: str, known: Iterable[str], path: Path, name: str) -> Iterator[Finding]:
        names = known if isinstance(known, frozenset | dict) else list(known)
        if name not in names:
            yield messages.unknown_reference(declared.position(path), kind, name, names)

    def _listed(
        self, declared: Declared, kind: str, known: Sequence[str], path: Path, names: Iterable[str] | None
    ) -> Iterator[Finding]:
        for position, name in enumerate(names or ()):
            if name not in known:
                yield messages.unknown_reference(declared.position((*path, position)), kind, name, known)

    def _models(
        self, declared: Declared, names: Iterable[str] | None, path: Path = ("spec", "models")
    ) -> Iterator[Finding]:
        known = self.catalogue.of(Model)
        for position, name in enumerate(names or ()):
            if name in known:
                continue
            place = declared.position((*path, position))
            owner = next((model for model, each in known.items() if name in each.spec.aliases), None)
            if owner is not None:
                yield messages.alias_used(place, name, owner)
            else:
                yield messages.unknown_reference(place, "Model", name, known)

    def _budget(self, declared: Declared, budget: Budget) -> Iterator[Finding]:
        organization = self.catalogue.organization.spec
        for period in PERIODS:
            amount = getattr(budget, period)
            if amount is not None:
                yield from self._money(declared, amount, ("spec", "budget", period))
        for position, alert in enumerate(budget.alerts):
            path: Path = ("spec", "budget", "alerts", position, "notify")
            yield from self._listed(declared, "channel", list(organization.channels), path, alert.notify)

    def _money(self, declared: Declared, amount: Money | None, path: Path) -> Iterator[Finding]:
        own = self.catalogue.organization.spec.currency
        if amount is not None and amount.currency != own:
            yield messages.foreign_money(declared.position(path), amount.currency, own)

    # kinds

    def _organization(self) -> Iterator[Finding]:
        organization = self.catalogue.organization
        declared = self.catalogue.declared("Organization", organization.metadata.name)
        try:
            ZoneInfo(organization.spec.timezone)
        except (LookupError, ValueError, OSError):
            yield messages.unknown_timezone(declared.position(("spec", "timezone")), organization.spec.timezone)
        yield from self._models(declared, organization.spec.models)
        yield from self._budget(declared, organization.spec.budget)

    def _team(self, declared: Declared) -> Iterator[Finding]:
        spec = self.catalogue.of(Team)[declared.name].spec
        groups = list(self.catalogue.of(Group))
        yield from self._listed(declared, "Group", groups, ("spec", "approvers"), spec.approvers)
        yield from self._models(declared, spec.models)
        yield from self._budget(declared, spec.budget)

    def _project(self, declared: Declared) -> Iterator[Finding]:
        project = self.catalogue.of(Project)[declared.name]
        yield from self._named(declared, "Team", self.catalogue.of(Team), ("metadata", "team"), project.metadata.team)
        yield from self._words(declared, project.spec.purposes, project.spec.data_classes)
        yield from self._models(declared, project.spec.models)
        yield from self._budget(declared, project.spec.budget)

    def _words(self, declared: Declared, purposes: Iterable[str], data_classes: Iterable[str]) -> Iterator[Finding]:
        words = self.catalogue.organization.spec
        yield from self._listed(declared, "purpose", words.purposes, ("spec", "purposes"), purposes)
        yield from self._listed(declared, "data class", words.data_classes, ("spec", "data_classes"), data_classes)

    def _key(self, declared: Declared) -> Iterator[Finding]:
        key = self.catalogue.of(Key)[declared.name]
        spec = key.spec
        yield from self._once((key.metadata.team, key.metadata.project), self._home(declared, key))
        named = (spec.environment, spec.purposes, spec.data_classes, spec.scopes, spec.targets, spec.models)
        yield from self._once(named, self._key_names(declared, spec))
        if spec.budget.model_fields_set:
            yield from self._budget(declared, spec.budget)

    def _once(self, said: Hashable, findings: Iterator[Finding]) -> tuple[Finding, ...]:
        """What there is against what was `said`; looked for again only where it was found wanting."""
        if said in self._sound:
            return ()
        found = tuple(findings)
        if not found:
            self._sound.add(said)
        return found

    def _key_names(self, declared: Declared, spec: KeySpec) -> Iterator[Finding]:
        words = self.catalogue.organization.spec
        yield from self._named(declared, "environment", words.environments, ("spec", "environment"), spec.environment)
        yield from self._words(declared, spec.purposes, spec.data_classes)
        yield from self._listed(declared, "scope", words.scopes, ("spec", "scopes"), spec.scopes)
        targets = list(self.catalogue.of(Target))
        yield from self._listed(declared, "Target", targets, ("spec", "targets"), spec.targets)
        yield from self._models(declared, spec.models)

    def _home(self, declared: Declared, key: Key) -> Iterator[Finding]:
        projects, team = self.catalogue.of(Project), key.metadata.team
        yield from self._named(declared, "Team", self.catalogue.of(Team), ("metadata", "team"), team)
        project = projects.get(key.metadata.project)
        if project is None:
            place = declared.position(("metadata", "project"))
            yield messages.unknown_reference(place, "Project", key.metadata.project, projects)
        elif project.metadata.team != team:
            place = declared.position(("metadata", "team"))
            yield messages.wrong_team(place, project.metadata.name, team, project.metadata.team)

    def _model(self, declared: Declared) -> Iterator[Finding]:
        spec, words = self.catalogue.of(Model)[declared.name].spec, self.catalogue.organization.spec
        yield from self._words(declared, spec.purposes or (), spec.data_classes)
        yield from self._listed(declared, "scope", words.scopes, ("spec", "scopes"), spec.scopes)
        for name in spec.prices.model_fields_set:
            yield from self._money(declared, getattr(spec.prices, name), ("spec", "prices", name))

    def _aliases(self) -> Iterator[Finding]:
        models = self.catalogue.of(Model)
        owners = {name: name for name in models}
        for name, model in models.items():
            declared = self.catalogue.declared("Model", name)
            for position, alias in enumerate(model.spec.aliases):
                owner = owners.setdefault(alias, name)
                if owner != name or alias == name:
                    yield messages.alias_taken(declared.position(("spec", "aliases", position)), alias, owner)

    # policies and waivers

    def _policy(self, declared: Declared) -> Iterator[Finding]:
        policy = self.catalogue.of(Policy)[declared.name]
        yield from self._selectors(declared, policy)
        seen: set[str] = set()
        for position, rule in enumerate(policy.spec.rules):
            if rule.name in seen:
                yield messages.rule_twice(declared.position(("spec", "rules", position, "name")), rule.name)
            seen.add(rule.name)
            yield from self._rule(declared, rule, ("spec", "rules", position))

    def _selectors(self, declared: Declared, policy: Policy) -> Iterator[Finding]:
        match, words = policy.spec.match, self.catalogue.organization.spec
        points = list(dict.fromkeys(rule.on for rule in policy.spec.rules))
        models = self.catalogue.of(Model).values()
        known = {name: list(self.catalogue.of(kind)) for name, kind in _SELECTED.items()}
        known["environments"] = list(words.environments)
        known["providers"] = sorted({model.spec.provider for model in models})
        known["tiers"] = sorted({model.spec.tier for model in models})
        for selector in given(match):
            path: Path = ("spec", "match", selector)
            for point in points:
                if selector not in SELECTORS[point]:
                    yield messages.useless_selector(declared.position(path), selector, point, SELECTORS[point])
            yield from self._listed(declared, selector.rstrip("s"), known[selector], path, getattr(match, selector))

    def _rule(self, declared: Declared, rule: Rule, path: Path) -> Iterator[Finding]:
        if rule.cap in _BUDGETS and rule.on not in _PAID_BY:
            yield messages.no_pool(declared.position((*path, "cap")), str(rule.cap), rule.on)
        if rule.require is not None:
            groups = self.catalogue.of(Group)
            yield from self._named(declared, "Group", groups, (*path, "require", "group"), rule.require.group)
        if rule.alert is not None:
            channels = list(self.catalogue.organization.spec.channels)
            yield from self._listed(declared, "channel", channels, (*path, "alert", "notify"), rule.alert.notify)

    def _waiver(self, declared: Declared) -> Iterator[Finding]:
        spec = self.catalogue.of(Waiver)[declared.name].spec
        policies = self.catalogue.of(Policy)
        policy = policies.get(spec.policy)
        if policy is None:
            yield messages.unknown_reference(declared.position(("spec", "policy")), "Policy", spec.policy, policies)
        else:
            yield from self._waived_rule(declared, policy, spec.rule)
        if spec.starts is not None and _midnight(spec.expires) <= _midnight(spec.starts):
            yield messages.waiver_order(declared.position(("spec", "expires")))
        known = self.catalogue.entries.get(spec.subject.kind, {})
        path: Path = ("spec", "subject", "name")
        yield from self._named(declared, spec.subject.kind, dict(known), path, spec.subject.name)

    def _waived_rule(self, declared: Declared, policy: Policy, name: str) -> Iterator[Finding]:
        rules = {rule.name: rule for rule in policy.spec.rules}
        place = declared.position(("spec", "rule"))
        if name not in rules:
            yield messages.unknown_reference(place, "rule", name, rules)
        elif rules[name].verb not in WAIVABLE:
            yield messages.not_waivable(place, name, rules[name].verb)

    def _clashes(self) -> Iterator[Finding]:
        seen: dict[tuple[str, str, str, str], Declared] = {}
        for name, waiver in self.catalogue.of(Waiver).items():
            spec, declared = waiver.spec, self.catalogue.declared("Waiver", name)
            subject = (spec.policy, spec.rule, spec.subject.kind, spec.subject.name)
            first = seen.setdefault(subject, declared)
            if first is not declared and _overlap(self.catalogue.of(Waiver)[first.name], waiver):
                yield messages.waiver_clash(declared.position(), first.position())


def _midnight(value: date | datetime) -> datetime:
    """An order for dates and times that is good enough to tell before from after: days as if in UTC."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


def _overlap(first: Waiver, second: Waiver) -> bool:
    """Whether two waivers may hold on one day; bare dates and times are compared by their day, generously."""

    def days(waiver: Waiver) -> tuple[str, str]:
        starts = waiver.spec.starts
        return (starts.isoformat()[:10] if starts else "", waiver.spec.expires.isoformat()[:10])

    (from_a, to_a), (from_b, to_b) = days(first), days(second)
    return from_a < to_b and from_b < to_a


def unsound(catalogue: Catalogue) -> tuple[Finding, ...]:
    """Names that keep a catalogue from being compiled; none without an organisation, which is a finding itself."""
    return tuple(References(catalogue).findings()) if catalogue.of(Organization) else ()
