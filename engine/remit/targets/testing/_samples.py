"""Values to try, by property: the first for new objects, the others to change to."""

from __future__ import annotations

from datetime import datetime, timedelta

from remit.resources import Money
from remit.targets._object import Kind, Value

_COUNTS: tuple[Value, ...] = (60, 0, 600)
_CAPS = ("requests_per_minute", "requests_per_day", "tokens_per_minute", "tokens_per_day", "parallel_requests")
_MODEL = "model-a"


def samples(kind: Kind, now: datetime) -> dict[str, tuple[Value, ...]]:
    """What can be declared for an object of this kind at `now`; instants are in the future."""
    level = kind
    return {
        "team": ("search", "growth") if kind == "key" else (),
        "project": ("ranker", "mails") if kind == "key" else (),
        "environment": ("prod", "dev"),
        "models": (("model-a", "model-b"), (), ("model-b",)),
        "scopes": (("chat",), (), ("chat", "embeddings")),
        "purposes": (("product-search",), (), ("product-search", "research")),
        "data_classes": (("public",), (), ("internal", "public")),
        **{f"caps.{name}": _COUNTS for name in _CAPS},
        **{f"user_caps.{name}": _COUNTS for name in _CAPS},
        **{f"model_caps.{name}.{_MODEL}": _COUNTS for name in _CAPS},
        **{f"budgets.{level}.{period}": _money() for period in ("monthly", "daily")},
        f"alerts.{level}.monthly": (("80%",), ("50%", "80%")),
        "expires": (now + timedelta(days=30), now + timedelta(days=60)) if kind == "key" else (),
        "enabled": (True, False, True),
    }


def _money() -> tuple[Value, ...]:
    """Zero, a whole amount and one with cents."""
    return Money(500_000_000, "USD"), Money(0, "USD"), Money(12_340_000, "USD")
