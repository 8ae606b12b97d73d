"""Every lint by its name: one function from what is declared to findings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from remit.check._lint_approvals import approvals
from remit.check._lint_budgets import idle_bounds, overcommitment
from remit.check._lint_denials import denials
from remit.check._lint_enforcement import enforcement
from remit.check._lint_keys import key_expiry, key_models, key_targets
from remit.check._lint_names import look_alikes
from remit.check._lint_registries import sinks, target_types
from remit.check._lint_rules import unguarded_reads, unreachable
from remit.check._lint_waivers import waivers
from remit.check._survey import Lint

LINTS: Mapping[str, Lint] = MappingProxyType(
    {
        "approvals": approvals,
        "denials": denials,
        "enforcement": enforcement,
        "idle-bounds": idle_bounds,
        "key-expiry": key_expiry,
        "key-models": key_models,
        "key-targets": key_targets,
        "look-alikes": look_alikes,
        "overcommitment": overcommitment,
        "sinks": sinks,
        "target-types": target_types,
        "unguarded-reads": unguarded_reads,
        "unreachable": unreachable,
        "waivers": waivers,
    }
)
