"""Response headers, after draft-ietf-httpapi-ratelimit-headers (fields and problem types)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

_PROBLEMS: Mapping[str, str] = MappingProxyType({"cap-reached": "quota-exceeded", "budget-exhausted": "quota-exceeded"})
_REGISTRY = "https://iana.org/assignments/http-problem-types#"


class Quota(NamedTuple):
    """A cap as a client sees it; `window` and `reset` in seconds, `remaining` None when usage is not known."""

    name: str
    limit: int
    window: int
    remaining: int | None = None
    reset: int | None = None


def headers(quotas: Iterable[Quota], retry_after: float | None, effect: str, codes: Iterable[str]) -> Mapping[str, str]:
    """Header fields by name. `Retry-After` is whole seconds, rounded up, so that nobody comes back too early."""
    found: dict[str, str] = {}
    every = tuple(quotas)
    if every:
        found["RateLimit-Policy"] = ", ".join(f'"{each.name}";q={each.limit};w={each.window}' for each in every)
    known = [each for each in every if each.remaining is not None]
    if known:
        found["RateLimit"] = ", ".join(f'"{each.name}";r={each.remaining};t={each.reset}' for each in known)
    if retry_after is not None:
        found["Retry-After"] = str(math.ceil(retry_after))
    problem = _problem(effect, codes)
    if problem:
        found["Problem-Type"] = f"{_REGISTRY}{problem}"
    return MappingProxyType(found)


def _problem(effect: str, codes: Iterable[str]) -> str | None:
    if effect == "throttle":
        return "temporary-reduced-capacity"
    return next((_PROBLEMS[code] for code in codes if code in _PROBLEMS), None) if effect == "deny" else None
