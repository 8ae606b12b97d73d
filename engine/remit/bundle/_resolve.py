"""From a key to what it may do.

The hierarchy is consent only: models intersect, caps take the minimum, budgets above are shared pools.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from remit.bundle import _messages as messages
from remit.bundle._catalogue import Catalogue
from remit.bundle._context import CONTEXTS, Context, FactSource, Instant, pair
from remit.bundle._entitlement import BudgetPool, Cap, Entitlement, Exclusion, Origin, Pool, Violation
from remit.bundle._index import RuleIndex
from remit.bundle._rules import CompiledRule
from remit.bundle._select import RequestRules, Residual, Selector, not_boolean
from remit.bundle._waivers import Calendar, Effective
from remit.cel import CelError, Constant, Failed, Program, specialise
from remit.resources import CAPS, PERIODS, Key, Limits, Model, Money, Organization, Project, Team

_LEVELS: tuple[tuple[Pool, str], ...] = (
    ("organization", "Organization"),
    ("team", "Team"),
    ("project", "Project"),
    ("key", "Key"),
)
_EMPTY: Mapping[str, Cap] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is the same for every model of a key, until what is waived changes."""

    key: Key
    context: Context
    caps: Mapping[str, Cap]
    user_caps: Mapping[str, Cap]
    budgets: tuple[BudgetPool, ...]
    failed: tuple[Violation, ...]


@dataclass(slots=True)
class Resolver:
    """Resolves keys of one catalogue. Remembers what is the same for many keys."""

    catalogue: Catalogue
    index: RuleIndex
    calendar: Calendar
    source: FactSource
    instant: Instant
    selector: Selector
    _contexts: dict[tuple[str, str], Context] = field(default_factory=dict)
    _found: dict[tuple[str, str, datetime], tuple[Violation, ...]] = field(default_factory=dict)
    _bounds: dict[tuple[str, datetime], tuple[Mapping[str, Cap], tuple[Violation, ...]]] = field(default_factory=dict)

    def context(self, kind: str, name: str) -> Context:
        """The context of a resource; all but keys, which are many, are remembered."""
        if kind == "Key":
            return CONTEXTS[kind](self.catalogue, self.source, name)
        found = self._contexts.get((kind, name))
        if found is None:
            found = self._contexts[kind, name] = CONTEXTS[kind](self.catalogue, self.source, name)
        return found

    def resolve(self, name: str, at: datetime) -> Entitlement:
        """What the key may do at `at`. Raises KeyError for an unknown key."""
        effective = self.calendar.at(at)
        facts = self.key_facts(name, effective)
        key, spec = facts.key, facts.key.spec
        models, exclusions = self._models(facts, at, effective)
        project = self.catalogue.of(Project)[key.metadata.project].spec
        return Entitlement(
            key=name,
            team=key.metadata.team,
            project=key.metadata.project,
            environment=spec.environment,
            owner=spec.owner,
            at=at,
            models=models,
            exclusions=exclusions,
            scopes=tuple(sorted(set(spec.scopes))),
            purposes=tuple(sorted(set(spec.purposes) & set(project.purposes))),
            data_classes=tuple(sorted(set(spec.data_classes) & set(project.data_classes))),
            caps=facts.caps,
            user_caps=facts.user_caps,
            model_caps=self._model_caps(models, effective),
            budgets=facts.budgets,
            expires=self.instant(spec.expires) if spec.expires is not None else None,
            rotate_every=spec.rotate_every,
            client_side=spec.client_side,
            suspended=spec.suspended,
            targets=spec.targets,
            deliver_to=spec.deliver_to,
            violations=(*facts.failed, *self.key_violations(facts.context, at, effective)),
            position=self.catalogue.declared("Key", name).position(),
        )

    def key_facts(self, name: str, effective: Effective) -> KeyFacts:
        """Caps and budgets of a key. Raises KeyError for an unknown key."""
        key = self.catalogue.of(Key)[name]
        context = self.context("Key", name)
        failed: list[Violation] = []
        bounds = list(self._cap_rules(context, key, effective, failed))
        caps = _lowest([*self._declared_caps(key), *(cap for cap in bounds if isinstance(cap, Cap))])
        pools = _lowest_pools(
            [*self._declared_budgets(key), *(each for each in bounds if isinstance(each, BudgetPool))]
        )
        own = self._limits("Key", name, key.spec.user_limits, "user_limits")
        return KeyFacts(key, context, caps, _lowest(own), pools, tuple(failed))

    def request_rules(self, facts: KeyFacts, model: str, effective: Effective) -> RequestRules:
        """The rules on requests that are left for a key and a model."""
        context = pair(facts.context, self.context("Model", model))
        caps = merged(facts.caps, self.model_caps(model, effective))
        return self.selector.request_rules(context, {name: cap.value for name, cap in caps.items()}, effective)

    # violations

    def key_violations(self, context: Context, at: datetime, effective: Effective) -> tuple[Violation, ...]:
        """Rules that the key, its project or its team break at `at`."""
        own = tuple(self._violations("key", context, at, effective))
        above = ((kind, name) for kind, name in context.subjects if kind in ("Project", "Team"))
        return own + tuple(each for kind, name in above for each in self.violations(kind, name, at))

    def violations(self, kind: str, name: str, at: datetime) -> tuple[Violation, ...]:
        """Rules on declared resources that one resource breaks by itself at `at`."""
        if kind == "Key":
            return tuple(self._violations("key", self.context(kind, name), at, self.calendar.at(at)))
        found = self._found.get((kind, name, at))
        if found is None:
            if len(self._found) > 10_000:
                self._found.clear()
            found = tuple(self._violations(kind.lower(), self.context(kind, name), at, self.calendar.at(at)))
            self._found[kind, name, at] = found
        return found

    def _violations(self, point: str, context: Context, at: datetime, effective: Effective) -> Iterator[Violation]:
        activation = {**context.facts, "now": at}
        for rule in self.index.applicable(point, context, effective):
            if rule.condition is not None:
                broken = _broken(rule, rule.condition, activation, context.subjects[0])
                if broken is not None:
                    yield broken

    # caps and budgets

    def _limits(self, kind: str, name: str, limits: Limits, field: str) -> Iterator[Cap]:
        declared = self.catalogue.declared(kind, name)
        for cap in CAPS:
            value = getattr(limits, cap)
            if value is not None:
                yield Cap(cap, value, Origin(declared.position(("spec", field, cap))))

    def _above(self, key: Key) -> Iterator[tuple[Pool, str, str, Organization | Team | Project | Key]]:
        names = {"Team": key.metadata.team, "Project": key.metadata.project, "Key": key.metadata.name}
        names["Organization"] = self.catalogue.organization.metadata.name
        for pool, kind in _LEVELS:
            yield pool, kind, names[kind], self.catalogue.declared(kind, names[kind]).resource  # type: ignore[misc]

    def _declared_caps(self, key: Key) -> Iterator[Cap]:
        for _, kind, name, resource in self._above(key):
            yield from self._limits(kind, name, resource.spec.limits, "limits")

    def _declared_budgets(self, key: Key) -> Iterator[BudgetPool]:
        for pool, kind, name, resource in self._above(key):
            for period in PERIODS:
                amount = getattr(resource.spec.budget, period)
                if amount is not None:
                    position = self.catalogue.declared(kind, name).position(("spec", "budget", period))
                    yield BudgetPool(pool, name, period, amount, Origin(position))

    def _cap_rules(
        self, context: Context, key: Key, effective: Effective, failed: list[Violation]
    ) -> Iterator[Cap | BudgetPool]:
        contexts: list[tuple[Pool, str, Context]] = [("key", "key", context)]
        contexts += [("project", "project", self.context("Project", key.metadata.project))]
        contexts += [("team", "team", self.context("Team", key.metadata.team))]
        contexts += [("key", "target", self.context("Target", name)) for name in key.spec.targets]
        for pool, point, each in contexts:
            for rule in self.index.applicable(point, each, effective):
                bound = self._bound(rule, pool, each, failed)
                if bound is not None:
                    yield bound

    def _bound(
        self, rule: CompiledRule, pool: Pool, context: Context, failed: list[Violation]
    ) -> Cap | BudgetPool | None:
        if rule.value is None or rule.rule.cap is None:
            return None
        value = _cap_value(rule.value, context.facts)
        origin = Origin(rule.position, rule.id)
        if isinstance(value, CelError):
            text = messages.cap_failed(rule.id, value.message)
            failed.append(Violation(rule.id, _subject(context.subjects[0]), text, origin, error=True))
            return None
        if not rule.rule.cap.startswith("budget."):
            return Cap(rule.rule.cap, value, origin)
        period = rule.rule.cap.removeprefix("budget.")
        money = Money(value, self.catalogue.organization.spec.currency)
        name = context.subjects[0][1] if context.subjects[0][0] != "Target" else ""
        return BudgetPool(pool, name, period, money, origin)  # type: ignore[arg-type]

    def model_caps(self, model: str, effective: Effective) -> Mapping[str, Cap]:
        """Caps that rules on the model set, for each key that uses it."""
        return self._model_bounds(model, effective)[0]

    def model_cap_failures(self, model: str, effective: Effective) -> tuple[Violation, ...]:
        """Caps that rules on the model set and that have no value."""
        return self._model_bounds(model, effective)[1]

    def _model_bounds(self, model: str, effective: Effective) -> tuple[Mapping[str, Cap], tuple[Violation, ...]]:
        found = self._bounds.get((model, effective.since))
        if found is None:
            context = self.context("Model", model)
            failed: list[Violation] = []
            rules = self.index.applicable("model", context, effective)
            bounds = [self._bound(rule, "key", context, failed) for rule in rules]
            found = _lowest(cap for cap in bounds if isinstance(cap, Cap)), tuple(failed)
            self._bounds[model, effective.since] = found
        return found

    def _model_caps(self, models: Iterable[str], effective: Effective) -> Mapping[str, Mapping[str, Cap]]:
        found = {model: self.model_caps(model, effective) for model in models}
        return MappingProxyType({model: caps for model, caps in found.items() if caps})

    # models

    def _models(
        self, facts: KeyFacts, at: datetime, effective: Effective
    ) -> tuple[tuple[str, ...], tuple[Exclusion, ...]]:
        allowed: list[str] = []
        excluded: list[Exclusion] = []
        for model in sorted(set(facts.key.spec.models)):
            why = self.exclusion(facts, model, at, effective)
            if why is None:
                allowed.append(model)
            else:
                excluded.append(why)
        return tuple(allowed), tuple(excluded)

    def exclusion(self, facts: KeyFacts, model: str, at: datetime, effective: Effective) -> Exclusion | None:
        """Why the key cannot have a model that it lists, if it cannot."""
        why = self.outside(facts.key, model) or self._model_violation(model, at)
        if why is not None:
            return why
        rules = self.request_rules(facts, model, effective)
        for residual in _certain_at(rules, at):
            text = messages.error_in_rule(residual.rule.id) if residual.error else messages.denied_by(residual.rule.id)
            return Exclusion(model, text, Origin(residual.rule.position, residual.rule.id))
        if rules.closed_by is not None and not any(_may_hold(each, at) for each in rules.allows):
            return Exclusion(model, messages.never_allowed(), Origin(rules.closed_by.position, rules.closed_by.id))
        return None

    def outside(self, key: Key, model: str) -> Exclusion | None:
        """Why a model is outside the allowlists above and of the key, if it is."""
        for _, kind, name, resource in self._above(key):
            allowlist = resource.spec.models
            if allowlist is not None and model not in allowlist:
                position = self.catalogue.declared(kind, name).position(("spec", "models"))
                return Exclusion(model, messages.not_in_allowlist(kind, name), Origin(position))
        if model not in self.catalogue.of(Model):
            position = self.catalogue.declared("Key", key.metadata.name).position(("spec", "models"))
            return Exclusion(model, messages.not_in_catalogue(model), Origin(position))
        return None

    def _model_violation(self, model: str, at: datetime) -> Exclusion | None:
        for each in self.violations("Model", model, at):
            return Exclusion(model, each.message, each.origin)
        for each in self.model_cap_failures(model, self.calendar.at(at)):
            return Exclusion(model, each.message, each.origin)
        return None


def _certain_at(rules: RequestRules, at: datetime) -> Iterator[Residual]:
    yield from rules.certain
    for each in (*rules.denies, *rules.throttles):
        left = _at(each, at)
        if isinstance(left, Failed):
            yield replace(each, program=None, error=left.error)
        elif each.rule.verb == "deny" and isinstance(left, Constant) and left.value is not False:
            yield replace(each, program=None, error=None if left.value is True else not_boolean())


def _may_hold(residual: Residual, at: datetime) -> bool:
    left = _at(residual, at)
    return isinstance(left, Program) or (isinstance(left, Constant) and left.value is True)


def _at(residual: Residual, at: datetime) -> Constant | Failed | Program | None:
    """What is left of a residue once the time is known, too."""
    program = residual.program
    if program is None or not any(path[0] == "now" for path in program.references):
        return program
    return specialise(program, {"now": at})


def merged(first: Mapping[str, Cap], second: Mapping[str, Cap]) -> Mapping[str, Cap]:
    """The lower of each cap."""
    return _lowest([*first.values(), *second.values()]) if second else first


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


def _cap_value(program: Program, facts: Mapping[str, object]) -> int | CelError:
    try:
        value = program(facts)
    except CelError as error:
        return error
    if type(value) is not int or value < 0:
        return not_boolean()
    return value


def _broken(
    rule: CompiledRule, condition: Program, activation: Mapping[str, object], subject: tuple[str, str]
) -> Violation | None:
    origin = Origin(rule.position, rule.id)
    try:
        outcome = condition(activation)
    except CelError as error:
        text = messages.rule_failed(rule.id, error.message)
        return Violation(rule.id, _subject(subject), text, origin, error=True)
    if outcome is False:
        return None
    if outcome is not True:
        text = messages.rule_failed(rule.id, not_boolean().message)
        return Violation(rule.id, _subject(subject), text, origin, error=True)
    return Violation(rule.id, _subject(subject), said(rule, rule.message, activation), origin)


def said(rule: CompiledRule, message: Program | str | None, activation: Mapping[str, object]) -> str:
    """The message of a rule for people; its description, or a plain sentence, when it has none or it fails."""
    text: object = message
    if isinstance(message, Program):
        try:
            text = message(activation)
        except CelError:
            text = None
    return text if isinstance(text, str) else rule.rule.description or messages.rule_holds(rule.id, rule.verb)


def _subject(subject: tuple[str, str]) -> str:
    return f"{subject[0]} {subject[1]}"
