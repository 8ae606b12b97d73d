"""From a key to what it may do.

The hierarchy is consent only: models intersect, caps take the minimum, budgets above are shared pools.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from remit.bundle._bounds import Bounding, Bounds, merged
from remit.bundle._catalogue import Catalogue
from remit.bundle._context import CONTEXTS, Context, FactSource, Instant, key_context, pair
from remit.bundle._entitlement import Cap, Entitlement, Exclusion, Violation
from remit.bundle._exclusions import Exclusions
from remit.bundle._index import RuleIndex
from remit.bundle._screen import Screen, screen
from remit.bundle._select import KeySide, RequestRules, Selector, values
from remit.bundle._selectors import Subject
from remit.bundle._violations import Violations
from remit.bundle._waivers import Calendar, Effective
from remit.resources import Key, Model, Project

_BOUND = 100_000
_Models = tuple[tuple[str, ...], tuple[Exclusion, ...]]
_Alike = tuple[str, str, KeySide | None, tuple[str, ...], datetime]


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What is the same for every model of a key, until what is waived changes."""

    key: Key
    context: Context
    bounds: Bounds
    user_caps: Mapping[str, Cap]
    side: KeySide

    @property
    def caps(self) -> Mapping[str, Cap]:
        """The caps of the key, whatever the model."""
        return self.bounds.caps


class Standing(NamedTuple):
    """How a key stands at an instant. Light: a check asks for that of every key, and for little else.

    `selectors`: how policies select it; `seen`: what rules on requests read of it, at the selector's `key_paths`.
    """

    key: Key
    selectors: Subject
    seen: tuple[Hashable, ...]
    models: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    violations: tuple[Violation, ...]
    expires: datetime | None


@dataclass(slots=True)
class Resolver:
    """Resolves keys of one catalogue. Remembers what is the same for many keys."""

    catalogue: Catalogue
    index: RuleIndex
    calendar: Calendar
    source: FactSource
    instant: Instant
    selector: Selector
    bounding: Bounding = field(init=False)
    violating: Violations = field(init=False)
    excluding: Exclusions = field(init=False)
    _contexts: dict[tuple[str, str], Context] = field(default_factory=dict)
    _pairs: dict[tuple[KeySide, str, datetime], RequestRules] = field(default_factory=dict)
    _keys: dict[tuple[str, datetime], KeyFacts] = field(default_factory=dict)
    _usable: dict[_Alike, _Models] = field(default_factory=dict)
    _at: list[datetime] = field(default_factory=list)
    _screens: dict[datetime, Screen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bounding = Bounding(self.catalogue, self.index, self.context)
        self.violating = Violations(self.index, self.calendar, self.context)
        self.excluding = Exclusions(self.catalogue, self.violating, self.bounding)

    def context(self, kind: str, name: str) -> Context:
        """The context of a resource."""
        found = self._contexts.get((kind, name))
        if found is None:
            found = self._contexts[kind, name] = CONTEXTS[kind](self.catalogue, self.source, name)
        return found

    def resolve(self, name: str, at: datetime) -> Entitlement:
        """What the key may do at `at`. Raises KeyError for an unknown key."""
        self._turn(at)
        effective = self.calendar.at(at)
        facts = self.key_facts(name, effective)
        key, spec = facts.key, facts.key.spec
        models, exclusions = self._models(facts, at, effective)
        purposes, data_classes = self._granted(key)
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
            purposes=purposes,
            data_classes=data_classes,
            caps=facts.caps,
            user_caps=facts.user_caps,
            model_caps=self._model_caps(models, effective),
            budgets=facts.bounds.budgets,
            expires=self._expires(key),
            rotate_every=spec.rotate_every,
            rotate_overlap=spec.rotate_overlap,
            client_side=spec.client_side,
            suspended=spec.suspended,
            targets=spec.targets,
            deliver_to=spec.deliver_to,
            violations=self._violations(facts.context, facts.bounds, at, effective),
            position=self.catalogue.declared("Key", name).position(),
        )

    def standing(self, name: str, at: datetime) -> Standing:
        """How the key stands at `at`: the part of `resolve` that rules decide. Raises KeyError for an unknown key.

        Made to be asked of every key once: it remembers nothing of the single key, which would cost more than
        it saves.
        """
        self._turn(at)
        effective = self.calendar.at(at)
        key, context = self.catalogue.of(Key)[name], key_context(self.catalogue, self.source, name)
        # neither budgets nor the caps of users decide how a key stands
        bounds = self.bounding.of_key(key, context, effective, pools=False)
        facts = {**context.facts, "limits": {cap: bound.value for cap, bound in bounds.caps.items()}}
        models, exclusions = self._screened(key, context, bounds, facts, at, effective)
        violations = self._violations(context, bounds, at, effective)
        seen = values(self.selector.key_paths, facts)
        return Standing(key, context.selectors, seen, models, exclusions, violations, self._expires(key))

    def _violations(
        self, context: Context, bounds: Bounds, at: datetime, effective: Effective
    ) -> tuple[Violation, ...]:
        return (*bounds.failed, *self.violating.of_key(context, at, effective))

    def _expires(self, key: Key) -> datetime | None:
        return self.instant(key.spec.expires) if key.spec.expires is not None else None

    def _granted(self, key: Key) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Purposes and data classes that both the key and its project have."""
        spec, project = key.spec, self.catalogue.of(Project)[key.metadata.project].spec
        return (
            tuple(sorted(set(spec.purposes) & set(project.purposes))),
            tuple(sorted(set(spec.data_classes) & set(project.data_classes))),
        )

    def key_facts(self, name: str, effective: Effective) -> KeyFacts:
        """Caps and budgets of a key, and how rules on requests see it. Raises KeyError for an unknown key."""
        found = self._keys.get((name, effective.since))
        if found is None:
            if len(self._keys) > _BOUND:
                self._keys.clear()
            found = self._keys[name, effective.since] = self._key_facts(name, self.context("Key", name), effective)
        return found

    def _key_facts(self, name: str, context: Context, effective: Effective) -> KeyFacts:
        key = self.catalogue.of(Key)[name]
        bounds = self.bounding.of_key(key, context, effective)
        return KeyFacts(key, context, bounds, self.bounding.of_user(key), self._side(context, bounds, effective))

    def _side(self, context: Context, bounds: Bounds, effective: Effective) -> KeySide:
        return self.selector.key_side(context, {name: cap.value for name, cap in bounds.caps.items()}, effective)

    def request_rules(self, facts: KeyFacts, model: str, effective: Effective) -> RequestRules:
        """The rules on requests that are left for a key and a model."""
        place = (facts.side, model, effective.since)
        found = self._pairs.get(place)
        if found is None:
            context = pair(facts.context, self.context("Model", model))
            caps = merged(facts.caps, self.model_caps(model, effective))
            limits = {name: cap.value for name, cap in caps.items()}
            if len(self._pairs) > _BOUND:
                self._pairs.clear()
            found = self._pairs[place] = self.selector.request_rules(context, limits, effective)
        return found

    def violations(self, kind: str, name: str, at: datetime) -> tuple[Violation, ...]:
        """Rules on declared resources that one resource breaks by itself at `at`."""
        return self.violating.of(kind, name, at)

    def model_caps(self, model: str, effective: Effective) -> Mapping[str, Cap]:
        """Caps that rules on the model set, for each key that uses it."""
        return self.bounding.of_model(model, effective).caps

    def model_cap_failures(self, model: str, effective: Effective) -> tuple[Violation, ...]:
        """Caps that rules on the model set and that have no value."""
        return self.bounding.of_model(model, effective).failed

    def outside(self, key: Key, model: str) -> Exclusion | None:
        """Why a model is outside the allowlists above the key, if it is."""
        return self.excluding.outside(key, model)

    def _turn(self, at: datetime) -> None:
        """Forget what was found for another instant, so that asking about many does not fill the memory."""
        if self._at != [at]:
            self._at[:] = [at]
            self.excluding.forget()
            self._screens.clear()
            self._usable.clear()

    def _model_caps(self, models: Iterable[str], effective: Effective) -> Mapping[str, Mapping[str, Cap]]:
        found = {model: self.model_caps(model, effective) for model in models}
        return MappingProxyType({model: caps for model, caps in found.items() if caps})

    def _models(self, facts: KeyFacts, at: datetime, effective: Effective) -> _Models:
        """The models that the key can have, and those that it cannot; found once for all keys that are alike."""
        home = facts.key.metadata
        alike = (home.team, home.project, facts.side, facts.key.spec.models, at)
        found = self._usable.get(alike)
        if found is None:
            found = self._usable[alike] = self._find_models(facts, at, effective)
        return found

    def _screened(
        self,
        key: Key,
        context: Context,
        bounds: Bounds,
        facts: Mapping[str, Mapping[str, object]],
        at: datetime,
        effective: Effective,
    ) -> _Models:
        """What `_models` finds. Rules are asked in full only when one of them may keep a model from the key."""
        screening = self._screens.get(at)
        if screening is None:
            screening = self._screens[at] = self._screen(at, effective)
        names = key.spec.models
        # a model with caps of its own is not screened, for they are facts of the pair
        if not screening.models.keys() >= set(names) or not screening.clears(context, facts, names):
            side = self._side(context, bounds, effective)
            return self._models(KeyFacts(key, context, bounds, MappingProxyType({}), side), at, effective)
        alike = (*self.excluding.allowlists(key), None, names, at)
        found = self._usable.get(alike)
        if found is None:
            whys = {each: self.excluding.of(key, each, None, at, effective) for each in sorted(set(names))}
            excluded = tuple(why for why in whys.values() if why is not None)
            found = self._usable[alike] = tuple(each for each, why in whys.items() if why is None), excluded
        return found

    def _screen(self, at: datetime, effective: Effective) -> Screen:
        names = (name for name in self.catalogue.of(Model) if not self.model_caps(name, effective))
        return screen(self.selector, at, effective, {name: self.context("Model", name) for name in names})

    def _find_models(self, facts: KeyFacts, at: datetime, effective: Effective) -> _Models:
        allowed: list[str] = []
        excluded: list[Exclusion] = []
        for model in sorted(set(facts.key.spec.models)):
            rules = self.request_rules(facts, model, effective)
            why = self.excluding.of(facts.key, model, rules, at, effective)
            if why is None:
                allowed.append(model)
            else:
                excluded.append(why)
        return tuple(allowed), tuple(excluded)
