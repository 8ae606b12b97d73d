"""One full sample of each kind, as plain data, for the tests of this directory to bend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from remit.source import Position

LIMITS = {
    "requests_per_minute": 600,
    "requests_per_hour": "10k",
    "requests_per_day": "100_000",
    "tokens_per_minute": "1.5M",
    "tokens_per_day": "20M",
    "parallel_requests": 8,
    "input_tokens_per_request": 32_000,
    "output_tokens_per_request": 0,
}
BUDGET = {"daily": "12.50 USD", "monthly": "0 USD", "alerts": [{"at": "80%", "notify": ["finops"]}]}


def _resource(kind: str, spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "remit/v1", "kind": kind, "metadata": {"name": "sample", **metadata}, "spec": spec}


KEY = _resource(
    "Key",
    {
        "environment": "prod",
        "owner": "ana",
        "purposes": ["routing"],
        "data_classes": ["public", "internal"],
        "scopes": ["chat"],
        "models": ["gpt-4o-mini"],
        "expires": "2027-02-01",
        "rotate_every": "30d",
        "rotate_overlap": "12h",
        "client_side": False,
        "suspended": True,
        "limits": LIMITS,
        "user_limits": {"requests_per_minute": 6},
        "budget": BUDGET,
        "targets": ["local"],
        "deliver_to": {"sink": "vault", "repository": "parcels/router", "name": "LLM_API_KEY", "path": "llm/router"},
        "ticket": "GOV-12",
    },
    team="dispatch",
    project="router",
    description="routes parcels",
    labels={"tier": "one"},
)
PROJECT = _resource(
    "Project",
    {
        "owners": ["ana"],
        "purposes": ["routing"],
        "data_classes": ["public"],
        "models": [],
        "limits": LIMITS,
        "budget": BUDGET,
    },
    team="dispatch",
    previously="older",
)
TEAM = _resource(
    "Team",
    {
        "owners": ["ana"],
        "approvers": ["leads"],
        "cost_center": "CC 7",
        "models": ["gpt-4o-mini"],
        "limits": {},
        "budget": {},
    },
    labels={"floor": "2"},
)
ORGANIZATION = _resource(
    "Organization",
    {
        "currency": "EUR",
        "timezone": "Europe/Vienna",
        "environments": ["dev", "prod"],
        "purposes": ["routing"],
        "data_classes": ["public"],
        "scopes": ["chat"],
        "owners": ["ana"],
        "models": ["gpt-4o-mini"],
        "limits": {"requests_per_minute": 5_000},
        "budget": {"monthly": "9_000 EUR"},
        "channels": {"finops": {"url_from": "FINOPS_URL", "description": "the room"}},
    },
)
MODEL = _resource(
    "Model",
    {
        "provider": "openai",
        "upstream": "gpt-4o-mini-2024-07-18",
        "tier": "economy",
        "scopes": ["chat"],
        "data_classes": ["public"],
        "purposes": ["routing"],
        "aliases": ["small"],
        "prices": {
            "input_per_million": "0.15 USD",
            "output_per_million": "0.60 USD",
            "cache_read_per_million": "0.075 USD",
            "cache_write_per_million": "0 USD",
        },
        "context_tokens": "128k",
        "retires": "2027-06-30T12:00:00+02:00",
    },
    labels={"vendor": "first"},
)
TARGET = _resource(
    "Target",
    {
        "type": "local",
        "url": "https://gateway.example.com",
        "path": "state/local.json",
        "credentials_from": "GATEWAY_TOKEN",
        "limits": {
            "delete": {"max_count": 2, "max_percent": "10%"},
            "revoke": {"max_percent": "12.5%"},
            "raise": {"max_amount": "1_000 USD"},
            "create": {"max_count": "1k"},
        },
        "allow_empty": False,
        "adopt": True,
        "suspended": False,
    },
)
GROUP = _resource("Group", {"members": ["ana", "bo@example.com"]})
WAIVER = _resource(
    "Waiver",
    {
        "policy": "keys",
        "rule": "expiry",
        "subject": {"kind": "Team", "name": "dispatch"},
        "reason": "the vendor is late",
        "ticket": "GOV-13",
        "requested_by": "bo",
        "starts": "2026-11-01T00:00Z",
        "expires": "2026-12-01",
    },
)
POLICY = _resource(
    "Policy",
    {
        "match": {
            "teams": ["dispatch"],
            "projects": ["router"],
            "environments": ["prod"],
            "keys": ["sample"],
            "models": ["*"],
            "providers": ["openai"],
            "tiers": ["premium"],
            "targets": ["local"],
        },
        "variables": {"costly": 'model.tier == "premium"'},
        "rules": [
            {"name": "one", "on": "key", "deny": "true", "message": '"no"', "description": "why", "must_enforce": True},
            {"name": "two", "on": "request", "throttle": "true", "delay": 'duration("2s")'},
            {"name": "three", "on": "team", "cap": "budget.monthly", "value": "usd(5)"},
            {"name": "four", "on": "change", "when": "true", "require": {"group": "finance", "approvals": 2}},
            {"name": "five", "on": "budget", "when": "true", "alert": {"severity": "info", "notify": ["finops"]}},
            {"name": "six", "on": "request", "allow": "true"},
        ],
    },
)
POLICY_TEST = _resource(
    "PolicyTest",
    {
        "resources": [GROUP],
        "requests": {
            "plain": {
                "user": "ana",
                "purpose": "routing",
                "data_class": "public",
                "scope": "chat",
                "input_tokens": 100,
                "output_tokens": "1k",
                "stream": True,
                "tags": {"app": "Router 2"},
            }
        },
        "usages": {"busy": {"requests_last_minute": 590, "spent": {"key.monthly": "400 USD"}}},
        "suites": [
            {
                "name": "suite",
                "now": "2026-11-23T09:00:00Z",
                "keys": ["sample"],
                "models": ["gpt-4o-mini"],
                "requests": ["plain"],
                "expected": [
                    {
                        "key": "sample",
                        "model": "gpt-4o-mini",
                        "request": "plain",
                        "usage": "busy",
                        "effect": "throttle",
                        "reasons": ["rates/slow"],
                        "errors": [],
                        "delay": "2s",
                    }
                ],
                "declared": [{"kind": "Key", "name": "sample", "denied_by": ["keys/one"], "caps": {"tokens": 5}}],
                "changes": [{"change": {"field": "x", "from": None, "to": 1.5, "new": True}, "require": ["four"]}],
                "budgets": [{"budget": {"pool": "team"}, "alerts": ["five"]}],
            }
        ],
    },
)
SAMPLES = {
    sample["kind"]: sample
    for sample in (ORGANIZATION, GROUP, TEAM, PROJECT, KEY, MODEL, POLICY, TARGET, WAIVER, POLICY_TEST)
}


@dataclass(frozen=True)
class Bare:
    """A document that was never text: every value stands at the same place."""

    data: Any
    file: str = "bare.yaml"
    index: int = 0

    def position(self, path: tuple[str | int, ...] = ()) -> Position:
        return Position(self.file, 1, 1)

    def key_position(self, path: tuple[str | int, ...]) -> Position:
        return Position(self.file, 1, 1)
