"""Who judges what a bundle leads to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from remit.bundle import Bundle
from remit.provenance import Provenance, Repository
from remit.reconcile._state import State


def provenance(bundle: Bundle, policies: Path | None, state: State, environ: Mapping[str, str]) -> Provenance:
    """From the clone around `policies`, the ledger, and the environment."""
    repository = Repository.around(policies) if policies is not None else None
    declared = bundle.organization.spec.provenance
    return Provenance(repository, bundle.commit, declared, state.approvals, environ)
