"""Random organisations: every kind of bound, rule, selector, waiver and alias, small enough to read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from organisation import bundle_of

from remit.bundle import Bundle
from remit.resources import CAPS

Draw = st.DrawFn
Texts = st.SearchStrategy[str]
Spec = dict[str, object]

MODELS = ("mini", "midi", "grand")
ALIASES = ("small", "middle", "big")
KEYS = {"k0": ("t0", "p0"), "k1": ("t0", "p0"), "k2": ("t1", "p1")}
PROJECTS = {"p0": "t0", "p1": "t1"}
TARGETS = ("g0", "g1")
ZONES = ("UTC", "Europe/Berlin", "America/Havana", "Pacific/Kiritimati")

_TIME = [
    'now > timestamp("2026-11-25T00:00:00Z")',
    "now.getHours() < 12",
    'now.getDayOfWeek("Europe/Berlin") == 1',
]
_LEVELS: Mapping[str, Sequence[str]] = {
    "team": ['team.name == "t0"', "has(team.cost_center)", 'team.cost_center == "c"', "has(team.budget.monthly)"],
    "project": [
        'project.labels["a"] == "b"',
        '"search" in project.purposes',
        'has(project.models) && project.models.all(m, m != "grand")',
        "project.budget.daily > usd(3)",
    ],
    "key": [
        'key.environment == "prod"',
        "key.client_side",
        'key.ticket == "T-1"',
        "has(key.ticket)",
        "size(key.models) > 1",
        'key.models.exists(m, m.startsWith("g"))',
        'key.labels[?"a"].orValue("x") == "b"',
        "key.limits.requests_per_day > 10",
        'size(key.targets) > 0 && key.targets[0] == "g1"',
        "has(key.expires)",
    ],
    "model": [
        'model.tier == "premium"',
        'model.aliases.exists(a, a == "small")',
        "model.context_tokens > 5000",
        "model.prices.input_per_million > usd(1)",
        'model.labels.exists(l, l == "a")',
    ],
    "target": ['target.name == "g0"', "has(target.url)", 'target.url == "x"', "target.suspended"],
    "organization": ["size(organization.owners) > 0", 'organization.currency == "USD"', "has(organization.models)"],
    "limits": ["limits.requests_per_minute > 100", "has(limits.requests_per_day)", "limits.tokens_per_day >= 0"],
    "request": [
        'request.user == "evil"',
        "request.input_tokens > 100",
        "!(request.purpose in key.purposes)",
        'has(request.tags) && request.tags["a"] == "b"',
        "request.stream",
        "request.model == model.name",
        'request.scope in ["chat", "embeddings"]',
        'key.labels[request.user] == "x"',
        "request.input_tokens > model.context_tokens",
        "request.input_tokens > 60 || request.input_tokens > 99",
        'request.purpose == "other"',
        'request.purpose in ["support", "resale"] || request.data_class != "public"',
        'has(request.purpose) && request.purpose.startsWith("o")',
        "has(request.data_class) && !has(request.user)",
        '"embeddings" == request.scope',
        "key.models.exists(m, m == request.model)",
    ],
    "usage": [
        "usage.requests_last_minute > 10",
        "usage.requests_last_minute >= 60 || usage.requests_last_minute >= 1",
        "usage.requests_last_minute * 10 > limits.requests_per_minute * 8",
        'usage.spent["key.monthly"] > usd(2)',
    ],
}
_ABOVE = {
    "team": ("team", "organization"),
    "project": ("project", "team", "organization"),
    "key": ("key", "project", "team", "organization"),
    "model": ("model", "organization"),
    "target": ("target", "organization"),
}
_STATIC = ("key", "project", "team", "organization", "model", "limits")
_VALUES = {
    "team": ["5", "size(team.owners) * 100", "team.limits.requests_per_day"],
    "project": ["7", "size(project.purposes)", "project.limits.requests_per_day", "-1"],
    "key": ["9", 'key.environment == "prod" ? 600 : 60', "key.limits.requests_per_day", "size(key.models)"],
    "model": ["50", "model.context_tokens", 'model.tier == "premium" ? 0 : 90'],
    "target": ["11", 'target.name == "g0" ? 12 : 2', "target.suspended ? 0 : 40"],
}
_AMOUNTS = ["usd(2)", "usd(0)", 'usd("0.000001") * 2', 'key.environment == "prod" ? usd(5) : usd(1)']
_DELAYS = [
    'duration("2s")',
    'request.stream ? duration("1s") : duration("3500ms")',
    'duration("-1s")',
    'duration(key.labels["pause"])',
]
_MESSAGES = [
    '"no"',
    '"not for " + request.user',
    'request.purpose == "other" ? "not this" : "nor that"',
    '"not at " + string(now)',
    '"after " + string(usage.requests_last_minute)',
]
_SELECTORS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "team": {"teams": ("t0", "t1")},
    "project": {"teams": ("t0", "t1"), "projects": ("p0", "p1")},
    "key": {
        "teams": ("t0", "t1"),
        "projects": ("p0", "p1"),
        "environments": ("dev", "prod"),
        "keys": tuple(KEYS),
        "targets": TARGETS,
    },
    "model": {"models": MODELS, "providers": ("openai", "anthropic"), "tiers": ("economy", "premium")},
    "target": {"targets": TARGETS},
}


def _mixed(leaves: Texts, most: int = 4) -> Texts:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda two: f"({two[0]} && {two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]} || {two[1]})"),
            st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
            inner.map(lambda one: f"!({one})"),
        ),
        max_leaves=most,
    )


def _some(names: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True)


def _conditions(point: str, *, asked: bool) -> Texts:
    if point != "request":
        return _mixed(st.sampled_from([*_TIME, "true", *(each for level in _ABOVE[point] for each in _LEVELS[level])]))
    seen = (*_STATIC, "request", "usage") if asked else _STATIC
    return _mixed(st.sampled_from([*_TIME, "true", *(each for level in seen for each in _LEVELS[level])]))


def _maybe(draw: Draw, spec: Spec, name: str, values: st.SearchStrategy[object]) -> None:
    if draw(st.booleans()):
        spec[name] = draw(values)


def _limits(draw: Draw) -> Spec:
    caps = draw(_some(CAPS)) if draw(st.integers(0, 3)) == 0 else []
    return {cap: draw(st.sampled_from([0, 1, 60, 100, 101, 600])) for cap in caps}


def _budget(draw: Draw) -> Spec:
    periods = draw(_some(("daily", "monthly"))) if draw(st.integers(0, 2)) == 0 else []
    return {period: draw(st.sampled_from(["0 USD", "1 USD", "4 USD", "500 USD"])) for period in periods}


def _bounds(draw: Draw, spec: Spec) -> Spec:
    for name, values in (("limits", _limits(draw)), ("budget", _budget(draw))):
        if values:
            spec[name] = values
    return spec


def _document(kind: str, metadata: Spec, spec: Spec) -> str:
    return json.dumps({"apiVersion": "remit/v1", "kind": kind, "metadata": metadata, "spec": spec})


def _organization(draw: Draw) -> str:
    spec: Spec = {
        "timezone": draw(st.sampled_from(ZONES)),
        "environments": ["dev", "prod"],
        "purposes": ["search", "support"],
        "data_classes": ["public", "internal"],
        "scopes": ["chat", "embeddings"],
    }
    _maybe(draw, spec, "owners", st.just(["ana"]))
    if draw(st.integers(0, 4)) == 0:
        spec["models"] = draw(_some(MODELS))
    return _document("Organization", {"name": "o"}, _bounds(draw, spec))


def _team(draw: Draw, name: str) -> str:
    spec: Spec = {"owners": ["ana"]}
    _maybe(draw, spec, "cost_center", st.sampled_from(["c", "d"]))
    if draw(st.integers(0, 4)) == 0:
        spec["models"] = draw(_some(MODELS))
    return _document("Team", {"name": name}, _bounds(draw, spec))


def _project(draw: Draw, name: str, team: str) -> str:
    metadata: Spec = {"name": name, "team": team}
    _maybe(draw, metadata, "labels", st.sampled_from([{"a": "b"}, {"a": "c"}]))
    spec: Spec = {
        "owners": ["ana"],
        "purposes": draw(st.sampled_from([["search"], ["search", "support"]])),
        "data_classes": draw(st.sampled_from([["public"], ["public", "internal"]])),
    }
    if draw(st.integers(0, 4)) == 0:
        spec["models"] = draw(_some(MODELS))
    return _document("Project", metadata, _bounds(draw, spec))


def _model(draw: Draw, name: str, alias: str, tier: str) -> str:
    metadata: Spec = {"name": name}
    _maybe(draw, metadata, "labels", st.just({"a": "b"}))
    spec: Spec = {
        "provider": "anthropic" if alias == "big" else "openai",
        "upstream": "an-invented-model",
        "tier": tier,
        "scopes": draw(st.sampled_from([["chat"], ["chat", "embeddings"]])),
        "aliases": [alias],
    }
    _maybe(draw, spec, "context_tokens", st.sampled_from([90, 8_000]))
    _maybe(draw, spec, "prices", st.sampled_from([{"input_per_million": "1.5 USD"}, {"input_per_million": "0.5 USD"}]))
    return _document("Model", metadata, spec)


def _key(draw: Draw, name: str, team: str, project: str) -> str:
    metadata: Spec = {"name": name, "team": team, "project": project}
    _maybe(draw, metadata, "labels", st.sampled_from([{"a": "b"}, {"ana": "x"}, {"a": "b", "evil": "x"}]))
    spec: Spec = {
        "environment": draw(st.sampled_from(["dev", "prod"])),
        "purposes": draw(st.sampled_from([["search"], ["search", "support"]])),
        "data_classes": draw(st.sampled_from([["public"], ["public", "internal"]])),
        "scopes": draw(st.sampled_from([["chat"], ["chat", "embeddings"]])),
        "models": draw(_some(MODELS)),
        "client_side": draw(st.booleans()),
        "targets": draw(_some(TARGETS)),
        "suspended": draw(st.integers(0, 9)) == 0,
    }
    _maybe(draw, spec, "ticket", st.sampled_from(["T-1", "T-2"]))
    _maybe(draw, spec, "expires", st.sampled_from(["2026-11-24", "2026-11-23T12:00:00Z", "2027-03-01"]))
    users = _limits(draw)
    if users:
        spec["user_limits"] = users
    return _document("Key", metadata, _bounds(draw, spec))


def _target(draw: Draw, name: str) -> str:
    spec: Spec = {"type": "local", "path": "x.db", "suspended": draw(st.booleans())}
    _maybe(draw, spec, "url", st.just("https://gateway.example"))
    return _document("Target", {"name": name}, spec)


def _rule(draw: Draw, point: str, name: str, verbs: Sequence[str], *, asked: bool) -> Spec:
    verb = draw(st.sampled_from(verbs))
    rule: Spec = {"name": name, "on": point}
    if verb == "cap":
        money = point in ("key", "team", "project") and draw(st.booleans())
        rule["cap"] = draw(st.sampled_from(["budget.daily", "budget.monthly"] if money else CAPS))
        rule["value"] = draw(
            st.sampled_from(_AMOUNTS if point == "key" else _AMOUNTS[:3]) if money else st.sampled_from(_VALUES[point])
        )
        return rule
    rule[verb] = draw(_conditions(point, asked=asked))
    if draw(st.booleans()):
        rule[verb] = f"variables.again || ({rule[verb]})"
    if verb == "throttle":
        rule["delay"] = draw(st.sampled_from(_DELAYS[:1] if not asked else _DELAYS))
    if asked and verb in ("deny", "throttle") and point == "request":
        _maybe(draw, rule, "message", st.sampled_from(_MESSAGES))
    return rule


def _match(draw: Draw, point: str) -> Spec:
    known = _SELECTORS.get(point) or {**_SELECTORS["key"], **_SELECTORS["model"]}
    chosen = draw(_some(tuple(known))) if draw(st.booleans()) else []
    return {name: draw(st.lists(st.sampled_from(known[name]), unique=True, max_size=3)) for name in chosen[:2]}


def _policy(draw: Draw, name: str, *, asked: bool) -> tuple[str, list[tuple[str, str]]]:
    """A policy, and (rule, verb) of what can be waived."""
    point = draw(st.sampled_from(["request", "request", "request", "key", "team", "project", "model", "target"]))
    verbs = ("deny", "deny", "throttle", "allow") if point == "request" else ("deny", "cap", "cap")
    rules = [_rule(draw, point, f"r{at}", verbs, asked=asked) for at in range(draw(st.integers(1, 3)))]
    base = draw(_conditions(point, asked=asked))
    spec: Spec = {"variables": {"first": base, "again": "variables.first && variables.first"}, "rules": rules}
    match = _match(draw, point)
    if match:
        spec["match"] = match
    waivable = [f"{name}/{each['name']}" for each in rules if "allow" not in each]
    return _document("Policy", {"name": name}, spec), [(each, point) for each in waivable]


_SUBJECTS = {
    "Key": tuple(KEYS),
    "Team": ("t0", "t1"),
    "Project": ("p0", "p1"),
    "Model": MODELS,
    "Target": TARGETS,
}


def _waiver(draw: Draw, name: str, rule: str) -> str:
    kind = draw(st.sampled_from(tuple(_SUBJECTS)))
    spec: Spec = {
        "policy": rule.partition("/")[0],
        "rule": rule.partition("/")[2],
        "subject": {"kind": kind, "name": draw(st.sampled_from(_SUBJECTS[kind]))},
        "reason": "a pilot",
        "ticket": "T-1",
        "expires": draw(st.sampled_from(["2026-11-23T12:00:00Z", "2026-11-24", "2026-12-01", "2027-01-01"])),
    }
    _maybe(draw, spec, "starts", st.sampled_from(["2026-11-01", "2026-11-23", "2026-11-22T23:00:00Z"]))
    return _document("Waiver", {"name": name}, spec)


@st.composite
def organisations(draw: Draw, *, asked: bool) -> Bundle:
    """A bundle; with `asked`, rules on requests may read the request and what has been used."""
    documents = [_organization(draw)]
    documents += [_team(draw, name) for name in ("t0", "t1")]
    documents += [_project(draw, name, team) for name, team in PROJECTS.items()]
    tiers = ("economy", "premium", "premium")
    documents += [_model(draw, *each) for each in zip(MODELS, ALIASES, tiers, strict=True)]
    documents += [_target(draw, name) for name in TARGETS]
    documents += [_key(draw, name, *home) for name, home in KEYS.items()]
    waivable: list[str] = []
    for at in range(draw(st.integers(1, 5))):
        text, rules = _policy(draw, f"b{at}", asked=asked)
        documents.append(text)
        waivable += [rule for rule, _ in rules]
    rules_waived = draw(st.lists(st.sampled_from(waivable), unique=True, max_size=3)) if waivable else []
    documents += [_waiver(draw, f"w{at}", rule) for at, rule in enumerate(rules_waived)]
    return bundle_of(*documents, base="")


_ODD = ["2026-11-23T12:00:00Z", "2026-11-22T23:00:00Z", "2026-12-31T23:00:00Z", "2026-10-25T01:30:00Z"]
INSTANTS = st.sampled_from([datetime.fromisoformat(each) for each in _ODD]) | st.integers(0, 24 * 120).map(
    lambda hours: datetime(2026, 10, 20, tzinfo=UTC) + timedelta(hours=hours)
)
REQUESTS: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {},
    optional={
        "user": st.sampled_from(["evil", "ana"]),
        "purpose": st.sampled_from(["search", "search", "support", "other"]),
        "data_class": st.sampled_from(["public", "public", "internal", "other"]),
        "scope": st.sampled_from(["chat", "chat", "embeddings", "other"]),
        "input_tokens": st.sampled_from([0, 50, 100, 101]),
        "output_tokens": st.sampled_from([0, 60, 101]),
        "stream": st.booleans(),
        "tags": st.sampled_from([{}, {"a": "b"}, {"a": "c"}]),
    },
)
_COUNTS = st.sampled_from([0, 1, 59, 60, 99, 100])
USAGES: st.SearchStrategy[dict[str, object] | None] = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "requests_last_minute": _COUNTS,
        "requests_last_hour": _COUNTS,
        "requests_today": _COUNTS,
        "tokens_last_minute": _COUNTS,
        "tokens_today": _COUNTS,
        "parallel_requests": _COUNTS,
        "user_requests_last_minute": _COUNTS,
        "user_requests_last_hour": _COUNTS,
        "user_requests_today": _COUNTS,
        "user_tokens_today": _COUNTS,
        "user_parallel_requests": _COUNTS,
        "spent": st.dictionaries(
            st.sampled_from(
                [
                    "key.monthly",
                    "key.daily",
                    "team.monthly",
                    "project.daily",
                    "organization.monthly",
                    "organization.daily",
                ]
            ),
            st.sampled_from([0, 1, 2, 999_999, 1_000_000, 4_000_000, 10**12]),
        ),
    },
)
ASKED = st.tuples(st.sampled_from(tuple(KEYS)), st.sampled_from((*MODELS, *ALIASES)), REQUESTS, USAGES)
