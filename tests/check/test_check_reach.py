"""How far a rule on requests reaches: what asking it of every key and model would say."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from organisation import BASE, MemoryTree, bundle_of, policy

from remit.bundle import Bundle, CompiledRule, pair
from remit.check import lines_of
from remit.check._reach import Reach, Reaches
from remit.check._survey import Survey, survey

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = BASE.rpartition("---\n")[2]
DEV = KEY.replace("ranker-prod", "ranker-dev").replace("environment: prod", "environment: dev").replace(", grand]", "]")
TWIN = KEY.replace("ranker-prod", "ranker-twin").replace("requests_per_minute: 600", "requests_per_minute: 60")
TERMS = (
    'key.environment == "dev"',
    'key.name == "ranker-twin"',
    "limits.requests_per_minute < 100",
    'model.tier == "premium"',
    'model.name == "mini"',
    'project.name == "nothing"',
    'request.scope == "chat"',
    "has(request.user)",
    "now.getHours() < 6",
    "1 / 0 == 1",
    "false",
)
CONDITION = st.lists(st.sampled_from(TERMS), min_size=1, max_size=3).flatmap(
    lambda terms: st.sampled_from((" && ".join(terms), " || ".join(terms)))
)
MATCH = st.sampled_from(
    (
        "{}",
        "{environments: [dev]}",
        "{keys: [ranker-twin]}",
        "{models: [grand]}",
        "{tiers: [premium], environments: [dev]}",
    )
)


def _every(look: Survey, rule: CompiledRule, bundle: Bundle) -> Reach:
    found = Reach.NOWHERE
    for name, standing in look.keys.items():
        for model in standing.key.spec.models:
            context = pair(bundle.resolver.context("Key", name), look.context("Model", model))
            if bundle.index.selects(rule, context):
                applies = look.may_apply(rule, look.pair(name, model)[1])
                found = Reach.APPLIES if applies or found is Reach.APPLIES else Reach.MATCHES
    return found


@settings(max_examples=100, deadline=None)
@given(conditions=st.lists(CONDITION, min_size=1, max_size=4), match=MATCH)
def test_a_rule_reaches_as_far_as_asking_about_everything_says(conditions: list[str], match: str) -> None:
    """No key, model, selector or value is passed over."""
    rules = "\n".join(f"    - {{name: r{n}, on: request, deny: {each!r}}}" for n, each in enumerate(conditions))
    bundle = bundle_of(DEV, TWIN, policy(rules, match=match))
    look = survey(bundle, NOW, lines_of(MemoryTree({})))
    reaches = Reaches(look)
    assert [reaches.of(rule) for rule in bundle.rules] == [_every(look, rule, bundle) for rule in bundle.rules]
