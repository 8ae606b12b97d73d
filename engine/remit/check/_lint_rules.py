"""Rules that can never apply, and rules that read what may be missing."""

from __future__ import annotations

from collections.abc import Iterator

from remit.bundle import CompiledRule, Context
from remit.bundle._locate import locate
from remit.cel import Checked, Constant, Program, optional_reads, specialise
from remit.check import _messages as messages
from remit.check._reach import Reach, Reaches
from remit.check._survey import DECLARED_KINDS, Survey
from remit.source import Finding, Path, Position


def unreachable(survey: Survey) -> Iterator[Finding]:
    """Rules that are always false, match nothing, or are false for all keys and models there are."""
    for rule in survey.bundle.rules:
        if rule.condition is not None and _is_false(rule.condition):
            yield messages.never_true(rule.position, rule.id)
    left = {rule.id: rule for rule in survey.bundle.rules if rule.condition is None or not _is_false(rule.condition)}
    yield from _unmatched_declared(survey, left)
    yield from _unmatched_requests(survey, left)


def _is_false(program: Program) -> bool:
    left = specialise(program, {})
    return isinstance(left, Constant) and left.value is False


def _unmatched_declared(survey: Survey, rules: dict[str, CompiledRule]) -> Iterator[Finding]:
    for kind in DECLARED_KINDS:
        point = kind.lower()
        pending = {name: rule for name, rule in rules.items() if rule.on == point}
        for context in _different(survey, kind):
            if not pending:
                break
            for rule in survey.bundle.index.matching(point, context):
                pending.pop(rule.id, None)
        # without any resource of its kind a rule waits for the first one
        for rule in pending.values() if survey.names(kind) else ():
            yield messages.matches_nothing(rule.position, rule.id)


def _different(survey: Survey, kind: str) -> Iterator[Context]:
    """One context of each sort that selectors can tell apart."""
    seen: set[object] = set()
    for name in survey.names(kind):
        context = survey.context(kind, name)
        signature = survey.bundle.index.signature(kind.lower(), context)
        if signature not in seen:
            seen.add(signature)
            yield context


def _unmatched_requests(survey: Survey, rules: dict[str, CompiledRule]) -> Iterator[Finding]:
    if not any(standing.key.spec.models for standing in survey.keys.values()):
        return
    reaches = Reaches(survey)
    for rule in rules.values():
        reached = reaches.of(rule) if rule.on == "request" else Reach.APPLIES
        if reached is not Reach.APPLIES:
            say = messages.applies_to_nobody if reached is Reach.MATCHES else messages.matches_nothing
            yield say(rule.position, rule.id)


def unguarded_reads(survey: Survey) -> Iterator[Finding]:
    """Each optional field that an expression reads without asking `has()`, once."""
    for name, policy in survey.bundle.policies.items():
        compiled = {rule.name: rule for rule in survey.bundle.rules if rule.policy == name}
        for number, each in enumerate(policy.spec.rules):
            for field, program in compiled[each.name].programs:
                path: Path = ("spec", "rules", number, field)
                yield from _unguarded(survey, program, survey.position("Policy", name, path))


def _unguarded(survey: Survey, program: Program, start: Position) -> Iterator[Finding]:
    checked = Checked(program.ast, program.type, program.types, program.source)
    found: dict[str, int] = {}
    for path, offset in optional_reads(checked):
        found.setdefault(path, offset)
    for path, offset in found.items():
        yield messages.unguarded(_place(survey, program, start, path, offset), path)


def _place(survey: Survey, program: Program, start: Position, path: str, offset: int) -> Position:
    """The read itself; the expression when the read stands in a variable that it uses."""
    field = path.rpartition(".")[2]
    if program.source[offset : offset + len(field)] != field:
        return start
    before = program.source[:offset]
    return locate(survey.lines(start.file), start, before.count("\n") + 1, offset - before.rfind("\n"))
