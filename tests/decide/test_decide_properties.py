"""For every organisation: the pushed allowlist is what evaluate allows, and preparing changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from organisation import bundle_of, policy, waiver

from remit.bundle import Bundle
from remit.decide import Engine, Usage

MODELS = ("mini", "midi", "grand")
KEYS = ("k0", "k1")
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

STATIC = st.sampled_from(
    [
        'model.tier == "premium"',
        'key.environment == "prod"',
        '"support" in key.purposes',
        "size(key.models) > 1",
        "key.client_side",
        'key.ticket == "T-1"',
        "has(key.ticket)",
        'team.name == "t"',
        "limits.requests_per_minute > 100",
        "has(limits.requests_per_day)",
        'now > timestamp("2026-11-25T00:00:00Z")',
        'model.aliases.exists(a, a == "small")',
        'project.models.all(m, m != "grand")',
    ]
)
ASKED = st.sampled_from(
    [
        'request.user == "evil"',
        "request.input_tokens > 100",
        "!(request.purpose in key.purposes)",
        "usage.requests_last_minute > 10",
        'has(request.tags) && request.tags["a"] == "b"',
        "request.stream",
    ]
)


def _mixed(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda two: f"({two[0]} && {two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]} || {two[1]})"),
            st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
            inner.map(lambda one: f"!({one})"),
        ),
        max_leaves=4,
    )


SUBSET = st.lists(st.sampled_from(MODELS), unique=True)


@st.composite
def organisations(draw: st.DrawFn, conditions: st.SearchStrategy[str], verbs: tuple[str, ...]) -> Bundle:
    """A small organisation with random allowlists, rules, selectors and waivers."""
    documents = [_head(draw), *(_key(draw, name) for name in KEYS)]
    rules = []
    for at in range(draw(st.integers(0, 4))):
        verb, condition = draw(st.sampled_from(verbs)), draw(conditions).replace("'", '"')
        delay = '\n      delay: duration("2s")' if verb == "throttle" else ""
        rules.append(f"    - name: r{at}\n      on: request\n      {verb}: '{condition}'{delay}")
    if rules:
        match = draw(st.sampled_from(["{}", "{environments: [prod]}", "{tiers: [premium]}", "{keys: [k1]}"]))
        documents.append(policy("\n".join(rules), match=match))
    if rules and "deny" in rules[0] and draw(st.booleans()):
        documents.append(waiver("base/r0", draw(st.sampled_from(["Key k0", "Team t", "Model grand"]))))
    return bundle_of(*documents, base="")


def _head(draw: st.DrawFn) -> str:
    team, project = draw(st.none() | SUBSET), draw(SUBSET)
    models = "".join(
        f"---\napiVersion: remit/v1\nkind: Model\nmetadata: {{name: {name}}}\n"
        f"spec: {{provider: openai, upstream: gpt-4o-mini, tier: {tier}, aliases: [{alias}]}}\n"
        for name, tier, alias in (
            ("mini", "economy", "small"),
            ("midi", "standard", "mid"),
            ("grand", "premium", "big"),
        )
    )
    return (
        "apiVersion: remit/v1\nkind: Organization\nmetadata: {name: o}\n"
        "spec: {environments: [dev, prod], purposes: [search, support], data_classes: [public]}\n"
        f"---\napiVersion: remit/v1\nkind: Team\nmetadata: {{name: t}}\nspec: {{owners: [a]{_models(team)}}}\n"
        "---\napiVersion: remit/v1\nkind: Project\nmetadata: {name: p, team: t}\n"
        f"spec: {{owners: [a], purposes: [search, support], data_classes: [public]{_models(project)}}}\n{models}"
    )


def _models(names: list[str] | None) -> str:
    return "" if names is None else f", models: [{', '.join(names)}]"


def _key(draw: st.DrawFn, name: str) -> str:
    limits = draw(
        st.sampled_from(["{}", "{requests_per_minute: 100}", "{requests_per_minute: 200, requests_per_day: 5000}"])
    )
    ticket = draw(st.sampled_from(["", ", ticket: T-1", ", ticket: T-2"]))
    return (
        f"apiVersion: remit/v1\nkind: Key\nmetadata: {{name: {name}, team: t, project: p}}\n"
        f"spec: {{environment: {draw(st.sampled_from(['dev', 'prod']))}, owner: a, data_classes: [public],"
        " expires: 2026-12-20,"
        f" purposes: [{draw(st.sampled_from(['search', 'search, support']))}], limits: {limits}{ticket},"
        f" client_side: {draw(st.sampled_from(['true', 'false']))}{_models(draw(SUBSET))}}}\n"
    )


INSTANTS = st.integers(0, 60 * 24).map(lambda hours: datetime(2026, 10, 25, tzinfo=UTC) + timedelta(hours=hours))


@given(organisations(_mixed(STATIC), ("deny", "throttle", "allow")), INSTANTS)
@SLOW
def test_the_pushed_allowlist_is_what_evaluate_allows(bundle: Bundle, at: datetime) -> None:
    """For every key and model: in the pushed allowlist ⇔ evaluate allows it when nothing else forbids it."""
    engine = Engine(bundle)
    for key in KEYS:
        entitlement = bundle.resolve(key, at)
        pushed = set(entitlement.models) if entitlement.in_force else set()
        allowed = {model for model in MODELS if engine.evaluate(key=key, model=model, purpose="search", now=at).allowed}
        assert pushed == allowed


REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "user": st.sampled_from(["evil", "ana"]),
        "purpose": st.sampled_from(["search", "support", "other"]),
        "input_tokens": st.sampled_from([0, 100, 101]),
        "stream": st.booleans(),
        "tags": st.sampled_from([{}, {"a": "b"}, {"a": "c"}]),
    },
)


@given(
    organisations(_mixed(STATIC | ASKED), ("deny", "deny", "throttle", "allow")),
    INSTANTS,
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from((*MODELS, "small")), REQUESTS, st.sampled_from([None, 0, 11])),
        min_size=1,
        max_size=6,
    ),
)
@SLOW
def test_preparing_changes_no_answer(
    bundle: Bundle, at: datetime, asked: list[tuple[str, str, dict[str, object], int | None]]
) -> None:
    """A decision from what was left of the rules equals the one from asking every rule with everything known."""
    engine = Engine(bundle)
    for key, model, request, used in asked:
        usage = None if used is None else Usage(requests_last_minute=used)
        explanation = engine.explain(key=key, model=model, now=at, usage=usage, **request)  # type: ignore[arg-type]
        decision = explanation.decision
        steps = [step for step in explanation.steps if step.on == "request"]
        failed = {step.rule for step in steps if step.outcome == "error" and step.verb != "allow"}
        denied = {step.rule for step in steps if step.verb == "deny" and step.outcome == "holds"} | failed
        slowed = {step.rule for step in steps if step.verb == "throttle" and step.outcome == "holds"}
        allows = [
            step for step in steps if step.verb == "allow" and step.outcome in ("holds", "does not hold", "error")
        ]
        closed = bool(allows) and not any(step.outcome == "holds" for step in allows)
        said = {reason.rule for reason in decision.reasons if reason.rule}
        built_in = {reason.code for reason in decision.reasons if not reason.rule}
        if decision.effect == "deny":
            assert said == denied
            assert ("no-rule-allows" in built_in) is closed
        else:
            assert not denied
            assert not closed
            assert (decision.effect == "throttle", said) == (bool(slowed), slowed)
