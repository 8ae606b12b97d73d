"""Waivers that have ended, soon will, or make no difference."""

from __future__ import annotations

from collections.abc import Iterator

from remit.bundle import CompiledRule, Context
from remit.check import _messages as messages
from remit.check._lint_keys import SOON
from remit.check._survey import Subject, Survey
from remit.resources import Waiver
from remit.source import Finding


def waivers(survey: Survey) -> Iterator[Finding]:
    """At most one finding a waiver."""
    rules = {rule.id: rule for rule in survey.bundle.rules}
    for name, waiver in survey.bundle.waivers.items():
        rule = rules[f"{waiver.spec.policy}/{waiver.spec.rule}"]
        expires = survey.bundle.instant(waiver.spec.expires)
        place = survey.position("Waiver", name, ("spec", "expires"))
        if expires <= survey.at:
            yield messages.waiver_expired(place, name, expires)
        elif _has_begun(survey, waiver) and not _matters(survey, rule, waiver):
            yield messages.waiver_idle(survey.position("Waiver", name, ("spec", "rule")), name, rule.id)
        elif expires - survey.at <= SOON:
            yield messages.waiver_expires(place, name, rule.id, expires)


def _has_begun(survey: Survey, waiver: Waiver) -> bool:
    starts = waiver.spec.starts
    return starts is None or survey.bundle.instant(starts) <= survey.at


def _matters(survey: Survey, rule: CompiledRule, waiver: Waiver) -> bool:
    """Whether the rule would say something against anything that the waiver covers."""
    subject = (waiver.spec.subject.kind, waiver.spec.subject.name)
    if rule.on == "request":
        return any(
            survey.may_apply(rule, facts)
            for context, facts in survey.pairs(subject)
            if survey.bundle.index.selects(rule, context)
        )
    return any(survey.holds(rule, context) for context in _covered(survey, rule, subject))


def _covered(survey: Survey, rule: CompiledRule, subject: Subject) -> Iterator[Context]:
    kind = rule.on.capitalize()
    for name in survey.below(subject) if kind == "Key" else survey.names(kind):
        context = survey.context(kind, name)
        if subject in context.subjects and survey.bundle.index.selects(rule, context):
            yield context
