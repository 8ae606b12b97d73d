"""Cases about requests: each combination is decided by the engine itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from functools import partial
from typing import cast

from remit.bundle import Context, merged, pair
from remit.decide import RequestFields, Usage
from remit.resources import UsageFixture
from remit.testing import _messages as messages
from remit.testing._clock import cause
from remit.testing._compare import Difference, compare
from remit.testing._matrix import Combination, Mistake, expand, request_of, usage_of
from remit.testing._report import Case
from remit.testing._session import Invalid, Session

# decided before any rule on requests is asked
_BEFORE_RULES = frozenset(
    {"unknown-key", "unknown-model", "invalid-request", "key-suspended", "key-expired", "key-violates-policy"}
)
_DEFAULT_SCOPE = "chat"


def request_cases(session: Session) -> Iterator[Case]:
    """Each expectation, then each combination that is not listed."""
    for each in expand(session.test, session.index):
        yield session.case(each.name, each.path, partial(_run, session, each))


def _run(session: Session, each: Combination | Mistake) -> Difference:
    if isinstance(each, Mistake):
        raise Invalid(each.message)
    context = _context(session, each)
    now = session.now(cause(session.bundle, ("key", "project", "team", "model", "request"), context) if context else "")
    request, usage = request_of(session.test, each), _usage(session, each)
    decision = session.engine.evaluate(
        key=each.key, model=each.model, usage=usage, now=now, **cast("RequestFields", request)
    )
    if context is not None and _BEFORE_RULES.isdisjoint(reason.code for reason in decision.reasons):
        _record(session, context, {**request, "model": each.model}, usage, now)
    return compare(each.expected, decision)


def _context(session: Session, each: Combination) -> Context | None:
    """The key with the model; None when one is unknown, which a test must expect by name."""
    bundle = session.bundle
    model = bundle.model_named(each.model)
    reasons = (each.expected.reasons if each.expected else None) or ()
    if each.key not in bundle.keys and "unknown-key" not in reasons:
        raise Invalid(messages.unknown_resource("Key", each.key, bundle.keys))
    if model is None and "unknown-model" not in reasons and "unknown-key" not in reasons:
        raise Invalid(messages.unknown_resource("Model", each.model, bundle.models))
    if each.key not in bundle.keys or model is None:
        return None
    return pair(bundle.resolver.context("Key", each.key), bundle.resolver.context("Model", model))


def _usage(session: Session, each: Combination) -> Usage | None:
    fixture = usage_of(session.test, each)
    return _used(session, fixture) if fixture is not None else None


def _used(session: Session, fixture: UsageFixture) -> Usage:
    own = session.bundle.organization.spec.currency
    for amount in fixture.spent.values():
        if amount.currency != own:
            raise Invalid(messages.foreign_currency(amount.currency, own))
    spent = {pool: amount.micro for pool, amount in fixture.spent.items()}
    known = {each.name for each in fields(Usage)} - {"spent"}
    counters = {name: getattr(fixture, name) for name in UsageFixture.model_fields if name in known}
    try:
        return Usage(**counters, spent=spent)
    except ValueError as error:
        raise Invalid(str(error)) from None


def _record(
    session: Session,
    context: Context,
    request: Mapping[str, object],
    usage: Usage | None,
    now: datetime,
) -> None:
    resolver, effective = session.bundle.resolver, session.bundle.effective(now)
    names = dict(context.subjects)
    caps = merged(resolver.key_facts(names["Key"], effective).caps, resolver.model_caps(names["Model"], effective))
    activation = {
        **context.facts,
        "limits": {name: cap.value for name, cap in caps.items()},
        "request": {"scope": _DEFAULT_SCOPE, **request},
        "usage": (usage or Usage()).facts,
        "now": now,
    }
    for point in ("request", "usage"):
        for rule in session.selected(point, context, now):
            session.record(rule, activation)
