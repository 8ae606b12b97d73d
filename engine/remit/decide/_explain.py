"""Why a decision came out as it did: every rule that was looked at, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from remit.bundle import Bundle, CompiledRule, Context, Effective, KeyFacts, merged, pair
from remit.cel import CelError
from remit.decide._decision import Decision
from remit.decide._request import DEFAULT_SCOPE, tidy
from remit.decide._usage import NOTHING, Usage
from remit.source import Position

Outcome = Literal["holds", "does not hold", "waived", "not selected", "error"]


@dataclass(frozen=True, slots=True)
class Step:
    """One rule. `detail` is the waiver's name, or the error, without values."""

    rule: str
    on: str
    verb: str
    outcome: Outcome
    position: Position
    expression: str
    detail: str = ""

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        return {
            "rule": self.rule,
            "on": self.on,
            "verb": self.verb,
            "outcome": self.outcome,
            "at": str(self.position),
            "expression": self.expression,
            "detail": self.detail or None,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and the steps to it, in the order of the policies."""

    decision: Decision
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        return {"decision": self.decision.to_json(), "steps": [step.to_json() for step in self.steps]}


def explain(
    bundle: Bundle, decision: Decision, fields: Mapping[str, object], asked: str, usage: Usage | None, now: datetime
) -> Explanation:
    """Ask every rule on its own, with everything known; nothing is prepared or skipped."""
    if decision.key not in bundle.keys or decision.model not in bundle.models:
        return Explanation(decision, ())
    effective, resolver = bundle.effective(now), bundle.resolver
    key = resolver.key_facts(decision.key, effective)
    contexts = _contexts(bundle, key, decision.model)
    caps = merged(key.caps, resolver.model_caps(decision.model, effective))
    request, _ = tidy(fields)
    activation = {
        **contexts["request"].facts,
        "limits": {name: cap.value for name, cap in caps.items()},
        "request": {"scope": DEFAULT_SCOPE, **request, "model": asked},
        "usage": (usage or NOTHING).facts,
        "now": now,
    }
    return Explanation(decision, tuple(_steps(bundle, contexts, effective, activation)))


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
    return Step(rule.id, rule.on, rule.verb, outcome, rule.position, rule.rule.condition or "", detail)


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
