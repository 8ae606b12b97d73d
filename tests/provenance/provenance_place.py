"""A clone, and how policies at its head are planned and applied on a local target."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from clone import Clone

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
