"""Rules that every target must enforce by itself, and targets that do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from remit.bundle import CompiledRule, pair
from remit.check import _messages as messages
from remit.check._survey import Survey
from remit.source import Finding

_BY_ITSELF = frozenset(("native", "approximated"))
_REQUESTS = "only `evaluate` sees a request"


def enforcement(survey: Survey) -> Iterator[Finding]:
    """A finding for each target that leaves a rule with `must_enforce` to others; none where types are not known."""
    support = survey.registries.support
    if support is None:
        return
    for rule in survey.bundle.rules:
        if rule.rule.must_enforce:
            for target, keys in sorted(_concerned(survey, rule).items()):
                lack = _lack(rule, survey.bundle.targets[target].spec.type, support)
                if lack:
                    yield messages.not_enforced(rule.position, rule.id, target, lack, keys)


def _concerned(survey: Survey, rule: CompiledRule) -> Counter[str]:
    """How many keys the rule is about, by target."""
    found: Counter[str] = Counter()
    for name, standing in survey.keys.items():
        if _is_about(survey, rule, name):
            found.update(target for target in standing.key.spec.targets if target in survey.bundle.targets)
    return found


def _is_about(survey: Survey, rule: CompiledRule, key: str) -> bool:
    home = survey.keys[key].key.metadata
    context = survey.context("Key", key)
    match rule.on:
        case "key":
            return survey.bundle.index.selects(rule, context)
        case "project" | "team":
            name = home.project if rule.on == "project" else home.team
            return survey.bundle.index.selects(rule, survey.context(rule.on.capitalize(), name))
        case "model" | "request":
            models = survey.keys[key].key.spec.models
            contexts = [survey.context("Model", model) for model in models]
            return any(
                survey.bundle.index.selects(rule, model if rule.on == "model" else pair(context, model))
                for model in contexts
            )
    return False


def _lack(rule: CompiledRule, type_: str, support: Callable[[str, str], str]) -> str:
    """Why a type of target does not enforce the rule, or empty."""
    name = _property(rule)
    if not name:
        return _REQUESTS
    found = support(type_, name)
    return "" if found in _BY_ITSELF else f"`{name}` is {found} there"


def _property(rule: CompiledRule) -> str:
    """What of a key has to be as the rule says; empty for what no property can hold."""
    if rule.on == "request":
        return ""
    if rule.verb == "deny":
        return "models" if rule.on == "model" else "enabled"
    cap = rule.rule.cap or ""
    if cap.startswith("budget."):
        return f"budgets.{rule.on}.{cap.removeprefix('budget.')}"
    return f"model_caps.{cap}" if rule.on == "model" else f"caps.{cap}"
