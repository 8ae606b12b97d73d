"""Cases about changes in a pull request and about observed budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from remit.bundle import CompiledRule, Context
from remit.decide import alerts, requirements
from remit.testing import _messages as messages
from remit.testing._clock import reads_now
from remit.testing._compare import Difference, differing
from remit.testing._observed import NotReadable, budget_of, change_of
from remit.testing._report import Case
from remit.testing._session import Invalid, Session

_SELECTORS = {"team": "teams", "project": "projects", "environment": "environments", "key": "keys"}


def change_cases(session: Session) -> Iterator[Case]:
    """One case for each entry of `changes`."""
    for number, each in enumerate(session.suite.changes):
        name = f"change {number + 1}: {each.change.get('field', 'unknown')} of {each.change.get('name', 'unknown')}"
        yield session.case(name, (*session.path, "changes", number), partial(_change, session, number))


def budget_cases(session: Session) -> Iterator[Case]:
    """One case for each entry of `budgets`."""
    for number, each in enumerate(session.suite.budgets):
        name = f"budget {number + 1}: {each.budget.get('pool', 'unknown')} {each.budget.get('name', 'unknown')}"
        yield session.case(name, (*session.path, "budgets", number), partial(_budget, session, number))


def _change(session: Session, number: int) -> Difference:
    expected = session.suite.changes[number]
    try:
        change = change_of(expected.change, session.bundle)
    except NotReadable as error:
        raise Invalid(str(error)) from error
    selectors = {plural: frozenset({str(change[name])}) for name, plural in _SELECTORS.items() if name in change}
    now = _observe(session, "change", {"change": change}, selectors)
    found = requirements(session.bundle, change, now)
    failed = next((messages.rule_failed(each.rule, each.error) for each in found if each.error), "")
    groups = [each.require.group for each in found]
    if failed:
        return Difference(failed, ", ".join(expected.require) or "none", "an error")
    return differing(messages.wrong_approvals(), expected.require, groups)


def _budget(session: Session, number: int) -> Difference:
    expected = session.suite.budgets[number]
    try:
        budget = budget_of(expected.budget, session.bundle)
    except NotReadable as error:
        raise Invalid(str(error)) from error
    plural = _SELECTORS.get(str(budget["pool"]))
    selectors = {plural: frozenset({str(budget["name"])})} if plural else {}
    now = _observe(session, "budget", {"budget": budget}, selectors)
    found = alerts(session.bundle, budget, now)
    failed = next((messages.rule_failed(each.rule, each.error) for each in found if each.error), "")
    if failed:
        return Difference(failed, ", ".join(expected.alerts) or "none", "an error")
    return differing(messages.wrong_alerts(), expected.alerts, (each.rule.rpartition("/")[2] for each in found))


def _observe(
    session: Session, point: str, observed: Mapping[str, object], selectors: Mapping[str, frozenset[str]]
) -> datetime:
    """Count the rules that are asked, and give the time at which they are."""
    rules: list[CompiledRule] = list(session.bundle.index.matching(point, Context({}, selectors, ())))
    reader = next((rule.id for rule in rules if reads_now(rule)), None)
    now = session.now(messages.rule_reads_now(reader) if reader else "")
    organization = session.bundle.facts("Organization", session.bundle.organization.metadata.name)
    for rule in rules:
        session.record(rule, {**observed, "now": now, "organization": organization})
    return now
