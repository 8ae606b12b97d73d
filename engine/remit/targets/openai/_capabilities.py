"""What OpenAI holds and enforces: nearly all of it on the project, for all keys of it together."""

from __future__ import annotations

from remit.targets._capabilities import Capabilities, Capability

_NATIVE = Capability("native")
_NO_PLACE = Capability("evaluate-only", "OpenAI has no place for it; `evaluate` enforces it")
_ON_MODELS = Capability(
    "approximated",
    "on each model of the project, as the sum over its keys; `evaluate` enforces it by key",
    at="project",
)
_RATE = Capability("approximated", "at most what the organisation has itself")
_MONEY = Capability(
    "approximated", "in US dollars, rounded down to whole cents, one at the least; calls under way may overshoot it"
)
_UNTOLD = Capability("manual", "declare `alert_recipients` on the target, whom OpenAI is to write to")


def capabilities(alerts: bool) -> Capabilities:
    """`alerts`: somebody is declared whom alerts are sent to."""
    told = Capability("native", "by e-mail from OpenAI to the `alert_recipients` of the target")
    return Capabilities(
        {
            "enabled": Capability(
                "native", "revoking deletes the key; one that comes back has a new value", changing="fixed"
            ),
            "expires": Capability(
                "native", "to within a minute and a half; only a new value is without one again", changing="moved"
            ),
            "project": Capability("native", "another project means a new value", changing="fixed"),
            "team": _NO_PLACE,
            "environment": _NO_PLACE,
            "models": Capability(
                "approximated",
                "on the project: a key may call what any key of its project may; `evaluate` enforces it by key",
                at="project",
            ),
            "scopes": Capability(
                "approximated",
                "as the nearest permissions that OpenAI has, which it does not show again",
                at_once=True,
            ),
            "purposes": _NO_PLACE,
            "data_classes": _NO_PLACE,
            "caps": Capability("evaluate-only", "OpenAI has no such limit; `evaluate` enforces it"),
            "caps.requests_per_minute": _ON_MODELS,
            "caps.tokens_per_minute": _ON_MODELS,
            "user_caps": Capability("evaluate-only", "OpenAI knows no users of a key; `evaluate` enforces it"),
            "model_caps": Capability("evaluate-only", "OpenAI has no such limit; `evaluate` enforces it"),
            "model_caps.requests_per_minute": _ON_MODELS,
            "model_caps.tokens_per_minute": _ON_MODELS,
            "budgets": Capability("evaluate-only", "OpenAI has budgets of projects only; `evaluate` enforces it"),
            "budgets.project": Capability("evaluate-only", "OpenAI has budgets of months only; `evaluate` enforces it"),
            "budgets.project.monthly": Capability(_MONEY.support, f"on the project, {_MONEY.note}", at="project"),
            "alerts": Capability("manual", "OpenAI watches budgets of projects only"),
        },
        {
            "project": {
                "enabled": Capability("native", "open until it is archived, for good", changing="fixed"),
                "project": _NATIVE,
                "models": _NATIVE,
                "model_caps.requests_per_minute": _RATE,
                "model_caps.tokens_per_minute": _RATE,
                "budgets.project.monthly": _MONEY,
                "alerts.project.monthly": told if alerts else _UNTOLD,
            }
        },
        renames=False,
    )


CAPABILITIES = capabilities(alerts=True)
