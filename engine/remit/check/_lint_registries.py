"""Target types and sinks that nothing installed provides."""

from __future__ import annotations

from collections.abc import Iterator

from remit.check import _messages as messages
from remit.check._survey import Survey
from remit.source import Finding


def target_types(survey: Survey) -> Iterator[Finding]:
    """Targets of an unknown type; none when the types are not known here."""
    known = survey.registries.targets
    for name, target in survey.bundle.targets.items() if known is not None else ():
        if known is not None and target.spec.type not in known:
            place = survey.position("Target", name, ("spec", "type"))
            yield messages.unknown_type(place, "target type", target.spec.type, known)


def sinks(survey: Survey) -> Iterator[Finding]:
    """Keys delivered to an unknown sink; none when the sinks are not known here."""
    known = survey.registries.sinks
    for name, key in survey.bundle.keys.items() if known is not None else ():
        delivery = key.spec.deliver_to
        if known is not None and delivery is not None and delivery.sink not in known:
            place = survey.position("Key", name, ("spec", "deliver_to", "sink"))
            yield messages.unknown_type(place, "sink", delivery.sink, known)
