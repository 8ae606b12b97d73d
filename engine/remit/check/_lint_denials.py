"""Declared resources that rules refuse, or that rules have no answer about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from remit.bundle import Violation
from remit.check import _messages as messages
from remit.check._survey import DECLARED_KINDS, Survey
from remit.source import Finding


def denials(survey: Survey) -> Iterator[Finding]:
    """An error for each rule that a team, project, key, model or target breaks."""
    for kind in DECLARED_KINDS:
        for name in survey.names(kind):
            for violation in _violations(survey, kind, name):
                yield _finding(survey, kind, name, violation)


def _violations(survey: Survey, kind: str, name: str) -> Iterable[Violation]:
    if kind != "Key":
        return survey.bundle.resolver.violations(kind, name, survey.at)
    # those of its project and team are reported there
    return [each for each in survey.keys[name].violations if each.subject == f"Key {name}"]


def _finding(survey: Survey, kind: str, name: str, violation: Violation) -> Finding:
    place, subject = survey.position(kind, name), f"the {kind.lower()} `{name}`"
    where = violation.origin.position
    if violation.error:
        return messages.rule_error(place, subject, violation.message, where)
    return messages.denied(place, subject, violation.rule, violation.message, where)
