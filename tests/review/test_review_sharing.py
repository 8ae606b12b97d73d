"""What is found once for many keys is right for each of them: keys that differ in one thing, asked in any order."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from organisation import BASE, NOW, bundle_of, policy, waiver

from remit.bundle import Bundle
from remit.decide import Engine, Usage

KEY = """---
apiVersion: remit/v1
kind: Key
metadata: {{name: {name}, team: search, project: {project}{metadata}}}
spec: {{environment: {environment}, purposes: [product-search], data_classes: [{classes}], models: [mini, grand]{spec}}}
"""
SECOND_TARGET = """---
apiVersion: remit/v1
kind: Target
metadata: {name: other}
spec: {type: local, path: other.db}
---
apiVersion: remit/v1
kind: Project
metadata: {name: indexer, team: search}
spec: {owners: [ana], purposes: [product-search], data_classes: [public]}
"""
PLAIN = {"project": "ranker", "metadata": "", "environment": "prod", "spec": "", "classes": "public"}


def _key(name: str, **changes: str) -> str:
    return KEY.format(name=name, **{**PLAIN, **changes})


def _bundle(first: dict[str, str], second: dict[str, str], *more: str) -> Bundle:
    return bundle_of(*more, base=f"{BASE}{SECOND_TARGET}{_key('a', **first)}{_key('b', **second)}")


def _deny(condition: str, match: str = "{}") -> str:
    return policy(f"    - {{name: r, on: request, deny: '{condition}'}}", match=match)


# (of the first key, of the second, the rule): the rule denies the second only
DIFFERENT = {
    "label": (
        {"metadata": ", labels: {x: w, z: one}"},
        {"metadata": ", labels: {x: w, z: two}"},
        _deny('key.labels["z"] == "two"'),
    ),
    "all labels": (
        {"metadata": ", labels: {x: w, z: one}"},
        {"metadata": ", labels: {x: w, z: two}"},
        _deny('key.labels.exists(name, key.labels[name] == "two")'),
    ),
    "list": ({"spec": ", scopes: [chat, embeddings]"}, {"spec": ", scopes: [chat]"}, _deny("size(key.scopes) == 1")),
    "absent": ({"spec": ", ticket: T-1"}, {}, _deny("!has(key.ticket)")),
    "cap": (
        {"spec": ", limits: {requests_per_minute: 10}"},
        {"spec": ", limits: {requests_per_minute: 20}"},
        _deny("limits.requests_per_minute == 20"),
    ),
    "project": ({}, {"project": "indexer"}, _deny('project.name == "indexer"')),
    "environment": ({}, {"environment": "dev"}, _deny("true", "{environments: [dev]}")),
    "target": ({"spec": ", targets: [store]"}, {"spec": ", targets: [other]"}, _deny("true", "{targets: [other]}")),
    "name": ({}, {}, _deny("true", "{keys: [b]}")),
    "budget": (
        {"spec": ", budget: {daily: 2 USD}"},
        {"spec": ", budget: {daily: 3 USD}"},
        _deny("key.budget.daily > usd(2)"),
    ),
    "expiry": (
        {"spec": ", expires: 2027-01-01"},
        {"spec": ", expires: 2027-01-02"},
        _deny('key.expires > timestamp("2027-01-01T00:00:00Z")'),
    ),
    "rotation": (
        {"spec": ", rotate_every: 30d"},
        {"spec": ", rotate_every: 31d"},
        _deny('key.rotate_every > duration("720h")'),
    ),
    "flag": ({}, {"spec": ", client_side: true"}, _deny("key.client_side")),
}


@pytest.mark.parametrize("case", DIFFERENT)
@pytest.mark.parametrize("order", ["ab", "ba"])
def test_keys_that_differ_in_one_thing_are_told_apart(case: str, order: str) -> None:
    """Whichever is asked about first, deciding and resolving deny the second key, and not the first."""
    bundle = _bundle(*DIFFERENT[case])
    engine = Engine(bundle)
    for name in order:
        allowed = name == "a"
        assert engine.evaluate(key=name, model="mini", purpose="product-search", now=NOW).allowed is allowed
        assert bool(bundle.resolve(name, NOW).models) is allowed


@pytest.mark.parametrize("order", list(permutations(range(4))))
@pytest.mark.parametrize("subject", ["Key b", "Model grand", "Project ranker", "Team search"])
def test_a_waiver_is_found_anew_at_each_time(subject: str, order: tuple[int, ...]) -> None:
    """One bundle, asked about instants before, in and after a waiver, forgets nothing and mixes up nothing."""
    bundle = _bundle({}, {}, _deny("true"), waiver("base/r", subject))
    instants = [NOW - timedelta(days=60), NOW, NOW + timedelta(days=60), NOW + timedelta(hours=1)]
    engine = Engine(bundle)
    for at in (instants[number] for number in order):
        for key, model in (("a", "mini"), ("b", "mini"), ("a", "grand"), ("b", "grand")):
            about = {"Key b": key == "b", "Model grand": model == "grand"}.get(subject, True)
            waived = about and at.month == NOW.month
            assert engine.evaluate(key=key, model=model, now=at).allowed is waived
            assert (model in bundle.resolve(key, at).models) is waived


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(
    ("point", "subject"),
    [("key", "Key a"), ("team", "Team search"), ("model", "Model mini"), ("target", "Target store")],
)
def test_a_waived_cap_is_found_anew_at_each_time(point: str, subject: str, order: tuple[int, ...]) -> None:
    """A cap that is waived for a time holds before and after."""
    rule = policy(f"    - {{name: r, on: {point}, cap: requests_per_day, value: '1'}}")
    bundle = _bundle({"spec": ", targets: [store]"}, {}, rule, waiver("base/r", subject))
    instants = [NOW - timedelta(days=60), NOW, NOW + timedelta(days=60)]
    engine = Engine(bundle)
    for at in (instants[number] for number in order):
        held = at.month != NOW.month
        decision = engine.evaluate(key="a", model="mini", now=at, usage=Usage(requests_today=1))
        found = bundle.resolve("a", at)
        assert decision.allowed is not held
        assert ("requests_per_day" in {**found.caps, **found.model_caps.get("mini", {})}) is held


def test_the_hour_decides_at_each_hour() -> None:
    """What depends on the time is not kept for another time, whoever asked first."""
    rules = policy(
        """\
    - {name: m, on: model, deny: now.getHours() == 13}
    - {name: p, on: project, deny: now.getHours() == 14}
    - {name: r, on: request, deny: now.getHours() == 15}
"""
    )
    bundle = _bundle({}, {}, rules)
    for hours in (0, 1, 0, 2, 3, 0, 1):
        at = NOW + timedelta(hours=hours)
        found = bundle.resolve("a", at)
        assert (found.in_force, bool(found.models)) == (hours != 2, hours not in (1, 3))


def test_keys_on_other_targets_have_other_caps() -> None:
    """A cap of a target is that of its keys; every target of a key counts."""
    rule = policy("    - {name: r, on: target, cap: requests_per_day, value: 'target.name == \"store\" ? 5 : 3'}")
    bundle = _bundle({"spec": ", targets: [store]"}, {"spec": ", targets: [store, other]"}, rule)
    assert [bundle.resolve(name, NOW).caps["requests_per_day"].value for name in "ab"] == [5, 3]


NAMED = [
    "{name: r, on: key, cap: budget.daily, value: usd(1)}",
    "{name: r, on: key, cap: tokens_per_day, value: key.limits.tokens_per_day}",
]


@pytest.mark.parametrize("rules", [NAMED[:1], NAMED[1:], [NAMED[0], NAMED[1].replace("name: r", "name: s")]])
def test_pools_and_failures_bear_the_name_of_their_own_key(rules: list[str]) -> None:
    """One rule for many keys: each has a pool of its own, and each failure names its key."""
    bundle = _bundle({}, {}, policy("\n".join(f"    - {rule}" for rule in rules)))
    for name in "abab":
        found = bundle.resolve(name, NOW)
        pools = [pool.name for pool in found.budgets if pool.pool == "key"]
        assert {*pools, *(each.subject.removeprefix("Key ") for each in found.violations)} == {name}


def test_keys_of_projects_with_other_allowlists_have_other_models() -> None:
    """Two keys that no rule tells apart, in two projects: each has what its own project allows."""
    for order in ("ab", "ba"):
        bundle = bundle_of(
            base=(BASE + SECOND_TARGET).replace(
                "data_classes: [public]}\n", "data_classes: [public], models: [mini]}\n"
            )
            + _key("a", project="indexer")
            + _key("b")
        )
        models = {name: bundle.resolve(name, NOW).models for name in order}
        assert models == {"a": ("mini",), "b": ("grand", "mini")}


def test_what_a_key_and_its_project_both_name_is_granted() -> None:
    """Data classes intersect, in the entitlement as in decisions."""
    bundle = _bundle({"project": "indexer", "classes": "public, internal"}, {})
    assert bundle.resolve("a", NOW).data_classes == ("public",)
    assert not Engine(bundle).evaluate(key="a", model="mini", data_class="internal", now=NOW).allowed


@pytest.mark.parametrize("point", ["key", "request", "model"])
def test_a_condition_that_is_no_bool_denies(point: str) -> None:
    """Where the types are unknown until it is evaluated, another type is an error: here and in the allowlist."""
    bundle = bundle_of(policy(f"    - {{name: r, on: {point}, deny: 'dyn(organization.name)'}}"))
    decision = Engine(bundle).evaluate(key="ranker-prod", model="mini", now=NOW)
    found = bundle.resolve("ranker-prod", NOW)
    assert ([each.code for each in decision.reasons], decision.allowed) == (["rule-error"], False)
    assert not (found.in_force and found.models)


def test_many_threads_resolve_at_many_instants() -> None:
    """Resolving is safe to share: no error, and the answers of one thread."""
    rules = policy("    - {name: m, on: model, deny: now.getMinutes() % 2 == 1}")
    bundle = _bundle(
        {}, {"environment": "dev"}, rules, _deny('key.environment == "dev"').replace("name: base", "name: more")
    )
    instants = [NOW + timedelta(minutes=number) for number in range(60)]

    def models(at: datetime) -> list[tuple[str, ...]]:
        return [bundle.resolve(name, at).models for name in "ab"]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(models, instants * 10))
    finally:
        sys.setswitchinterval(interval)
    assert found == [[(), ()] if at.minute % 2 else [("grand", "mini"), ()] for at in instants] * 10
