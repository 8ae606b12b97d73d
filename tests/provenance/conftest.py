"""A clone, and how policies at its head are planned and applied on a local target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from clone import KEYS, ORG, SIGNERS, Clone, key, with_provenance

from remit.decide import bundle_at
from remit.ledger import Event, ledger_of
from remit.reconcile import Outcome, Plan, apply_plan, plan_bundle


@dataclass
class Place:
    """A clone, and a state directory outside it."""

    clone: Clone
    state: Path
    environ: dict[str, str] = field(default_factory=lambda: {"REMIT_ACTOR": "robot"})

    @property
    def policies(self) -> Path:
        return self.clone.place / "policies"

    def plan(self, ref: str | None = "HEAD") -> Plan:
        bundle = bundle_at(self.policies, ref)
        return plan_bundle(bundle, state_dir=self.state, environ=self.environ, policies=self.policies)

    def apply(self, ref: str | None = "HEAD") -> Outcome:
        bundle, options = bundle_at(self.policies, ref), {"state_dir": self.state, "environ": self.environ}
        return apply_plan(self.plan(ref), bundle, policies=self.policies, **options)

    def approve(self, commit: str, by: str = "fay") -> None:
        from datetime import UTC, datetime

        with ledger_of({}, self.state).writing() as writing:
            writing.approve(commit, by, datetime.now(UTC))

    def events(self, kind: str) -> list[Event]:
        return [each.event for each in ledger_of({}, self.state).events(kind=kind)]

    def held(self) -> dict[str, str]:
        """Why, by address."""
        return {each.address: each.message for each in self.plan().problems if each.code == "unapproved"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(Clone(tmp_path / "clone", tmp_path / "keys"), tmp_path / "state")


@pytest.fixture
def begun(place: Place) -> Callable[[str], Place]:
    """A place where something was applied that requires approvals from then on; `ana` may sign."""

    def begin(require: str) -> Place:
        files = {ORG: with_provenance(require), KEYS: key(), SIGNERS: place.clone.signers("ana")}
        commit = place.clone.commit(files)
        place.environ["REMIT_PROVENANCE"] = "recorded"
        place.approve(commit)
        assert place.apply().ok
        del place.environ["REMIT_PROVENANCE"]
        return place

    return begin
