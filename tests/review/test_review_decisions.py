"""What a caller may get wrong, and what must not depend on how an answer was reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest
from organisation import BASE, NOW, bundle_of, policy, waiver

from remit.decide import Decision, Engine, Usage, requirements

GOOD: dict[str, object] = {
    "key": "ranker-prod",
    "model": "mini",
    "purpose": "product-search",
    "data_class": "public",
    "user": "ana",
    "input_tokens": 10,
    "now": NOW,
}


def _engine(*rules: str, more: tuple[str, ...] = (), base: str = BASE) -> Engine:
    documents = [policy("\n".join(f"    - {rule}" for rule in rules))] if rules else []
    return Engine(bundle_of(*documents, *more, base=base))


def _ask(engine: Engine, **changes: object) -> Decision:
    return engine.evaluate(**{**GOOD, **changes})  # type: ignore[arg-type]


class _Name(StrEnum):
    KEY = "ranker-prod"
    MODEL = "mini"


class _Chameleon(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("ranker-prod")


@pytest.mark.parametrize(
    "change", [{"key": _Name.KEY}, {"model": _Name.MODEL}, {"key": _Chameleon("x")}, {"key": 7}, {"model": []}]
)
def test_a_name_that_only_equals_one_is_refused_before_and_after_the_name_was_used(change: dict[str, object]) -> None:
    """What was asked before does not change the answer: only plain text names a key or a model."""
    engine = _engine()
    cold = _ask(engine, **change)
    assert _ask(engine).allowed
    assert [each.code for each in cold.reasons] == ["invalid-request"]
    assert _ask(engine, **change) == cold


@pytest.mark.parametrize("usage", [{}, {"requests_last_minute": 5}, 0, "none", object()])
def test_usage_is_a_usage(usage: object) -> None:
    """Anything else is a programming error, even where it looks as if nothing was used."""
    with pytest.raises(TypeError, match="is no Usage"):
        _ask(_engine(), usage=usage)


@pytest.mark.parametrize("rule", ["request.stream", 'key.ticket == ""', 'request.tags["x"] == "y"'])
@pytest.mark.parametrize("other", ['request.user == "ana"', "true"])
def test_an_error_in_an_allow_rule_is_listed_whoever_else_allows(rule: str, other: str) -> None:
    """However quickly the answer is found: one rule fails, another allows, and the error is told."""
    engine = _engine(f"{{name: a, on: request, allow: '{rule}'}}", f"{{name: b, on: request, allow: '{other}'}}")
    for more in ({}, {"tags": {}}, {"usage": Usage()}):
        decision = _ask(engine, **more)
        assert (decision.effect, [each.rule for each in decision.errors]) == ("allow", ["base/a"])


@pytest.mark.parametrize(
    ("point", "subject", "waived"),
    [
        ("model", "Key ranker-prod", False),
        ("key", "Model mini", False),
        ("project", "Key ranker-prod", False),
        ("team", "Project ranker", False),
        ("request", "Target store", False),
        ("model", "Model mini", True),
        ("key", "Team search", True),
        ("project", "Team search", True),
        ("team", "Team search", True),
        ("request", "Model mini", True),
        ("request", "Project ranker", True),
    ],
)
def test_a_waiver_counts_where_its_rule_is_about_its_subject(point: str, subject: str, waived: bool) -> None:
    """Deciding, explaining and resolving agree on whether a waiver holds."""
    engine = _engine(f"{{name: r, on: {point}, deny: 'true'}}", more=(waiver("base/r", subject),))
    entitlement = engine.bundle.resolve("ranker-prod", NOW)
    assert _ask(engine).allowed is waived
    assert [each.outcome for each in engine.explain(**GOOD).steps] == ["waived" if waived else "holds"]  # type: ignore[arg-type]
    assert (entitlement.in_force and "mini" in entitlement.models) is waived


def test_a_negative_delay_is_no_delay() -> None:
    """Nobody is told to come back before they asked."""
    engine = _engine("{name: t, on: request, throttle: 'true', delay: 'duration(\"-5s\")'}")
    assert (_ask(engine).effect, _ask(engine).retry_after, _ask(engine).headers["Retry-After"]) == (
        "throttle",
        0.0,
        "0",
    )


@pytest.mark.parametrize(
    "now",
    [
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
    ],
)
def test_a_time_at_the_end_of_the_calendar_is_a_programming_error(now: datetime) -> None:
    """There is no next window to speak of; the answer is one sentence for every request."""
    for usage in (None, Usage(requests_last_minute=601, spent={"team.monthly": 10**12})):
        with pytest.raises(ValueError, match="the calendar"):
            _ask(_engine(), now=now, usage=usage)
        with pytest.raises(ValueError, match="the calendar"):
            _engine().explain(**{**GOOD, "now": now})  # type: ignore[arg-type]


@pytest.mark.parametrize("year", [2, 9998])
def test_a_time_near_the_end_of_the_calendar_is_answered(year: int) -> None:
    """Far is not wrong."""
    used = Usage(requests_today=10**6, spent={"team.monthly": 10**12})
    base = BASE.replace("limits: {requests_per_minute: 600}", "limits: {requests_per_day: 5}")
    for zone in (timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))):
        for when in (datetime(year, 1, 1, tzinfo=zone), datetime(year, 12, 31, 23, 59, tzinfo=zone)):
            assert _ask(_engine(base=base), now=when, usage=used).effect == "deny"


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    """When clocks go back, 2:30 comes twice; decisions, also explained ones, tell the two apart."""
    engine = _engine("{name: r, on: model, deny: 'now >= timestamp(\"2026-10-25T01:00:00Z\")'}")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    for when, effect in ((first, "allow"), (first.replace(fold=1), "deny"), (first, "allow")):
        assert _ask(engine, now=when).effect == effect
        assert engine.explain(**{**GOOD, "now": when}).decision.effect == effect  # type: ignore[arg-type]


class _Shifting(Mapping[str, str]):
    """Shows plain text to whoever checks, and something else later."""

    def __getitem__(self, name: str) -> str:
        return 7  # type: ignore[return-value]

    def __iter__(self) -> Iterator[str]:
        return iter(("a",))

    def __len__(self) -> int:
        return 1

    def items(self) -> object:  # type: ignore[override]
        return [("a", "b")]


def test_tags_are_what_was_checked() -> None:
    """A mapping that answers differently the second time is asked once."""
    engine = _engine('{name: r, on: request, deny: \'request.tags["a"] != "b"\'}')
    assert _ask(engine, tags=_Shifting()).effect == "allow"
    assert _ask(engine, tags={"a": "c"}).effect == "deny"


def test_tags_that_change_later_change_no_decision() -> None:
    """The caller keeps its mapping."""
    engine, tags = _engine("{name: r, on: request, deny: 'has(request.tags) && \"x\" in request.tags'}"), {"a": "b"}
    before = _ask(engine, tags=tags).to_json()
    tags["x"] = "y"
    assert _ask(engine, tags={"a": "b"}).to_json() == before
    assert _ask(engine, tags=tags).effect == "deny"


def test_a_usage_keeps_what_it_was_made_of() -> None:
    """Money that is counted on in the caller's own mapping does not change a Usage that was made before."""
    spent = {"team.monthly": 1}
    usage = Usage(spent=spent)
    spent["team.monthly"] = 10**12
    assert _ask(_engine(), usage=usage).allowed


def test_a_change_that_does_not_say_its_team_is_judged_by_every_rule() -> None:
    """None is unknown, not a team of that name."""
    rule = "    - {name: r, on: change, when: 'true', require: {group: finance}}"
    bundle = bundle_of(policy(rule, match="{teams: [search]}"))
    change = {"kind": "Key", "name": "k", "field": "owner", "action": "change", "team": None}
    assert len(requirements(bundle, change, NOW)) == 1


MINIMA = [
    ("organization", "requests_per_minute: 1000", 1),
    ("project", "requests_per_minute: 800", 1),
    ("key", "requests_per_minute: 600", 1),
]


@pytest.mark.parametrize(("level", "text", "value"), MINIMA)
def test_the_lowest_level_of_the_hierarchy_binds(level: str, text: str, value: int) -> None:
    """Whoever declares the lowest cap, the second request of the minute is refused."""
    engine = _engine(base=BASE.replace(text, f"requests_per_minute: {value}"))
    assert _ask(engine).allowed
    assert [each.code for each in _ask(engine, usage=Usage(requests_last_minute=value)).reasons] == ["cap-reached"]


def test_a_cap_on_a_target_binds_its_keys_only() -> None:
    """A key that is on the target has the cap; one that is nowhere does not."""
    rule = "{name: c, on: target, cap: requests_per_day, value: '3'}"
    nowhere = BASE.replace("  targets: [store]\n", "")
    used = Usage(requests_today=3)
    assert [each.rule for each in _ask(_engine(rule), usage=used).reasons] == ["base/c"]
    assert _ask(_engine(rule, base=nowhere), usage=used).allowed


def test_a_policy_selected_by_target_spares_keys_on_none() -> None:
    """A selector is about the targets that a key has."""
    text = policy("    - {name: r, on: request, deny: 'true'}", match="{targets: [store]}")
    assert not _ask(Engine(bundle_of(text))).allowed
    assert _ask(Engine(bundle_of(text, base=BASE.replace("  targets: [store]\n", "")))).allowed


def test_rules_see_the_lower_of_key_and_model_caps() -> None:
    """`limits` is what binds this key with this model: deciding, explaining and resolving see one number."""
    engine = _engine(
        "{name: m, on: model, cap: tokens_per_day, value: 'model.tier == \"premium\" ? 5 : 50'}",
        "{name: r, on: request, deny: limits.tokens_per_day < 10}",
    )
    assert [_ask(engine, model=model).effect for model in ("mini", "grand")] == ["allow", "deny"]
    assert engine.bundle.resolve("ranker-prod", NOW).models == ("mini",)
    assert engine.explain(**{**GOOD, "model": "grand"}).steps[0].outcome == "holds"  # type: ignore[arg-type]


def test_a_scope_that_only_the_key_has_is_denied() -> None:
    """A scope needs the key and the model: `mini` chats, whatever else the key may do."""
    engine = _engine(base=BASE.replace("scopes: [chat]\n", "scopes: [chat, embeddings]\n"))
    for usage in (None, Usage()):
        asked = {
            model: _ask(engine, model=model, scope="embeddings", usage=usage).effect for model in ("mini", "grand")
        }
        assert asked == {"mini": "deny", "grand": "allow"}


def test_an_allow_rule_that_is_no_bool_is_listed() -> None:
    """Another type is an error of that rule, and no allow; the other rule still allows."""
    odd = 'request.user == "ana" ? dyn(key.name) : dyn(true)'
    rules = (f"{{name: a, on: request, allow: '{odd}'}}", '{name: b, on: request, allow: request.user == "ana"}')
    decision = _ask(_engine(*rules))
    assert (decision.effect, [each.rule for each in decision.errors]) == ("allow", ["base/a"])
    assert _ask(_engine(rules[0])).effect == "deny"


def test_less_than_nothing_is_never_left() -> None:
    """Who has gone over a cap sees 0."""
    headers = _ask(_engine(), usage=Usage(requests_last_minute=700)).headers
    assert headers["RateLimit"] == '"requests-per-minute";r=0;t=60'
