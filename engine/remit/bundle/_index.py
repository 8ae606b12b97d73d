"""Rules by point, grouped by policy, so that one look at a selector decides about all rules behind it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from remit.bundle._context import Context
from remit.bundle._rules import CompiledRule
from remit.bundle._selectors import given, selected
from remit.bundle._waivers import Effective
from remit.resources import Match

_NONE: frozenset[str] = frozenset()
_BOUND = 10_000


@dataclass(frozen=True, slots=True)
class _Group:
    match: Match
    rules: tuple[CompiledRule, ...]


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """The rules of each point; `selectors` are those that the policies with rules on a point use."""

    groups: Mapping[str, tuple[_Group, ...]]
    selectors: Mapping[str, tuple[str, ...]]
    _applicable: dict[Hashable, tuple[CompiledRule, ...]] = field(default_factory=dict, repr=False)

    def matching(self, point: str, context: Context) -> Iterator[CompiledRule]:
        """Rules of a point whose policy matches, waived or not."""
        for group in self.groups.get(point, ()):
            if selected(group.match, context.selectors):
                yield from group.rules

    def applicable(
        self, point: str, context: Context, effective: Effective, sort: Literal["deny", "cap"] = "deny"
    ) -> tuple[CompiledRule, ...]:
        """Rules of a point and sort whose policy matches and that are not waived for the subject."""
        waived = effective.waived_rules(context.subjects)
        seen = (point, sort, self.signature(point, context), waived)
        found = self._applicable.get(seen)
        if found is None:
            if len(self._applicable) > _BOUND:
                self._applicable.clear()
            rules = (rule for rule in self.matching(point, context) if (rule.verb == "cap") == (sort == "cap"))
            found = self._applicable[seen] = tuple(rule for rule in rules if rule.id not in waived)
        return found

    def signature(self, point: str, context: Context) -> tuple[frozenset[str], ...]:
        """What selectors can tell of a subject: two with one signature have the same rules."""
        return tuple([context.selectors.get(name, _NONE) for name in self.selectors.get(point, ())])

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
    used = {point: sorted({name for each in every for name in given(each.match)}) for point, every in groups.items()}
    return RuleIndex(MappingProxyType(groups), {point: tuple(names) for point, names in used.items()})


def _group(rules: list[CompiledRule]) -> _Group:
    return _Group(rules[0].match, tuple(rules))
