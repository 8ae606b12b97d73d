"""Approvals that are asked for and that nobody can give."""

from __future__ import annotations

from collections.abc import Iterator

from remit.check import _messages as messages
from remit.check._survey import Survey
from remit.source import Finding


def approvals(survey: Survey) -> Iterator[Finding]:
    """Signatures that are required where nothing declared says whose count."""
    organization = survey.bundle.organization
    declared = organization.spec.provenance
    if declared is not None and declared.require == "signed" and declared.allowed_signers is None:
        yield messages.no_signers(
            survey.position("Organization", organization.metadata.name, ("spec", "provenance", "require"))
        )
