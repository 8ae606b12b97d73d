"""What every lint looks at: a sound bundle at one instant, with everything resolved once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from remit.bundle import Bundle, CompiledRule, Context, Standing, pair
from remit.cel import CelError, Constant
from remit.check._lines import Lines
from remit.source import Finding, Path, Position

Facts = Mapping[str, Mapping[str, object]]
Subject = tuple[str, str]
DECLARED_KINDS = ("Team", "Project", "Key", "Model", "Target")


@dataclass(frozen=True, slots=True)
class Registries:
    """The types of targets and the sinks that can be used, and how a type supports a property of a key; None when
    that is not known here."""

    targets: frozenset[str] | None = None
    sinks: frozenset[str] | None = None
    support: Callable[[str, str], str] | None = None


UNKNOWN = Registries()


@dataclass(frozen=True, slots=True)
class Survey:
    """`keys` says how every key stands at `at`, by name; `lines` gives the lines of a file."""

    bundle: Bundle
    at: datetime
    keys: Mapping[str, Standing]
    lines: Lines
    registries: Registries = UNKNOWN

    def context(self, kind: str, name: str) -> Context:
        """What rules see of a resource, and how selectors and waivers know it."""
        return self.bundle.resolver.context(kind, name)

    def position(self, kind: str, name: str, path: Path = ("metadata", "name")) -> Position:
        """Where a value of a resource stands; its name when nothing else is asked for."""
        return self.bundle.declared(kind, name).position(path)

    def below(self, subject: Subject) -> Iterator[str]:
        """The names of the keys that `subject` covers: a key itself, or all of a project or a team."""
        kind, wanted = subject
        if kind == "Key" and wanted in self.keys:
            yield wanted
        for name, standing in self.keys.items() if kind in ("Project", "Team") else ():
            home = standing.key.metadata
            if wanted == (home.project if kind == "Project" else home.team):
                yield name

    def pairs(self, subject: Subject) -> Iterator[tuple[Context, Facts]]:
        """Each key with each model it lists, where `subject` is the key, the model, or above the key."""
        covered = frozenset(self.below(subject))
        for name, standing in self.keys.items():
            for model in standing.key.spec.models:
                if name in covered or subject == ("Model", model):
                    yield self.pair(name, model)

    def pair(self, key: str, model: str) -> tuple[Context, Facts]:
        """A key and a model, and what rules on requests see of them."""
        facts = self.bundle.resolver.key_facts(key, self.bundle.effective(self.at))
        context = pair(facts.context, self.context("Model", model))
        limits = {cap: bound.value for cap, bound in facts.caps.items()}
        return context, {**context.facts, "limits": limits}

    def may_apply(self, rule: CompiledRule, facts: Facts) -> bool:
        """Whether a rule on requests may hold for a request of a key and model with these facts."""
        if rule.condition is None:
            return True
        left = self.bundle.resolver.selector.residue(rule.condition, facts)
        return not (isinstance(left, Constant) and left.value is False)

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of all resources of a kind."""
        return tuple(self.bundle.catalogue.entries.get(kind, {}))

    def holds(self, rule: CompiledRule, context: Context) -> bool:
        """Whether a rule on a declared resource says something against it, or cannot be evaluated."""
        if rule.condition is None:
            return True
        try:
            return rule.condition({**context.facts, "now": self.at}) is not False
        except CelError:
            return True


Lint = Callable[[Survey], Iterator[Finding]]


def survey(bundle: Bundle, at: datetime, lines: Lines, registries: Registries = UNKNOWN) -> Survey:
    """Look at every key once; `at` is aware."""
    resolver = bundle.resolver
    keys = {name: resolver.standing(name, at) for name in bundle.keys}
    return Survey(bundle, at, MappingProxyType(keys), lines, registries)
