"""The screen: of a key that it clears, asking every rule in full says the same."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from organisation import NOW, bundle_of, policy, waiver

MORE = """\
apiVersion: remit/v1
kind: Project
metadata: {name: chat, team: search}
spec: {owners: [ana], purposes: [support], data_classes: [public], models: [mini]}
---
apiVersion: remit/v1
kind: Key
metadata: {name: chat-dev, team: search, project: chat}
spec:
  environment: dev
  owner: bo
  purposes: [support]
  data_classes: [public]
  scopes: [chat]
  models: [grand, mini]
  targets: [store]
"""
# certain for all, for some or for nobody; failing; hanging on the hour, on the request, or on both sides
CONDITIONS = (
    "true",
    "1 / 0 == 1",
    'key.environment == "dev"',
    'model.tier == "premium"',
    'key.owner == "bo" && model.name == "mini"',
    'key.owner == "bo" || request.scope == "chat"',
    'key.limits.requests_per_minute > 100 && request.scope == "chat"',
    "key.limits.requests_per_minute > 100 || model.context_tokens > 5",
    "limits.requests_per_minute > 500",
    "has(limits.requests_per_minute) && limits.requests_per_minute < usage.requests_today",
    "now.getHours() < 12",
    'now.getHours() < 12 && key.environment == "prod"',
    "now.getHours() < 12 && has(request.user)",
    'has(request.purpose) && request.purpose == "support"',
    'team.name == "search" && request.scope == "chat" && !has(request.user)',
    'project.name == "chat" ? request.scope == "chat" : model.name == "grand"',
)
MATCHES = (
    "{}",
    "{environments: [dev]}",
    "{projects: [ranker]}",
    "{models: [mini]}",
    "{tiers: [premium], keys: [chat-dev]}",
)
CAP = "    - {name: cap, on: model, cap: requests_per_minute, value: '400'}"
RULE = st.tuples(
    st.sampled_from(("deny", "deny", "deny", "allow", "throttle")),
    st.sampled_from(CONDITIONS),
    st.sampled_from(
        ('duration("1s")', "duration(key.owner)", 'request.scope == "chat" ? duration("1s") : duration("x")')
    ),
)


def _text(name: str, match: str, rules: list[tuple[str, str, str]]) -> str:
    lines = [
        f"    - {{name: r{number}, on: request, {verb}: {condition!r}"
        + (f", delay: {delay!r}}}" if verb == "throttle" else "}")
        for number, (verb, condition, delay) in enumerate(rules)
    ]
    return policy("\n".join(lines), name=name, match=match)


@settings(max_examples=150, deadline=None)
@given(
    first=st.lists(RULE, min_size=1, max_size=4),
    second=st.lists(RULE, min_size=1, max_size=3),
    match=st.sampled_from(MATCHES),
    capped=st.booleans(),
    waived=st.sampled_from(("", "Key chat-dev", "Model mini", "Project ranker")),
    hours=st.sampled_from((0, 6, 24 * 30)),
)
def test_a_key_stands_as_it_resolves(
    first: list[tuple[str, str, str]],
    second: list[tuple[str, str, str]],
    match: str,
    capped: bool,
    waived: str,
    hours: int,
) -> None:
    """For rules of every verb, selector and outcome: the screen never hides that a model is kept from a key."""
    texts = [MORE, _text("base", "{}", first), _text("narrow", match, second)]
    texts += [policy(CAP, name="caps", match="{models: [mini]}")] if capped else []
    texts += [waiver("base/r0", waived)] if waived and first[0][0] != "allow" else []
    bundle, again = bundle_of(*texts), bundle_of(*texts)
    at = NOW + timedelta(hours=hours)
    for name in bundle.keys:
        standing, entitlement = bundle.resolver.standing(name, at), again.resolve(name, at)
        assert (standing.models, standing.exclusions) == (entitlement.models, entitlement.exclusions)
