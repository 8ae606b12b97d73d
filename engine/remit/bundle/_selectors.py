"""Cheap selectors: which policies can say anything about a subject at all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from remit.resources import Match

_KEY = ("teams", "projects", "environments", "keys", "targets")
_MODEL = ("models", "providers", "tiers")
# the selectors that mean something at each point
SELECTORS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "key": _KEY,
        "request": (*_KEY, *_MODEL),
        "usage": _KEY,
        "project": ("teams", "projects"),
        "team": ("teams",),
        "model": _MODEL,
        "target": ("targets",),
        "change": ("teams", "projects", "environments"),
        "budget": ("teams", "projects", "keys"),
    }
)
ALL: tuple[str, ...] = tuple(Match.model_fields)

Subject = Mapping[str, frozenset[str]]


def selected(match: Match, subject: Subject) -> bool:
    """Whether each selector that is given, and that the subject has an answer to, names one of its values."""
    for name in match.model_fields_set:
        wanted = getattr(match, name)
        if wanted is not None and name in subject and subject[name].isdisjoint(wanted):
            return False
    return True


def given(match: Match) -> tuple[str, ...]:
    """The selectors that a policy uses."""
    return tuple(name for name in ALL if getattr(match, name) is not None)
