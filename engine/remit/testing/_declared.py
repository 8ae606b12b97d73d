"""Cases about declared resources: which rules deny them, and to which caps a key resolves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from remit.resources import Suite
from remit.testing import _messages as messages
from remit.testing._clock import cause
from remit.testing._compare import SAME, Difference, differing
from remit.testing._report import Case
from remit.testing._session import Invalid, Session


def declared_cases(session: Session) -> Iterator[Case]:
    """One case for each entry of `declared`."""
    for number, each in enumerate(session.suite.declared):
        path = (*session.path, "declared", number)
        yield session.case(f"{each.kind} {each.name}", path, partial(_run, session, number))


def _run(session: Session, number: int) -> Difference:
    suite: Suite = session.suite
    expected = suite.declared[number]
    known = session.bundle.catalogue.entries.get(expected.kind, {})
    if expected.name not in known:
        raise Invalid(messages.unknown_resource(expected.kind, expected.name, known))
    if expected.caps and expected.kind != "Key":
        raise Invalid(messages.caps_of_keys_only(expected.kind))
    context = session.bundle.resolver.context(expected.kind, expected.name)
    now = session.now(_cause(session, expected.kind, expected.name))
    _record(session, expected.kind, expected.name, now)
    found = session.bundle.resolver.violations(expected.kind, expected.name, now)
    failed = [each.message for each in found if each.error and each.rule not in expected.denied_by]
    if failed:
        return Difference(failed[0], ", ".join(expected.denied_by) or "none", "an error")
    denied = differing(messages.wrong_rules(), expected.denied_by, (each.rule for each in found))
    return denied if denied is not SAME or not context else _caps(session, number, now)


def _cause(session: Session, kind: str, name: str) -> str:
    """As `cause`; that a key expires is of no account here, unless a rule compares it with `now`."""
    context = session.bundle.resolver.context(kind, name)
    found = cause(session.bundle, (kind.lower(),), context)
    return "" if found == messages.key_expires(name) and not _reads(session, kind, name) else found


def _reads(session: Session, kind: str, name: str) -> bool:
    context = session.bundle.resolver.context(kind, name)
    rules = session.bundle.index.matching(kind.lower(), context)
    return any(path[0] == "now" for rule in rules for _, program in rule.programs for path in program.references)


def _caps(session: Session, number: int, now: datetime) -> Difference:
    expected = session.suite.declared[number]
    if not expected.caps:
        return SAME
    resolved = session.bundle.resolve(expected.name, now).caps
    actual = {name: str(resolved[name].value) if name in resolved else "none" for name in expected.caps}
    wanted = {name: str(value) for name, value in expected.caps.items()}
    return SAME if wanted == actual else Difference(messages.wrong_caps(), _listed(wanted), _listed(actual))


def _listed(caps: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(caps.items()))


def _record(session: Session, kind: str, name: str, now: datetime) -> None:
    """Every rule about the resource; for a key also the caps that rules on what is above it set."""
    resolver = session.bundle.resolver
    subjects = [(kind, name)]
    if kind == "Key":
        key = session.bundle.keys[name]
        subjects += [("Project", key.metadata.project), ("Team", key.metadata.team)]
        subjects += [("Target", target) for target in key.spec.targets]
    for number, subject in enumerate(subjects):
        context = resolver.context(*subject)
        for rule in session.selected(subject[0].lower(), context, now):
            if not number or rule.condition is None:
                session.record(rule, {**context.facts, "now": now})
