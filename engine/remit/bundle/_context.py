"""A subject of rules: the facts about it and everything above it, and how selectors and waivers know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from remit.bundle._catalogue import Catalogue
from remit.bundle._selectors import Subject
from remit.resources import Key, Model, Organization, Project

Facts = Mapping[str, object]
Instant = Callable[[date | datetime], datetime]


class FactSource(Protocol):
    """Gives what an expression sees of a declared resource."""

    def facts(self, kind: str, name: str) -> Facts:
        """The facts of one resource. Raises KeyError."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """`facts` by variable; `subjects` as (kind, name), from the subject itself upwards."""

    facts: Mapping[str, Facts]
    selectors: Subject
    subjects: tuple[tuple[str, str], ...]


def key_context(catalogue: Catalogue, source: FactSource, name: str) -> Context:
    """A key, its project, its team, the organisation."""
    key = catalogue.of(Key)[name]
    team, project = key.metadata.team, key.metadata.project
    facts = {
        "key": source.facts("Key", name),
        "project": source.facts("Project", project),
        "team": source.facts("Team", team),
        "organization": _organization(catalogue, source),
    }
    selectors = {
        "teams": _set(team),
        "projects": _set(project),
        "environments": _set(key.spec.environment),
        "keys": frozenset({name}),
        "targets": _set(*key.spec.targets),
    }
    return Context(facts, selectors, (("Key", name), ("Project", project), ("Team", team)))


@lru_cache(maxsize=10_000)
def _set(*names: str) -> frozenset[str]:
    """One set for the many keys that need it."""
    return frozenset(names)


def project_context(catalogue: Catalogue, source: FactSource, name: str) -> Context:
    """A project, its team, the organisation."""
    team = catalogue.of(Project)[name].metadata.team
    facts = {
        "project": source.facts("Project", name),
        "team": source.facts("Team", team),
        "organization": _organization(catalogue, source),
    }
    selectors = {"projects": frozenset({name}), "teams": frozenset({team})}
    return Context(facts, selectors, (("Project", name), ("Team", team)))


def team_context(catalogue: Catalogue, source: FactSource, name: str) -> Context:
    """A team and the organisation."""
    facts = {"team": source.facts("Team", name), "organization": _organization(catalogue, source)}
    return Context(facts, {"teams": frozenset({name})}, (("Team", name),))


def model_context(catalogue: Catalogue, source: FactSource, name: str) -> Context:
    """A model and the organisation."""
    spec = catalogue.of(Model)[name].spec
    selectors = {
        "models": frozenset({name}),
        "providers": frozenset({spec.provider}),
        "tiers": frozenset({spec.tier}),
    }
    facts = {"model": source.facts("Model", name), "organization": _organization(catalogue, source)}
    return Context(facts, selectors, (("Model", name),))


def target_context(catalogue: Catalogue, source: FactSource, name: str) -> Context:
    """A target and the organisation."""
    facts = {"target": source.facts("Target", name), "organization": _organization(catalogue, source)}
    return Context(facts, {"targets": frozenset({name})}, (("Target", name),))


def pair(key: Context, model: Context) -> Context:
    """A key asking for a model."""
    return Context({**key.facts, **model.facts}, {**key.selectors, **model.selectors}, (*key.subjects, *model.subjects))


def _organization(catalogue: Catalogue, source: FactSource) -> Facts:
    return source.facts("Organization", next(iter(catalogue.of(Organization))))


CONTEXTS: Mapping[str, Callable[[Catalogue, FactSource, str], Context]] = {
    "Key": key_context,
    "Project": project_context,
    "Team": team_context,
    "Model": model_context,
    "Target": target_context,
}
