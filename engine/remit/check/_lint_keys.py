"""Keys near their end, and keys that cannot do what they list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from remit.bundle import Entitlement
from remit.check import _messages as messages
from remit.check._survey import Survey
from remit.source import Finding

SOON = timedelta(days=14)


def key_expiry(survey: Survey) -> Iterator[Finding]:
    """Keys that have expired, or will within 14 days; a suspended key is not in use."""
    for name, entitlement in survey.entitlements.items():
        if entitlement.expires is None or entitlement.suspended:
            continue
        if entitlement.expires - survey.at <= SOON:
            say = messages.key_expired if entitlement.expires <= survey.at else messages.key_expires
            yield say(survey.position("Key", name, ("spec", "expires")), name, entitlement.expires)


def key_models(survey: Survey) -> Iterator[Finding]:
    """Models that a key lists and cannot use; an error when none is left."""
    for name, entitlement in survey.entitlements.items():
        if not entitlement.models:
            yield _no_model_left(survey, entitlement)
        listed = survey.bundle.keys[name].spec.models
        for each in entitlement.exclusions:
            place = survey.position("Key", name, ("spec", "models", listed.index(each.model)))
            yield messages.model_excluded(place, name, each.model, each.reason, str(each.origin))


def _no_model_left(survey: Survey, entitlement: Entitlement) -> Finding:
    place = survey.position("Key", entitlement.key, ("spec", "models"))
    if entitlement.exclusions:
        return messages.no_model_left(place, entitlement.key, len(entitlement.exclusions))
    return messages.no_models(place, entitlement.key)


def key_targets(survey: Survey) -> Iterator[Finding]:
    """Keys that no target has."""
    for name, entitlement in survey.entitlements.items():
        if not entitlement.targets:
            yield messages.key_nowhere(survey.position("Key", name, ("spec", "targets")), name)
