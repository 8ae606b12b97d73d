"""`evaluate`: the total order deny > throttle > allow > default deny, with every reason."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from organisation import BASE, NOW, bundle_of, policy, waiver

from remit.decide import Decision, Engine, Usage
from remit.decide._headers import Quota

GOOD = {"purpose": "product-search", "data_class": "public", "user": "ana", "input_tokens": 10}


def _engine(*rules: str, base: str = BASE) -> Engine:
    return Engine(
        bundle_of(policy("\n".join(f"    - {rule}" for rule in rules)), base=base) if rules else bundle_of(base=base)
    )


def _ask(engine: Engine, **changes: object) -> Decision:
    arguments = {"key": "ranker-prod", "model": "mini", "now": NOW, **GOOD, **changes}
    return engine.evaluate(**{name: value for name, value in arguments.items() if value is not ...})  # type: ignore[arg-type]


def _ids(decision: Decision) -> list[str]:
    return [reason.id for reason in decision.reasons]


def test_what_nothing_forbids_is_allowed() -> None:
    """The entitlement is the allow."""
    decision = _ask(_engine())
    assert (decision.effect, decision.allowed, decision.reasons, decision.errors) == ("allow", True, (), ())


BUILT_IN = [
    ({"key": "ghost"}, "unknown-key"),
    ({"model": "ghost"}, "unknown-model"),
    ({"now": datetime(2027, 1, 31, 23, tzinfo=UTC)}, "key-expired"),
    ({"scope": "embeddings"}, "scope-not-granted"),
    ({"scope": "fine-tuning"}, "scope-not-granted"),
    ({"purpose": "support"}, "purpose-not-granted"),
    ({"data_class": "restricted"}, "data-class-not-granted"),
    ({"input_tokens": -1}, "invalid-request"),
    ({"input_tokens": True}, "invalid-request"),
    ({"input_tokens": 1.0}, "invalid-request"),
    ({"user": 7}, "invalid-request"),
    ({"tags": {"a": 1}}, "invalid-request"),
    ({"stream": "yes"}, "invalid-request"),
    ({"key": 7}, "invalid-request"),
    ({"model": ["mini"]}, "invalid-request"),
    ({"usage": Usage(requests_last_minute=600)}, "cap-reached"),
    ({"usage": Usage(spent={"team.monthly": 900_000_000})}, "budget-exhausted"),
]


@pytest.mark.parametrize(("change", "code"), BUILT_IN, ids=[f"{next(iter(each[0]))}-{each[1]}" for each in BUILT_IN])
def test_what_was_not_granted_is_denied(change: dict[str, object], code: str) -> None:
    """Each refusal has one stable code."""
    decision = _ask(_engine(), **change)
    assert (decision.effect, [reason.code for reason in decision.reasons]) == ("deny", [code])


def test_an_alias_stands_for_its_model() -> None:
    """The decision speaks of the model; the rule sees the name that was asked for."""
    decision = _ask(_engine('{name: r, on: request, deny: request.model == "small"}'), model="small")
    assert (decision.model, _ids(decision)) == ("mini", ["base/r"])


def test_an_unknown_keyword_is_a_programming_error() -> None:
    """A typo in the call is raised, not ignored, known or unknown key."""
    for key in ("ranker-prod", "ghost"):
        with pytest.raises(TypeError, match="no `purpos`"):
            _ask(_engine(), key=key, purpos="product-search")


def test_a_naive_time_is_a_programming_error() -> None:
    """A time without a zone is raised."""
    with pytest.raises(ValueError, match="zone"):
        _ask(_engine(), now=datetime(2026, 11, 23))


def test_none_is_the_same_as_left_out() -> None:
    """A gateway can pass on what it does not know."""
    assert _ask(_engine(), purpose=None, tags=None, scope=None, stream=None).effect == "allow"


ORDER = [
    (
        ["{name: d, on: request, deny: 'true'}", "{name: t, on: request, throttle: 'true', delay: 'duration(\"1s\")'}"],
        "deny",
        ["base/d"],
    ),
    (["{name: t, on: request, throttle: 'true', delay: 'duration(\"1s\")'}"], "throttle", ["base/t"]),
    (
        [
            "{name: a, on: request, allow: 'true'}",
            "{name: t, on: request, throttle: 'true', delay: 'duration(\"1s\")'}",
        ],
        "throttle",
        ["base/t"],
    ),
    (
        ["{name: a, on: request, allow: 'true'}", '{name: d, on: request, deny: request.user == "ana"}'],
        "deny",
        ["base/d"],
    ),
    (["{name: a, on: request, allow: 'false'}"], "deny", ["no-rule-allows"]),
    (['{name: a, on: request, allow: request.user == "bob"}'], "deny", ["no-rule-allows"]),
    (
        [
            '{name: a, on: request, allow: request.user == "bob"}',
            '{name: b, on: request, allow: request.user == "ana"}',
        ],
        "allow",
        [],
    ),
    (['{name: d, on: request, deny: request.user == "bob"}'], "allow", []),
    (['{name: k, on: key, deny: now > timestamp("2026-01-01T00:00:00Z")}'], "deny", ["base/k"]),
    (["{name: k, on: key, deny: 'true'}"], "deny", ["base/k"]),
    (['{name: m, on: model, deny: model.tier == "economy"}'], "deny", ["base/m"]),
    (["{name: p, on: project, deny: size(project.owners) == 1}"], "deny", ["base/p"]),
    (["{name: t, on: team, deny: '!(\"finance\" in team.approvers)'}"], "allow", []),
]


@pytest.mark.parametrize(("rules", "effect", "reasons"), ORDER)
def test_the_order_of_effects_is_total(rules: list[str], effect: str, reasons: list[str]) -> None:
    """deny > throttle > allow > default deny, whether a rule is certain before the request or not."""
    decision = _ask(_engine(*rules))
    assert (decision.effect, _ids(decision)) == (effect, reasons)


ERRORS = [
    ('{name: d, on: request, deny: \'request.tags["x"] == ""\'}', "deny", ["base/d"]),
    ("{name: d, on: request, deny: 'request.stream || request.user == \"ana\"'}", "deny", []),
    ("{name: d, on: request, deny: 'request.stream && request.user == \"bob\"'}", "allow", []),
    ("{name: d, on: request, deny: 'has(request.stream) && request.stream'}", "allow", []),
    ("{name: t, on: request, throttle: request.stream, delay: 'duration(\"1s\")'}", "deny", ["base/t"]),
    (
        "{name: t, on: request, throttle: 'true', delay: 'request.stream ? duration(\"1s\") : duration(\"2s\")'}",
        "deny",
        ["base/t"],
    ),
    ("{name: a, on: request, allow: request.stream}", "deny", ["base/a"]),
    ('{name: a, on: request, allow: key.ticket == ""}', "deny", ["base/a"]),
    ('{name: k, on: key, deny: key.ticket == ""}', "deny", ["base/k"]),
    ("{name: c, on: key, cap: tokens_per_day, value: key.limits.tokens_per_day}", "deny", ["base/c"]),
    ("{name: c, on: model, cap: tokens_per_day, value: model.context_tokens}", "deny", ["base/c"]),
    ("{name: d, on: request, deny: limits.tokens_per_day > 5}", "deny", ["base/d"]),
]


@pytest.mark.parametrize(("rule", "effect", "errors"), ERRORS)
def test_an_error_denies_and_is_listed(rule: str, effect: str, errors: list[str]) -> None:
    """A rule that could not be evaluated never allows; one whose error is absorbed is no error."""
    decision = _ask(_engine(rule))
    assert decision.effect == effect
    if errors:
        assert errors == [each.rule for each in (*decision.errors, *decision.reasons) if each.code == "rule-error"][:1]


def test_no_value_of_the_request_is_in_any_text() -> None:
    """Reasons and errors may be logged: what a caller sent is not in them."""
    secret = "hunter2-is-not-a-purpose"
    engine = _engine(
        "{name: d, on: request, deny: int(request.user) > 5}",
        '{name: e, on: request, deny: \'request.tags["a"] == "b"\'}',
    )
    decision = _ask(
        engine, user=secret, purpose=secret, data_class=secret, scope=secret, tags={"k": secret}, model="mini"
    )
    assert decision.effect == "deny"
    assert secret not in str(decision.to_json())
    assert secret not in repr(decision)


def test_every_reason_is_named_with_its_place() -> None:
    """All rules that deny are listed, each with file and line; built-in reasons point at the declaration."""
    engine = _engine("{name: a, on: request, deny: 'true'}", '{name: b, on: request, deny: request.user == "ana"}')
    decision = _ask(engine, data_class="restricted")
    assert _ids(decision) == ["data-class-not-granted", "base/a", "base/b"]
    assert [reason.position.file for reason in decision.reasons if reason.position] == ["base.yaml", "0.yaml", "0.yaml"]


def test_a_message_may_use_the_request() -> None:
    """The policy's author decides what is said."""
    rule = "{name: d, on: request, deny: request.input_tokens > 5, message: '\"at most 5 tokens for \" + key.name'}"
    assert _ask(_engine(rule)).reasons[0].message == "at most 5 tokens for ranker-prod"


def test_the_longest_delay_counts() -> None:
    """Two rules slow down: the caller waits for the longer, and hears both reasons."""
    engine = _engine(
        "{name: a, on: request, throttle: usage.requests_last_minute > 10, delay: 'duration(\"1500ms\")'}",
        "{name: b, on: request, throttle: usage.requests_last_minute > 20, delay: 'duration(\"4s\")'}",
    )
    assert _ask(engine).effect == "allow"
    decision = _ask(engine, usage=Usage(requests_last_minute=11))
    assert (decision.effect, decision.allowed, decision.retry_after, decision.headers["Retry-After"]) == (
        "throttle",
        True,
        1.5,
        "2",
    )
    assert _ask(engine, usage=Usage(requests_last_minute=21)).retry_after == 4.0


CAPS = [
    ("requests_per_minute", {"requests_last_minute": 99}, {"requests_last_minute": 100}, 60.0),
    ("requests_per_hour", {"requests_last_hour": 99}, {"requests_last_hour": 100}, 3600.0),
    ("requests_per_day", {"requests_today": 99}, {"requests_today": 100}, 11 * 3600.0),
    ("tokens_per_minute", {"tokens_last_minute": 90}, {"tokens_last_minute": 91}, 60.0),
    ("tokens_per_day", {"tokens_today": 90}, {"tokens_today": 91}, 11 * 3600.0),
    ("parallel_requests", {"parallel_requests": 99}, {"parallel_requests": 100}, None),
]


@pytest.mark.parametrize("whose", ["", "user_"])
@pytest.mark.parametrize(("cap", "under", "over", "wait"), CAPS)
def test_a_cap_is_reached_exactly_at_its_value(
    cap: str, under: dict[str, int], over: dict[str, int], wait: float | None, whose: str
) -> None:
    """The hundredth request passes, the next one does not, and the answer says when to come back."""
    field = "user_limits" if whose else "limits"
    base = (
        BASE.replace("  limits: {requests_per_minute: 600}", f"  {field}: {{{cap}: 100}}")
        .replace("  limits: {requests_per_minute: 1000}\n", "")
        .replace(", limits: {requests_per_minute: 800}", "")
    )
    engine = _engine(base=base)
    assert _ask(engine, usage=Usage(**{whose + name: value for name, value in under.items()})).effect == "allow"
    decision = _ask(engine, usage=Usage(**{whose + name: value for name, value in over.items()}))
    assert ([each.code for each in decision.reasons], decision.retry_after) == (["cap-reached"], wait)


@pytest.mark.parametrize(
    ("limits", "request_", "allowed"),
    [
        ("{requests_per_day: 0}", {}, False),
        ("{parallel_requests: 0}", {}, False),
        ("{tokens_per_minute: 0}", {"input_tokens": ...}, False),
        ("{tokens_per_minute: 100}", {"input_tokens": 100}, True),
        ("{tokens_per_minute: 100}", {"input_tokens": 101}, False),
        ("{input_tokens_per_request: 100}", {"input_tokens": 100}, True),
        ("{input_tokens_per_request: 100}", {"input_tokens": 101}, False),
        ("{output_tokens_per_request: 100}", {"output_tokens": 101}, False),
        ("{output_tokens_per_request: 100}", {}, True),
    ],
)
def test_caps_hold_without_usage(limits: str, request_: dict[str, object], allowed: bool) -> None:
    """A request that alone is over the cap is refused; zero means zero."""
    base = BASE.replace("limits: {requests_per_minute: 600}", f"limits: {limits}")
    decision = _ask(_engine(base=base), **request_)
    assert decision.allowed is allowed
    assert decision.retry_after is None


def test_a_budget_of_zero_admits_nothing() -> None:
    """Zero means zero, even before anything is spent; coming back later does not help."""
    decision = _ask(_engine(base=BASE.replace("monthly: 500 USD", "monthly: 0 USD")))
    assert ([each.code for each in decision.reasons], decision.retry_after) == (["budget-exhausted"], None)


def test_every_pool_above_the_key_must_have_room() -> None:
    """The refusal says which pool is empty, how much was spent, and when it resets."""
    engine = _engine()
    almost = Usage(
        spent={"organization.monthly": 9_999_999_999, "team.monthly": 899_999_999, "key.monthly": 499_999_999}
    )
    assert _ask(engine, usage=almost).effect == "allow"
    decision = _ask(engine, usage=Usage(spent={"team.monthly": 900_000_001, "key.monthly": 500_000_000}))
    assert [each.message for each in decision.reasons] == [
        f"the monthly budget of {pool} is used up: {spent} USD; it resets at 2026-12-01T00:00:00+01:00"
        for pool, spent in (("team `search`", "900.000001 USD of 900"), ("key `ranker-prod`", "500 USD of 500"))
    ]
    assert decision.retry_after == (datetime(2026, 11, 30, 23, tzinfo=UTC) - NOW).total_seconds()


def test_headers_tell_clients_what_is_left() -> None:
    """RateLimit-Policy always, RateLimit once usage is known, the problem type on refusal."""
    engine = _engine()
    assert dict(_ask(engine).headers) == {"RateLimit-Policy": '"requests-per-minute";q=600;w=60'}
    refused = _ask(engine, usage=Usage(requests_last_minute=600)).headers
    assert refused["RateLimit"] == '"requests-per-minute";r=0;t=60'
    assert refused["Retry-After"] == "60"
    assert refused["Problem-Type"].endswith("#quota-exceeded")


def test_a_suspended_key_may_do_nothing() -> None:
    """Suspension is one word in YAML, and its reason points at it."""
    decision = _ask(_engine(base=BASE.replace("  environment: prod", "  suspended: true\n  environment: prod")))
    assert [(each.code, str(each.position).split(":")[0]) for each in decision.reasons] == [
        ("key-suspended", "base.yaml")
    ]


def test_a_model_the_key_does_not_list_is_denied() -> None:
    """The allowlist is the key's own, under those above it."""
    assert _ids(_ask(_engine(base=BASE.replace("models: [mini, grand]", "models: [grand]")))) == ["model-not-allowed"]


@pytest.mark.parametrize(
    ("at", "effect"),
    [("2026-11-20T00:00:00Z", "allow"), ("2026-12-01T00:00:00Z", "deny"), ("2026-10-01T00:00:00Z", "deny")],
)
def test_a_waiver_counts_only_in_its_time(at: str, effect: str) -> None:
    """One engine, asked about different instants in any order, answers each rightly."""
    engine = Engine(bundle_of(policy("    - {name: r, on: request, deny: 'true'}"), waiver("base/r", "Team search")))
    for _ in range(2):
        assert _ask(engine, now=datetime.fromisoformat(at)).effect == effect
        assert _ask(engine, now=NOW).effect == "allow"


def test_the_zone_of_now_does_not_matter() -> None:
    """The same instant in another zone is the same decision."""
    engine = _engine("{name: r, on: request, deny: now.getHours() == 12}")
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))
    assert _ask(engine).to_json() == _ask(engine, now=elsewhere).to_json()
    assert _ask(engine).effect == "deny"


def test_selectors_keep_a_policy_to_its_subjects() -> None:
    """A policy that does not match says nothing."""
    rule = "    - {name: r, on: request, deny: 'true'}"
    for match, effect in (
        ("{environments: [dev]}", "allow"),
        ("{environments: [dev, prod]}", "deny"),
        ("{tiers: [premium]}", "allow"),
        ("{models: [mini]}", "deny"),
    ):
        assert _ask(Engine(bundle_of(policy(rule, match=match)))).effect == effect


def test_many_threads_get_the_answers_of_one() -> None:
    """Sixteen threads on a shared engine, from a cold start, never differ from one thread."""
    rules = (
        "{name: p, on: request, deny: '!(request.purpose in key.purposes)'}",
        '{name: b, on: request, deny: request.input_tokens > 100 && model.tier == "economy"}',
        "{name: t, on: request, throttle: usage.requests_last_minute > 500, delay: 'duration(\"1s\")'}",
    )
    cases = [
        {"model": model, "purpose": purpose, "input_tokens": tokens, "usage": usage}
        for model in ("mini", "grand", "small", "ghost")
        for purpose in ("product-search", "support", "nobody's", ...)
        for tokens in (1, 101, -1)
        for usage in (None, Usage(requests_last_minute=501), Usage(requests_last_minute=600))
    ]
    expected = [_ask(_engine(*rules), **case).to_json() for case in cases]
    shared = _engine(*rules)
    with ThreadPoolExecutor(16) as pool:
        rounds = list(pool.map(lambda case: _ask(shared, **case).to_json(), cases * 20))
    assert rounds == expected * 20


@pytest.mark.parametrize(
    ("name", "remedy"), [("team.montly", "did you mean `team.monthly`?"), ("x", "use one of key.daily")]
)
def test_a_pool_that_no_budget_has_is_a_programming_error(name: str, remedy: str) -> None:
    """Money spent under a misspelt name would count as nothing: it is raised."""
    with pytest.raises(ValueError, match="no pool of this name") as error:
        Usage(spent={name: 1})
    assert remedy in str(error.value)


def test_an_explanation_tells_values_only_when_asked() -> None:
    """What goes to logs holds no value of the request; what a person asks for does, and never a secret."""
    secret = "sk-" + "ant-api03-abcdefghijklmnop"
    engine = _engine('{name: r, on: request, deny: request.input_tokens > 5 && request.user == "bo"}')
    for user, shown in (("ana", '"ana"'), (secret, "[an Anthropic key]")):
        found = engine.explain(key="ranker-prod", model="mini", now=NOW, user=user, input_tokens=77_123)
        assert "77123" not in str(found.to_json())
        told = str(found.to_json(values=True))
        assert "77123" in told
        assert shown in told
        assert secret not in told


def test_quotas_read_like_those_worked_out_at_once() -> None:
    """Worked out on demand: compared, indexed, counted, copied and shown like the plain tuple."""
    plain = (Quota("a", 1, 60, 1, 60),)
    decision = _ask(_engine(), usage=Usage(requests_today=1))
    shown = decision.quotas
    assert tuple(shown) == shown
    assert (shown[0], shown[:1], len(shown)) == (next(iter(shown)), tuple(shown)[:1], len(tuple(shown)))
    assert (repr(shown), hash(shown)) == (repr(tuple(shown)), hash(tuple(shown)))
    assert shown != plain
    assert pickle.loads(pickle.dumps(decision)) == decision
