"""Keys near their end, and keys that cannot do what they list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from remit.bundle import Standing
from remit.check import _messages as messages
from remit.check._survey import Survey
from remit.source import Finding

SOON = timedelta(days=14)


def key_expiry(survey: Survey) -> Iterator[Finding]:
    """Keys that have expired, or will within 14 days; a suspended key is not in use."""
    for name, standing in survey.keys.items():
        if standing.expires is None or standing.key.spec.suspended:
            continue
        if standing.expires - survey.at <= SOON:
            say = messages.key_expired if standing.expires <= survey.at else messages.key_expires
            yield say(survey.position("Key", name, ("spec", "expires")), name, standing.expires)


def key_models(survey: Survey) -> Iterator[Finding]:
    """Models that a key lists and cannot use; an error when none is left."""
    for name, standing in survey.keys.items():
        if not standing.models:
            yield _no_model_left(survey, name, standing)
        for each in standing.exclusions:
            place = survey.position("Key", name, ("spec", "models", standing.key.spec.models.index(each.model)))
            yield messages.model_excluded(place, name, each.model, each.reason, str(each.origin))


def _no_model_left(survey: Survey, name: str, standing: Standing) -> Finding:
    place = survey.position("Key", name, ("spec", "models"))
    if standing.exclusions:
        return messages.no_model_left(place, name, len(standing.exclusions))
    return messages.no_models(place, name)


def key_targets(survey: Survey) -> Iterator[Finding]:
    """Keys that no target has."""
    for name, standing in survey.keys.items():
        if not standing.key.spec.targets:
            yield messages.key_nowhere(survey.position("Key", name, ("spec", "targets")), name)
