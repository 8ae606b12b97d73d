"""Children that are promised more than their parent has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial
from typing import NamedTuple

from remit.check import _messages as messages
from remit.check._survey import Survey
from remit.resources import CAPS, PERIODS, Budget, Limits, Money
from remit.source import Finding

_Owner = tuple[str, str]


class _Level(NamedTuple):
    """A resource with bounds, and the one above it."""

    owner: _Owner
    parent: _Owner | None
    budget: Budget
    limits: Limits


def overcommitment(survey: Survey) -> Iterator[Finding]:
    """Budgets of children that sum to more than the parent's, which is a shared pool."""
    levels = _levels(survey)
    for period in PERIODS:
        promised: dict[_Owner, int] = defaultdict(int)
        for level in levels.values():
            amount: Money | None = getattr(level.budget, period)
            if level.parent is not None and amount is not None:
                promised[level.parent] += amount.micro
        for owner, total in promised.items():
            own: Money | None = getattr(levels[owner].budget, period)
            if own is not None and total > own.micro:
                place = survey.position(*owner, ("spec", "budget", period))
                children = _CHILDREN[owner[0]]
                yield messages.overcommitted(
                    place, _named(owner), period, str(Money(total, own.currency)), str(own), children
                )


def idle_bounds(survey: Survey) -> Iterator[Finding]:
    """A budget or a cap above the one of the next level that has one: the lower holds."""
    levels = _levels(survey)
    bound_above = cache(partial(_bound_above, levels))
    for level in levels.values():
        for field, names in (("budget", PERIODS), ("limits", CAPS)):
            bounds = getattr(level, field)
            for name in names if bounds.model_fields_set else ():
                own = getattr(bounds, name)
                if own is None:
                    continue
                above = bound_above(level.parent, field, name)
                if above is not None and own > above[1]:
                    place = survey.position(*level.owner, ("spec", field, name))
                    yield messages.above_parent(place, name, str(own), _named(above[0]), str(above[1]))


def _bound_above(
    levels: dict[_Owner, _Level], parent: _Owner | None, field: str, name: str
) -> tuple[_Owner, Money | int] | None:
    while parent is not None:
        bound = getattr(getattr(levels[parent], field), name)
        if bound is not None:
            return parent, bound
        parent = levels[parent].parent
    return None


_CHILDREN = {"Organization": "teams", "Team": "projects", "Project": "keys"}


def _levels(survey: Survey) -> dict[_Owner, _Level]:
    bundle = survey.bundle
    organization = bundle.organization
    root = ("Organization", organization.metadata.name)
    found = [_Level(root, None, organization.spec.budget, organization.spec.limits)]
    for name, team in bundle.teams.items():
        found.append(_Level(("Team", name), root, team.spec.budget, team.spec.limits))
    for name, project in bundle.projects.items():
        parent = ("Team", project.metadata.team)
        found.append(_Level(("Project", name), parent, project.spec.budget, project.spec.limits))
    for name, key in bundle.keys.items():
        spec = key.spec
        # nothing stands below a key, so one without bounds of its own says nothing
        if spec.budget.model_fields_set or spec.limits.model_fields_set:
            found.append(_Level(("Key", name), ("Project", key.metadata.project), spec.budget, spec.limits))
    return {level.owner: level for level in found}


def _named(owner: _Owner) -> str:
    return f"the {owner[0].lower()} `{owner[1]}`"
