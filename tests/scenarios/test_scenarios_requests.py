"""What is said about a request never repeats a value of it: the value may be a secret, and messages end up in logs."""

from __future__ import annotations

import json

import pytest
from organisation import NOW, bundle_of, policy
from scenario_secrets import SECRETS, leaks

from remit.decide import Engine

SECRET = SECRETS["anthropic"]
TOKENS = 987_654_321
EXPRESSIONS = (
    "int(request.user) == 1",
    "uint(request.user) == 1u",
    "double(request.user) > 1.0",
    "bool(request.user)",
    "timestamp(request.user) < now",
    "duration(request.user) > duration('1s')",
    "now.getHours(request.user) == 1",
    "{'a': 1}[request.user] == 1",
    "request.tags[request.user] == 'x'",
    "key.labels[request.user] == 'x'",
    "usage.spent[request.user] > usd(1)",
    "request.tags.missing == 'x'",
    "request.user.substring(999) == 'x'",
    "'a'.matches('(' + request.user)",
    "[1][request.input_tokens] == 1",
    "request.input_tokens / (request.input_tokens - request.input_tokens) > 1",
    "request.input_tokens * 9223372036854775807 > 1",
)
REQUEST = {"key": "ranker-prod", "model": "mini", "user": SECRET, "tags": {"x": SECRET, f"{SECRET}-": "x"}}
FAULTY = (
    {"key": SECRET},
    {"model": SECRET},
    {"purpose": SECRET},
    {"data_class": SECRET},
    {"scope": SECRET},
    {"input_tokens": SECRET},
    {"output_tokens": -TOKENS},
    {"stream": SECRET},
    {"tags": {SECRET: 3}},
    {"tags": [SECRET]},
    {"user": SECRET.encode()},
    {"key": [SECRET]},
)


def _engine(expression: str) -> Engine:
    return Engine(bundle_of(policy(f"    - name: r\n      on: request\n      deny: |\n        {expression}")))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_error_in_a_rule_tells_nothing_of_the_request(expression: str) -> None:
    """The request is denied for the error, and neither decision nor explanation holds what was asked."""
    request = {**REQUEST, "purpose": "product-search", "data_class": "public", "input_tokens": TOKENS, "now": NOW}
    engine = _engine(expression)
    decision = engine.evaluate(**request)
    assert not decision.allowed
    assert [reason.rule for reason in decision.errors] == ["base/r"]
    told = json.dumps([decision.to_json(), engine.explain(**request).to_json()])
    assert not leaks(SECRET, told)
    assert str(TOKENS) not in told


@pytest.mark.parametrize("faulty", FAULTY, ids=lambda each: next(iter(each)))
def test_a_refused_request_is_not_repeated_in_its_reasons(faulty: dict[str, object]) -> None:
    """Unknown names, words that were not granted, and values of the wrong type are refused without being quoted."""
    decision = _engine("has(request.user) && request.user == 'ana'").evaluate(**{**REQUEST, "now": NOW, **faulty})
    assert not decision.allowed
    told = json.dumps([each.message for each in (*decision.reasons, *decision.errors)])
    assert not leaks(SECRET, told + json.dumps(dict(decision.headers)))
    assert str(TOKENS) not in told
