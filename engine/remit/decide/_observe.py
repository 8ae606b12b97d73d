"""Rules that are asked about changes and about observed budgets, not about requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from remit.bundle import Bundle, CompiledRule, Context, aware, said
from remit.cel import CelError
from remit.resources import Alert, Require
from remit.source import Position

_SELECTED = {"team": "teams", "project": "projects", "environment": "environments", "key": "keys"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """Approvals that a change needs, and the rule that says so. `error` when the rule could not be evaluated."""

    rule: str
    require: Require
    message: str
    position: Position
    error: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """An alert rule that holds, or that could not be evaluated, which is worth an alert as well."""

    rule: str
    alert: Alert
    message: str
    position: Position
    error: str = ""


def requirements(bundle: Bundle, change: Mapping[str, object], now: datetime | None = None) -> tuple[Requirement, ...]:
    """What the rules on changes require for one change; a rule that fails requires its approvals."""
    activation = {"change": change, "now": aware(now), "organization": _organization(bundle)}
    selectors = {plural: change[name] for name, plural in _SELECTED.items() if change.get(name) is not None}
    return tuple(
        Requirement(rule.id, rule.rule.require, said(rule, rule.message, activation), rule.position, error)
        for rule, error in _held(bundle, "change", activation, selectors)
        if rule.rule.require is not None
    )


def alerts(bundle: Bundle, budget: Mapping[str, object], now: datetime | None = None) -> tuple[Fired, ...]:
    """The alert rules that hold for one observed budget."""
    activation = {"budget": budget, "now": aware(now), "organization": _organization(bundle)}
    pool = str(budget.get("pool"))
    selectors = {_SELECTED[pool]: budget["name"]} if pool in _SELECTED and "name" in budget else {}
    return tuple(
        Fired(rule.id, rule.rule.alert, said(rule, rule.message, activation), rule.position, error)
        for rule, error in _held(bundle, "budget", activation, selectors)
        if rule.rule.alert is not None
    )


def _organization(bundle: Bundle) -> Mapping[str, object]:
    return bundle.facts("Organization", bundle.organization.metadata.name)


def _held(
    bundle: Bundle, point: str, activation: Mapping[str, object], selectors: Mapping[str, object]
) -> Iterator[tuple[CompiledRule, str]]:
    subject = {name: frozenset({str(value)}) for name, value in selectors.items()}
    for rule in bundle.index.matching(point, Context({}, subject, ())):
        outcome = _outcome(rule, activation)
        if outcome is not False:
            yield rule, "" if outcome is True else outcome


def _outcome(rule: CompiledRule, activation: Mapping[str, object]) -> bool | str:
    try:
        outcome = rule.condition(activation) if rule.condition else True
    except CelError as error:
        return error.message
    return outcome if isinstance(outcome, bool) else "the condition is not a bool"
