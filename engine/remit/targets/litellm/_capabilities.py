"""What LiteLLM holds and enforces without a licence."""

from __future__ import annotations

from remit.targets._capabilities import Capabilities, Capability

_NATIVE = Capability("native")
_KEPT = Capability("evaluate-only", "kept in the metadata of the key; `evaluate` enforces it", kept=True)
_BY_EVALUATE = Capability("evaluate-only", "LiteLLM has no such limit on a key; `evaluate` enforces it")
_LABEL = Capability("native", "kept in the metadata of the key")
_MONEY = Capability(
    "approximated",
    "in US dollars, by the days and months of the proxy's time zone; calls at one time may overshoot it",
)
_USERS = Capability(
    "approximated",
    "for the user that a call names, counted over all keys together; a call that names none is not counted, and a "
    "user with a budget of their own in LiteLLM keeps that",
)
_ALERTS = Capability("manual", "alerts of LiteLLM are set up in its own configuration")

CAPABILITIES = Capabilities(
    {
        "enabled": _NATIVE,
        "expires": Capability("native", "to within a minute and a half"),
        "team": _NATIVE,
        "project": _LABEL,
        "environment": _LABEL,
        "models": _NATIVE,
        "scopes": Capability("native", "as the routes that a key may call; a scope without a route opens nothing"),
        "purposes": _KEPT,
        "data_classes": _KEPT,
        "caps": _BY_EVALUATE,
        "caps.requests_per_minute": _NATIVE,
        "caps.tokens_per_minute": _NATIVE,
        "caps.parallel_requests": _NATIVE,
        "user_caps": Capability("evaluate-only", "LiteLLM has no such limit on a user; `evaluate` enforces it"),
        "user_caps.requests_per_minute": _USERS,
        "user_caps.tokens_per_minute": _USERS,
        "model_caps": _BY_EVALUATE,
        "model_caps.requests_per_minute": _NATIVE,
        "model_caps.tokens_per_minute": _NATIVE,
        "budgets": Capability("evaluate-only", "no object of LiteLLM stands for it; `evaluate` enforces it"),
        "budgets.key": _MONEY,
        "budgets.team": Capability("approximated", "on the team, as the budget of a key", at="team"),
        "alerts": _ALERTS,
    },
    {
        "team": {
            "enabled": _NATIVE,
            "team": _NATIVE,
            "models": _NATIVE,
            "budgets.team": _MONEY,
        }
    },
    concurrency=8,
)
