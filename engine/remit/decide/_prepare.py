"""From a bundle to the plan of one key and model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from remit.bundle import Bundle, Effective, KeyFacts, RequestRules, Residual, merged
from remit.decide import _messages as messages
from remit.decide._caps import Meter, meters
from remit.decide._decision import Reason
from remit.decide._gauges import gauges
from remit.decide._plan import Grants, Plan, because, failed
from remit.decide._settle import Settling
from remit.resources import Key


class Preparation:
    """Prepares plans while one set of waivers holds, sharing what is the same for many keys."""

    def __init__(self, bundle: Bundle, effective: Effective) -> None:
        self.bundle = bundle
        self.effective = effective
        self._keys: dict[str, tuple[KeyFacts, tuple[Residual, ...]]] = {}
        self.settling = Settling()

    def plan(self, key: str, asked: str, model: str) -> Plan:
        """The plan for a declared key, and a declared model asked for as `asked`."""
        facts, declared = self._key(key)
        resolver = self.bundle.resolver
        rules = resolver.request_rules(facts, model, self.effective)
        about_model = self._residuals("model", model)
        denies = (*declared, *about_model, *rules.denies)
        every = self._meters(facts, model)
        reasons = (*self._key_reasons(facts), *self._model_reasons(facts.key, model), *_reasons(rules, denies))
        grants = self._grants(facts.key, model)
        open_denies = tuple(each for each in denies if each.program)
        return Plan(
            key=key,
            model=model,
            asked=asked,
            digest=self.bundle.digest,
            zone=self.bundle.zone,
            grants=grants,
            expires=self._expires(facts.key),
            certain=reasons,
            certain_errors=tuple(each for each in reasons if each.code == "rule-error"),
            denies=open_denies,
            throttles=rules.throttles,
            allows=rules.allows,
            must_allow=rules.closed_by is not None,
            failed_allows=tuple(failed(each, each.error) for each in rules.failed_allows if each.error),
            meters=every,
            pools=facts.bounds.budgets,
            gauges=gauges(every, facts.bounds.budgets, self.bundle.zone),
            named=self._named(grants, (open_denies, rules.throttles, rules.allows)),
        )

    def _key(self, name: str) -> tuple[KeyFacts, tuple[Residual, ...]]:
        found = self._keys.get(name)
        if found is None:
            facts = self.bundle.resolver.key_facts(name, self.effective)
            key = facts.key.metadata
            declared = [
                *self._residuals("key", name),
                *self._residuals("project", key.project),
                *self._residuals("team", key.team),
            ]
            found = self._keys[name] = (facts, tuple(declared))
        return found

    def _residuals(self, point: str, name: str) -> Iterable[Residual]:
        """What is left of the denials on a declared resource once all but the time is known."""
        resolver = self.bundle.resolver
        context = resolver.context(point.capitalize(), name)
        for rule in self.bundle.index.applicable(point, context, self.effective):
            if rule.condition is not None:
                residual = resolver.selector.residual(rule, context.facts)
                if residual is not None:
                    yield residual

    def _meters(self, facts: KeyFacts, model: str) -> tuple[Meter, ...]:
        caps = merged(facts.caps, self.bundle.resolver.model_caps(model, self.effective))
        return (*meters(caps, "key"), *meters(facts.user_caps, "user"))

    def _grants(self, key: Key, model: str) -> Grants:
        project = self.bundle.projects[key.metadata.project].spec
        declared = self.bundle.declared("Key", key.metadata.name)
        names = ("scopes", "purposes", "data_classes", "expires")
        positions = {name: declared.position(("spec", name)) for name in names}
        positions["model"] = self.bundle.declared("Model", model).position(("spec", "scopes"))
        return Grants(
            scopes=frozenset(key.spec.scopes),
            model_scopes=frozenset(self.bundle.models[model].spec.scopes),
            purposes=frozenset(key.spec.purposes) & frozenset(project.purposes),
            data_classes=frozenset(key.spec.data_classes) & frozenset(project.data_classes),
            key_position=declared.position(),
            positions=positions,
        )

    def _named(self, grants: Grants, every: tuple[tuple[Residual, ...], ...]) -> Mapping[str, frozenset[str]]:
        """The words of requests that matter: what was granted, and what rules name."""
        granted = {
            "purpose": grants.purposes,
            "data_class": grants.data_classes,
            "scope": grants.scopes | grants.model_scopes,
        }
        return {name: words | granted[name] for name, words in self.settling.named(every).items()}

    def _expires(self, key: Key) -> datetime | None:
        return None if key.spec.expires is None else self.bundle.instant(key.spec.expires)

    def _key_reasons(self, facts: KeyFacts) -> Iterable[Reason]:
        name = facts.key.metadata.name
        declared = self.bundle.declared("Key", name)
        if facts.key.spec.suspended:
            yield Reason("key-suspended", messages.suspended(name), position=declared.position(("spec", "suspended")))
        for each in facts.bounds.failed:
            yield Reason("rule-error", each.message, each.rule, each.origin.position)

    def _model_reasons(self, key: Key, model: str) -> Iterable[Reason]:
        name, resolver = key.metadata.name, self.bundle.resolver
        if model not in key.spec.models:
            text = messages.model_not_allowed(name, model, messages.not_listed())
            position = self.bundle.declared("Key", name).position(("spec", "models"))
            yield Reason("model-not-allowed", text, position=position)
            return
        outside = resolver.outside(key, model)
        if outside is not None:
            text = messages.model_not_allowed(name, model, outside.reason)
            yield Reason("model-not-allowed", text, position=outside.origin.position)
        for each in resolver.model_cap_failures(model, self.effective):
            yield Reason("rule-error", each.message, each.rule, each.origin.position)


def _reasons(rules: RequestRules, denies: Iterable[Residual]) -> Iterable[Reason]:
    """The denials that are certain before a request arrives. Their messages may still need it, and then are plain."""
    certain = [*(each for each in denies if each.program is None), *rules.certain]
    for each in certain:
        yield failed(each, each.error) if each.error else because(each, {})
