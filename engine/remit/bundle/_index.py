"""Rules by point, grouped by policy, so that one look at a selector decides about all rules behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from remit.bundle._context import Context
from remit.bundle._rules import CompiledRule
from remit.bundle._selectors import given, selected
from remit.bundle._waivers import Effective
from remit.resources import Match


@dataclass(frozen=True, slots=True)
class _Group:
    match: Match
    rules: tuple[CompiledRule, ...]


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """The rules of each point; `selectors` are those that any policy with rules on requests uses."""

    groups: Mapping[str, tuple[_Group, ...]]
    selectors: tuple[str, ...]

    def matching(self, point: str, context: Context) -> Iterator[CompiledRule]:
        """Rules of a point whose policy matches, waived or not."""
        for group in self.groups.get(point, ()):
            if selected(group.match, context.selectors):
                yield from group.rules

    def applicable(self, point: str, context: Context, effective: Effective) -> Iterator[CompiledRule]:
        """Rules of a point whose policy matches and that are not waived for the subject."""
        for rule in self.matching(point, context):
            if effective.waiver(rule.id, context.subjects) is None:
                yield rule

    def selects(self, rule: CompiledRule, context: Context) -> bool:
        """Whether the policy of a rule matches."""
        return selected(rule.match, context.selectors)

    def all(self, point: str) -> Iterator[CompiledRule]:
        """Every rule of a point."""
        for group in self.groups.get(point, ()):
            yield from group.rules


def index(rules: Iterable[CompiledRule]) -> RuleIndex:
    """Group rules, keeping their order."""
    found: dict[str, dict[str, list[CompiledRule]]] = {}
    for rule in rules:
        found.setdefault(rule.on, {}).setdefault(rule.policy, []).append(rule)
    groups = {point: tuple(_group(each) for each in policies.values()) for point, policies in found.items()}
    used = {name for group in groups.get("request", ()) for name in given(group.match)}
    return RuleIndex(MappingProxyType(groups), tuple(sorted(used)))


def _group(rules: list[CompiledRule]) -> _Group:
    return _Group(rules[0].match, tuple(rules))
