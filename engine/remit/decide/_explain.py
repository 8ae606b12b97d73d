"""Why a decision came out as it did: every rule that was looked at, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from remit.bundle import Bundle, CompiledRule, Context, Effective, KeyFacts, merged, pair
from remit.cel import CelError
from remit.decide._decision import Decision
from remit.decide._parts import Part, parts_of
from remit.decide._request import DEFAULT_SCOPE, tidy
from remit.decide._usage import NOTHING, Usage
from remit.source import Position

Outcome = Literal["holds", "does not hold", "waived", "not selected", "error"]
_EVALUATED = frozenset({"holds", "does not hold", "error"})


@dataclass(frozen=True, slots=True)
class Step:
    """One rule. `detail` is the waiver's name, or the error, without values.

    `parts` is what each part of the condition came to, for a rule that was evaluated. It holds values of the
    request, so it is left out of what `to_json` gives to logs unless they are asked for; secrets are never in it.
    """

    rule: str
    on: str
    verb: str
    outcome: Outcome
    position: Position
    expression: str
    detail: str = ""
    parts: Part | None = field(default=None, repr=False)

    def to_json(self, *, values: bool = False) -> dict[str, object]:
        """Plain data; with `values`, also the parts of the condition."""
        parts = {"parts": self.parts.to_json() if self.parts else None} if values else {}
        return {
            "rule": self.rule,
            "on": self.on,
            "verb": self.verb,
            "outcome": self.outcome,
            "at": str(self.position),
            "expression": self.expression,
            "detail": self.detail or None,
            **parts,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and the steps to it, in the order of the policies."""

    decision: Decision
    steps: tuple[Step, ...]

    def to_json(self, *, values: bool = False) -> dict[str, object]:
        """Plain data; with `values`, also what each part of every condition came to."""
        return {"decision": self.decision.to_json(), "steps": [step.to_json(values=values) for step in self.steps]}


def explain(
    bundle: Bundle, decision: Decision, fields: Mapping[str, object], asked: str, usage: Usage | None, now: datetime
) -> Explanation:
    """Ask every rule on its own, with everything known; nothing is prepared or skipped."""
    if decision.key not in bundle.keys or decision.model not in bundle.models:
        return Explanation(decision, ())
    effective = bundle.effective(now)
    key = bundle.resolver.key_facts(decision.key, effective)
    contexts = _contexts(bundle, key, decision.model)
    activation = rule_view(bundle, decision.key, decision.model, fields, asked, usage, now)
    return Explanation(decision, tuple(_steps(bundle, contexts, effective, activation)))


def rule_view(
    bundle: Bundle,
    key: str,
    model: str,
    fields: Mapping[str, object],
    asked: str,
    usage: Usage | None,
    now: datetime,
) -> Mapping[str, object]:
    """What a rule on requests sees, by variable. `key` and `model` are declared; `asked` is how the model was named.

    Raises TypeError for a field that no request has; one of a wrong type is left out.
    """
    effective, resolver = bundle.effective(now), bundle.resolver
    facts = resolver.key_facts(key, effective)
    caps = merged(facts.caps, resolver.model_caps(model, effective))
    request, _ = tidy(fields)
    return {
        **pair(facts.context, resolver.context("Model", model)).facts,
        "limits": {name: cap.value for name, cap in caps.items()},
        "request": {"scope": DEFAULT_SCOPE, **request, "model": asked},
        "usage": (usage or NOTHING).facts,
        "now": now,
    }


def _contexts(bundle: Bundle, key: KeyFacts, model: str) -> Mapping[str, Context]:
    """What rules of each point are about: a waiver of a rule on models for a key, say, waives nothing."""
    of, metadata = bundle.resolver.context, key.key.metadata
    about = of("Model", model)
    return {
        "key": key.context,
        "project": of("Project", metadata.project),
        "team": of("Team", metadata.team),
        "model": about,
        "request": pair(key.context, about),
    }


def _steps(
    bundle: Bundle, contexts: Mapping[str, Context], effective: Effective, activation: Mapping[str, object]
) -> Iterator[Step]:
    for rule in bundle.rules:
        if rule.on in contexts and rule.condition is not None:
            yield _step(bundle, rule, contexts[rule.on], effective, activation)


def _step(
    bundle: Bundle, rule: CompiledRule, context: Context, effective: Effective, activation: Mapping[str, object]
) -> Step:
    outcome, detail = _outcome(bundle, rule, context, effective, activation)
    parts = None
    if rule.condition is not None and outcome in _EVALUATED:
        parts = parts_of(rule.condition, activation, bundle.organization.spec.currency)
    return Step(rule.id, rule.on, rule.verb, outcome, rule.position, rule.rule.condition or "", detail, parts)


def _outcome(
    bundle: Bundle, rule: CompiledRule, context: Context, effective: Effective, activation: Mapping[str, object]
) -> tuple[Outcome, str]:
    if not bundle.index.selects(rule, context):
        return "not selected", ""
    waiver = effective.waiver(rule.id, context.subjects)
    if waiver is not None:
        return "waived", waiver
    try:
        held = rule.condition(activation) if rule.condition else True
    except CelError as error:
        return "error", error.message
    if not isinstance(held, bool):
        return "error", "the condition is not a bool"
    return ("holds" if held else "does not hold"), ""
