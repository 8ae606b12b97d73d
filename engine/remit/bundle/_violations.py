"""Rules on declared resources that a resource breaks at an instant.

Nearly every resource breaks none. So the rules that apply are first asked all at once, in one compiled
expression; only when that does not come out as a certain `false` is each asked by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from remit.bundle import _messages as messages
from remit.bundle._context import Context
from remit.bundle._entitlement import Origin, Violation
from remit.bundle._index import RuleIndex
from remit.bundle._rules import CompiledRule
from remit.bundle._select import not_boolean
from remit.bundle._waivers import Calendar, Effective
from remit.cel import BOOL, CelError, Or, Program, from_ast

_BOUND = 10_000


@dataclass(slots=True)
class Violations:
    """Finds violations. Those of everything but keys, which are many, are remembered."""

    index: RuleIndex
    calendar: Calendar
    context: Callable[[str, str], Context]
    _found: dict[tuple[str, str, datetime], tuple[Violation, ...]] = field(default_factory=dict)
    _fused: dict[tuple[CompiledRule, ...], Program] = field(default_factory=dict)

    def of(self, kind: str, name: str, at: datetime) -> tuple[Violation, ...]:
        """What one resource breaks by itself at `at`."""
        if kind == "Key":
            return self.of_context("key", self.context(kind, name), at, self.calendar.at(at))
        found = self._found.get((kind, name, at))
        if found is None:
            if len(self._found) > _BOUND:
                self._found.clear()
            found = self.of_context(kind.lower(), self.context(kind, name), at, self.calendar.at(at))
            self._found[kind, name, at] = found
        return found

    def of_key(self, context: Context, at: datetime, effective: Effective) -> tuple[Violation, ...]:
        """What a key, its project or its team breaks at `at`."""
        own = self.of_context("key", context, at, effective)
        above = [self.of(kind, name, at) for kind, name in context.subjects if kind in ("Project", "Team")]
        return own + tuple(each for violations in above for each in violations)

    def of_context(self, point: str, context: Context, at: datetime, effective: Effective) -> tuple[Violation, ...]:
        """What the subject of a context breaks by itself."""
        rules = self.index.applicable(point, context, effective, "deny")
        activation = {**context.facts, "now": at}
        if not rules or _certainly_none(self._any(rules), activation):
            return ()
        return tuple(_broken(rules, activation, context.subjects[0]))

    def _any(self, rules: tuple[CompiledRule, ...]) -> Program:
        found = self._fused.get(rules)
        if found is None:
            conditions = [rule.condition for rule in rules if rule.condition is not None]
            one = len(conditions) == 1
            found = conditions[0] if one else from_ast(Or(tuple(each.ast for each in conditions)), type=BOOL)
            self._fused[rules] = found
        return found


def said(rule: CompiledRule, message: Program | str | None, activation: Mapping[str, object]) -> str:
    """The message of a rule for people; its description, or a plain sentence, when it has none or it fails."""
    text: object = message
    if isinstance(message, Program):
        try:
            text = message(activation)
        except CelError:
            text = None
    return text if isinstance(text, str) else rule.rule.description or messages.rule_holds(rule.id, rule.verb)


def _certainly_none(program: Program, activation: Mapping[str, object]) -> bool:
    try:
        return program(activation) is False
    except CelError:
        return False


def _broken(
    rules: Iterable[CompiledRule], activation: Mapping[str, object], subject: tuple[str, str]
) -> Iterator[Violation]:
    for rule in rules:
        text, error = _outcome(rule, activation)
        if text is not None:
            yield Violation(rule.id, f"{subject[0]} {subject[1]}", text, Origin(rule.position, rule.id), error)


def _outcome(rule: CompiledRule, activation: Mapping[str, object]) -> tuple[str | None, bool]:
    """(what the rule says against it, or None; whether that is an error)."""
    try:
        outcome = rule.condition(activation) if rule.condition else False
    except CelError as error:
        return messages.rule_failed(rule.id, error.message), True
    if outcome is False:
        return None, False
    if outcome is not True:
        return messages.rule_failed(rule.id, not_boolean().message), True
    return said(rule, rule.message, activation), False
