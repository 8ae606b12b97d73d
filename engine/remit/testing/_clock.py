"""Does the answer of a case change with the clock? Then its suite must say what time it is."""

from __future__ import annotations

from collections.abc import Iterable

from remit.bundle import Bundle, CompiledRule, Context
from remit.testing import _messages as messages


def cause(bundle: Bundle, points: Iterable[str], context: Context) -> str:
    """Why the answer for this subject depends on the time, in words; empty when it does not."""
    for kind, name in context.subjects:
        if kind == "Key" and bundle.keys[name].spec.expires is not None:
            return messages.key_expires(name)
    rules = [rule for point in points for rule in bundle.index.matching(point, context)]
    for rule in rules:
        if reads_now(rule):
            return messages.rule_reads_now(rule.id)
    waivable = {rule.id for rule in rules}
    for waiver in bundle.calendar.exemptions:
        if waiver.rule in waivable and (waiver.kind, waiver.subject) in context.subjects:
            return messages.waiver_ends(waiver.name)
    return ""


def reads_now(rule: CompiledRule) -> bool:
    """Whether any expression of a rule reads `now`."""
    return any(path[0] == "now" for _, program in rule.programs for path in program.references)
