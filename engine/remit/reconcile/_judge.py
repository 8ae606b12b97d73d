"""Who judges what a bundle leads to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from remit.bundle import Bundle
from remit.provenance import Provenance, ProvenanceFailed, Repository
from remit.reconcile._approval import UNASKING
from remit.reconcile._state import State


def provenance(bundle: Bundle, policies: Path | None, state: State, environ: Mapping[str, str]) -> Provenance:
    """From the clone around `policies`, the ledger, and the environment."""
    repository, absence = _clone(policies)
    declared = bundle.organization.spec.provenance
    return Provenance(
        repository, bundle.commit, declared, state.approvals, environ, absence, lambda base: _is_unasking(base, state)
    )


def _is_unasking(base: str, state: State) -> bool:
    return any(known.notes.get(UNASKING) == base for known in state.memory().values())


def _clone(policies: Path | None) -> tuple[Repository | None, str]:
    """(the clone around the policies, or why it cannot be read): that matters only where approvals are needed."""
    try:
        return (Repository.around(policies) if policies is not None else None), ""
    except ProvenanceFailed as error:
        return None, error.message
