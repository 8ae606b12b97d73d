"""Models that a key lists and cannot have: outside an allowlist above it, or certainly denied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from remit.bundle import _messages as messages
from remit.bundle._bounds import Bounding
from remit.bundle._catalogue import Catalogue
from remit.bundle._entitlement import Exclusion, Origin
from remit.bundle._select import RequestRules, Residual, not_boolean
from remit.bundle._violations import Violations
from remit.bundle._waivers import Effective
from remit.cel import CelEvaluationError, Constant, Failed, Program, specialise
from remit.resources import Key, Project, Team

_Why = tuple[str, Origin]
_UNKNOWN: Literal["unknown"] = "unknown"  # another thread may `forget` between two looks, so there is only one


@dataclass(slots=True)
class Exclusions:
    """Says why a model is excluded. What is the same for many keys is found once."""

    catalogue: Catalogue
    violations: Violations
    bounding: Bounding
    _outside: dict[tuple[str, str, str], _Why | None] = field(default_factory=dict)
    _bound: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    _broken: dict[tuple[str, datetime], _Why | None] = field(default_factory=dict)
    _certain: dict[tuple[int, datetime], _Why | None] = field(default_factory=dict)

    def outside(self, key: Key, model: str) -> Exclusion | None:
        """A model that a level above the key does not allow, or that is not in the catalogue."""
        home = (key.metadata.team, key.metadata.project, model)
        if home not in self._outside:
            self._outside[home] = self._find_outside(*home)
        return _exclusion(model, self._outside[home])

    def allowlists(self, key: Key) -> tuple[str, str]:
        """The team and the project of a key whose allowlists bind it; empty for one that has none."""
        team, project = key.metadata.team, key.metadata.project
        bound = self._bound.get((team, project))
        if bound is None:
            by_team = self.catalogue.of(Team)[team].spec.models is not None
            by_project = self.catalogue.of(Project)[project].spec.models is not None
            bound = self._bound[team, project] = (team if by_team else "", project if by_project else "")
        return bound

    def of(
        self, key: Key, model: str, rules: RequestRules | None, at: datetime, effective: Effective
    ) -> Exclusion | None:
        """Why the key cannot have the model at `at`; `rules` are those left for the two, None when none denies."""
        return (
            self.outside(key, model)
            or _exclusion(model, self._violation(model, at, effective))
            or (None if rules is None else _exclusion(model, self._denial(rules, at)))
        )

    def _find_outside(self, team: str, project: str, model: str) -> _Why | None:
        organization = self.catalogue.organization
        for kind, name, allowlist in (
            ("Organization", organization.metadata.name, organization.spec.models),
            ("Team", team, self.catalogue.of(Team)[team].spec.models),
            ("Project", project, self.catalogue.of(Project)[project].spec.models),
        ):
            if allowlist is not None and model not in allowlist:
                origin = Origin.at(self.catalogue.declared(kind, name).position, ("spec", "models"))
                return messages.not_in_allowlist(kind, name), origin
        return None

    def _violation(self, model: str, at: datetime, effective: Effective) -> _Why | None:
        known = self._broken.get((model, at), _UNKNOWN)
        if not isinstance(known, str):
            return known
        found = (*self.violations.of("Model", model, at), *self.bounding.of_model(model, effective).failed)
        why = self._broken[model, at] = (found[0].message, found[0].origin) if found else None
        return why

    def _denial(self, rules: RequestRules, at: datetime) -> _Why | None:
        # the selector keeps every `rules` it gives out, so their ids stay theirs
        known = self._certain.get((id(rules), at), _UNKNOWN)
        if not isinstance(known, str):
            return known
        why = self._certain[id(rules), at] = find_denial(rules, at)
        return why

    def forget(self) -> None:
        """Drop what depends on the instant."""
        self._broken.clear()
        self._certain.clear()


def _exclusion(model: str, why: _Why | None) -> Exclusion | None:
    return Exclusion(model, *why) if why else None


def find_denial(rules: RequestRules, at: datetime) -> _Why | None:
    """What certainly denies at `at`, in words, and where."""
    for residual in _certain_at(rules, at):
        rule = residual.rule
        text = messages.error_in_rule(rule.id) if residual.error else messages.denied_by(rule.id)
        return text, Origin(rule.position, rule.id)
    if rules.closed_by is not None and not any(may_hold(each, at) for each in rules.allows):
        return messages.never_allowed(), Origin(rules.closed_by.position, rules.closed_by.id)
    return None


def _certain_at(rules: RequestRules, at: datetime) -> Iterator[Residual]:
    yield from rules.certain
    for each in (*rules.denies, *rules.throttles):
        left = _at(each, at)
        if isinstance(left, Failed):
            yield replace(each, program=None, error=left.error)
        elif isinstance(left, Constant) and left.value is not False and _says_no(each, left.value):
            error = each.delay if isinstance(each.delay, CelEvaluationError) else None
            yield replace(each, program=None, error=error if left.value is True else not_boolean())


def _says_no(residual: Residual, value: object) -> bool:
    """Whether a rule that comes out as this, which is not false, keeps a model from a key."""
    return residual.rule.verb == "deny" or value is not True or isinstance(residual.delay, CelEvaluationError)


def may_hold(residual: Residual, at: datetime) -> bool:
    """Whether an `allow` rule may hold for some request at `at`."""
    left = _at(residual, at)
    return isinstance(left, Program) or (isinstance(left, Constant) and left.value is True)


def _at(residual: Residual, at: datetime) -> Constant | Failed | Program | None:
    """What is left of a residue once the time is known, too."""
    program = residual.program
    if program is None or not any(path[0] == "now" for path in program.references):
        return program
    return specialise(program, {"now": at})
