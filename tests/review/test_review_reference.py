"""The engine, the resolver and the explanation against a plain reading of the rules."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_organisations import ASKED, INSTANTS, KEYS, MODELS, TARGETS, organisations
from review_reference import Reference, Where

from remit.bundle import Bundle, load_bundle, save_bundle
from remit.decide import Decision, Engine, Explanation, Usage

EXAMPLES = int(os.environ.get("REVIEW_EXAMPLES", "20"))
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
Asked = tuple[str, str, dict[str, object], dict[str, object] | None]


def _decide(engine: Engine, each: Asked, at: datetime) -> Decision:
    key, model, request, usage = each
    return engine.evaluate(key=key, model=model, usage=None if usage is None else Usage(**usage), now=at, **request)  # type: ignore[arg-type]


def _explain(engine: Engine, each: Asked, at: datetime) -> Explanation:
    key, model, request, usage = each
    return engine.explain(key=key, model=model, usage=None if usage is None else Usage(**usage), now=at, **request)  # type: ignore[arg-type]


def _loaded(bundle: Bundle) -> Bundle:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "o.bundle"
        save_bundle(bundle, path)
        return load_bundle(path)


@given(organisations(asked=True), INSTANTS, st.lists(ASKED, min_size=1, max_size=8))
@SLOW
def test_a_decision_is_what_a_plain_reading_gives(bundle: Bundle, at: datetime, asked: list[Asked]) -> None:
    """Effect, reasons, errors, the time to wait and every step equal those of asking everything one by one."""
    engine, reference = Engine(bundle), Reference(bundle)
    for each in asked:
        key, model, request, usage = each
        decision, expected = _decide(engine, each, at), reference.decide(key, model, request, usage or {}, at)
        assert decision.effect == expected.effect
        assert _said(decision) == expected.reasons
        assert {error.rule for error in decision.errors} == expected.errors
        assert decision.retry_after == expected.retry_after
        steps = _explain(engine, each, at).steps
        assert {step.rule: step.outcome for step in steps} == reference.steps(key, model, request, usage or {}, at)


def _said(decision: Decision) -> list[tuple[str, str]]:
    """Codes and rules; who set a cap or a pool that is used up is tested elsewhere."""
    bounds = ("cap-reached", "budget-exhausted")
    return sorted((each.code, "" if each.code in bounds else each.rule) for each in decision.reasons)


@given(organisations(asked=True), INSTANTS)
@SLOW
def test_an_entitlement_is_what_a_plain_reading_gives(bundle: Bundle, at: datetime) -> None:
    """Caps, pools and violations, those of models and targets too, are what is found one by one."""
    reference = Reference(bundle)
    for key in KEYS:
        found = bundle.resolve(key, at)
        caps, pools, failed = reference.caps(key, at)
        assert {name: cap.value for name, cap in found.caps.items()} == caps
        assert {pool.id: pool.amount.micro for pool in found.budgets} == pools
        broken = {rule for where in reference.home(key) for rule, _ in reference.violations(where, at)}
        assert {each.rule for each in found.violations} == broken | failed
        for model in found.models:
            own = {name: cap.value for name, cap in {**found.caps, **found.model_caps.get(model, {})}.items()}
            together = {name: min(value, caps.get(name, value)) for name, value in own.items()}
            assert (together, set()) == reference.limits(key, model, at)
    for where in (*(Where(model=name) for name in MODELS), *(Where(target=name) for name in TARGETS)):
        kind = "Model" if where.model else "Target"
        broken_by = bundle.resolver.violations(kind, where.of(kind), at)
        assert [(each.rule, each.error) for each in broken_by] == list(reference.violations(where, at))


@given(organisations(asked=True), st.lists(INSTANTS, min_size=1, max_size=3), st.lists(ASKED, min_size=1, max_size=5))
@SLOW
def test_order_time_zone_and_storage_change_no_decision(
    bundle: Bundle, instants: list[datetime], asked: list[Asked]
) -> None:
    """A cold and a warm engine, one that was asked about other times, and a loaded bundle say the same bytes."""
    loaded, elsewhere = Engine(_loaded(bundle)), timezone(timedelta(hours=-11))
    warm = Engine(bundle)
    for _ in range(2):
        for at in instants:
            for each in asked:
                cold = _decide(Engine(bundle), each, at)
                again = _decide(warm, each, at.astimezone(elsewhere))
                assert cold == again
                assert cold.to_json() == again.to_json() == _decide(loaded, each, at).to_json()
            assert [loaded.bundle.resolve(key, at) for key in KEYS] == [bundle.resolve(key, at) for key in KEYS]


HINDERED = {"scope-not-granted", "cap-reached", "budget-exhausted"}


@given(organisations(asked=False), INSTANTS)
@SLOW
def test_the_pushed_allowlist_is_what_is_allowed(bundle: Bundle, at: datetime) -> None:
    """With rules that read nothing of a request: pushed ⇔ no reason but one of the request's own or a cap."""
    engine = Engine(bundle)
    for key in KEYS:
        entitlement = bundle.resolve(key, at)
        pushed = set(entitlement.models) if entitlement.in_force else set()
        decisions = {model: engine.evaluate(key=key, model=model, now=at) for model in MODELS}
        allowed = {
            model
            for model, each in decisions.items()
            if {r.code for r in each.reasons if each.effect == "deny"} <= HINDERED
        }
        assert pushed == allowed


@given(organisations(asked=True), INSTANTS, st.lists(ASKED, min_size=1, max_size=8))
@SLOW
def test_what_is_not_pushed_is_never_allowed(bundle: Bundle, at: datetime, asked: list[Asked]) -> None:
    """Whatever the request says: a model that is excluded, or a key that is not in force, is denied."""
    engine = Engine(bundle)
    for each in asked:
        entitlement = bundle.resolve(each[0], at)
        decision = _decide(engine, each, at)
        if not entitlement.in_force or decision.model not in entitlement.models:
            assert not decision.allowed
        elif decision.allowed:
            assert each[2].get("scope", "chat") in entitlement.scopes
            assert each[2].get("purpose", "search") in entitlement.purposes or "purpose" not in each[2]
