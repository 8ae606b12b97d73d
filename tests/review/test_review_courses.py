"""What is found at once, or by outcome, is to the letter what asking every rule gives."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_organisations import ALIASES, INSTANTS, KEYS, MODELS, REQUESTS, USAGES, organisations

from remit.bundle import Bundle
from remit.decide import Decision, Engine, Usage
from remit.decide._prepare import Preparation

EXAMPLES = int(os.environ.get("REVIEW_EXAMPLES", "20"))
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
Request = dict[str, object]
Asked = tuple[str, str, Request, Usage | None, datetime]


class Text(str):
    """A text that is none to the engine."""

    __slots__ = ()


class Spending(Usage):
    """A usage of a caller's own class."""


EDGES = [datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(microseconds=step) for step in (-1, 0, 1)] + [
    datetime(2, 1, 1, tzinfo=UTC),
    datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC),
]
# wrong types and sizes: each alone, and beside what is right
ODD: list[Request] = [
    {"purpose": Text("search")},
    {"user": Text("ana"), "scope": "chat"},
    {"scope": 1},
    {"stream": 1},
    {"stream": "yes", "purpose": "other"},
    {"input_tokens": True},
    {"input_tokens": -1},
    {"output_tokens": -5, "purpose": "search"},
    {"input_tokens": 2.0},
    {"input_tokens": 2**62},
    {"input_tokens": 2**63},
    {"output_tokens": 2**70},
    {"tags": {"a": 1}},
    {"tags": [("a", "b")]},
    {"purpose": []},
    {"data_class": None, "user": None},
    {"purpose": ""},
    {"purpose": "?"},
    {"purpose": "o" * 200},
]
_REQUESTS = REQUESTS | st.tuples(REQUESTS, st.sampled_from(ODD)).map(lambda two: {**two[0], **two[1]})
_USAGES = USAGES.map(lambda used: None if used is None else Usage(**used))  # type: ignore[arg-type]
_ASKED = st.tuples(
    st.sampled_from(tuple(KEYS)),
    st.sampled_from((*MODELS, *ALIASES)),
    _REQUESTS,
    _USAGES | st.just(Spending(requests_last_minute=60)),
    INSTANTS | st.sampled_from(EDGES),
)


def _slowly(bundle: Bundle, each: Asked) -> Decision:
    """Every rule of the plan, one by one."""
    key, model, request, usage, now = each
    known = bundle.model_named(model)
    assert known is not None
    plan = Preparation(bundle, bundle.effective(now)).plan(key, model, known)
    return plan.explain(request, usage, now)


def _quickly(engine: Engine, each: Asked) -> Decision:
    key, model, request, usage, now = each
    return engine.evaluate(key=key, model=model, usage=usage, now=now, **request)  # type: ignore[arg-type]


@given(organisations(asked=True), st.lists(_ASKED, min_size=1, max_size=8))
@SLOW
def test_an_answer_found_before_is_the_whole_answer(bundle: Bundle, asked: list[Asked]) -> None:
    """Whatever was asked before, a decision is the one of all rules: words, order, errors, waits and headers."""
    expected = [_slowly(bundle, each) for each in asked]
    engine = Engine(bundle)
    for _ in range(3):
        for each, whole in zip(asked, expected, strict=True):
            found = _quickly(engine, each)
            assert found == whole
            assert found.to_json() == whole.to_json()
            assert hash(found) == hash(whole)


@given(organisations(asked=True), _ASKED, st.lists(_USAGES, min_size=1, max_size=4), st.lists(INSTANTS, min_size=1))
@SLOW
def test_one_request_under_many_usages_and_times(
    bundle: Bundle, each: Asked, usages: list[Usage | None], times: list[datetime]
) -> None:
    """One shape, and all that may still differ: what has been used, and the time, also going back."""
    engine = Engine(bundle)
    key, model, request, _, _ = each
    for now in (*times, *reversed(times), *EDGES):
        for usage in usages:
            asked = (key, model, request, usage, now)
            assert _quickly(engine, asked) == _slowly(bundle, asked)


@given(organisations(asked=True), st.sampled_from(tuple(KEYS)), st.sampled_from(MODELS), REQUESTS, USAGES)
@SLOW
def test_without_a_time_it_is_the_clock(
    bundle: Bundle, key: str, model: str, request: Request, usage: dict[str, object] | None
) -> None:
    """The decision without `now` has the reasons of one with it; only waits and words with a time in them move on."""
    engine, used = Engine(bundle), None if usage is None else Usage(**usage)  # type: ignore[arg-type]
    for _ in range(2):
        found = engine.evaluate(key=key, model=model, usage=used, **request)  # type: ignore[arg-type]
        whole = _slowly(bundle, (key, model, request, used, datetime.now(UTC)))
        assert (found.effect, [each.id for each in found.reasons]) == (
            whole.effect,
            [each.id for each in whole.reasons],
        )
        assert replace(found, reasons=(), retry_after=None, quotas=()) == replace(
            whole, reasons=(), retry_after=None, quotas=()
        )
