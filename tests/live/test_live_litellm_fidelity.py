"""The fake of LiteLLM answers as the real proxy does, in everything that a reconciler reads."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2
import pytest
from fakes.litellm import LiteLLM
from live.litellm_proxy import LiveProxy

pytestmark = pytest.mark.live

# every case has a key of its own, since the real proxy remembers deleted ones: these stand for its value and its hash
VALUE, TOKEN = "<value>", "<token>"
READ = [
    "key_alias",
    "models",
    "max_budget",
    "rpm_limit",
    "tpm_limit",
    "max_parallel_requests",
    "budget_duration",
    "budget_reset_at",
    "expires",
    "metadata",
    "blocked",
    "budget_limits",
    "team_id",
    "user_id",
    "status",
    "allowed_routes",
    "key_name",
    "spend",
]
TEAM_READ = [
    "team_alias",
    "models",
    "max_budget",
    "rpm_limit",
    "tpm_limit",
    "budget_duration",
    "budget_reset_at",
    "metadata",
    "blocked",
]
FULL: dict[str, Any] = {
    "models": ["gpt-4o"],
    "max_budget": 5,
    "rpm_limit": 10,
    "duration": "30d",
    "budget_duration": "30d",
    "metadata": {"ours": 1},
    "model_rpm_limit": {"gpt-4o": 3},
}


class Step(NamedTuple):
    """One request of a case."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    query: Mapping[str, str] = {}


def _key(**body: Any) -> Step:
    return Step("POST", "/key/generate", {"key": VALUE, **body})


def _update(**body: Any) -> Step:
    return Step("POST", "/key/update", {"key": TOKEN, **body})


def _team(**body: Any) -> Step:
    return Step("POST", "/team/new", {"team_id": "t", **body})


def _change(**body: Any) -> Step:
    return Step("POST", "/team/update", {"team_id": "t", **body})


def _patch(**body: Any) -> Step:
    return Step("PATCH", "/team/t", body)


def _member(**body: Any) -> Step:
    return Step("POST", "/team/member_add", {"team_id": "t", "member": {"role": "user", "user_id": "ana"}, **body})


def _post(path: str, **body: Any) -> Step:
    return Step("POST", path, body)


UPDATES: list[dict[str, Any]] = [
    {},
    {"max_budget": None},
    {"max_budget": 0},
    {"max_budget": -1},
    {"rpm_limit": None},
    {"rpm_limit": 0},
    {"rpm_limit": 2, "tpm_limit": 4},
    {"max_parallel_requests": 3},
    {"budget_duration": None},
    {"budget_duration": "1d"},
    {"budget_duration": "7d"},
    {"budget_duration": "14d"},
    {"budget_duration": "1mo"},
    {"budget_duration": "30m"},
    {"budget_duration": "zz"},
    {"duration": None},
    {"duration": "-1"},
    {"duration": "1h"},
    {"duration": "zz"},
    {"model_rpm_limit": None},
    {"model_rpm_limit": {}},
    {"model_rpm_limit": {"gpt-4o": 4}},
    {"model_tpm_limit": {"gpt-4o": 4}},
    {"metadata": {}},
    {"metadata": None},
    {"metadata": {"b": 1}},
    {"metadata": {"b": 1}, "model_rpm_limit": {"gpt-4o": 5}},
    {"metadata": {"tags": ["t"]}},
    {"metadata": None, "model_rpm_limit": {"gpt-4o": 5}},
    {"models": []},
    {"models": None},
    {"models": ["all-team-models"]},
    {"models": ["no-such-model"]},
    {"budget_limits": [{"budget_duration": "1d", "max_budget": 3}]},
    {"budget_limits": []},
    {"budget_limits": None},
    {"blocked": True},
    {"blocked": None},
    {"key_alias": "b"},
    {"key_alias": None},
    {"key_alias": "other"},
    {"tags": ["t"]},
    {"tags": []},
    {"tags": None},
    {"guardrails": []},
    {"guardrails": ["g"]},
    {"team_id": "none"},
    {"team_id": "t"},
    {"team_id": None},
    {"user_id": "ana"},
    {"soft_budget": 1},
    {"model_max_budget": {"gpt-4o": {"max_budget": 1, "budget_duration": "1d"}}},
    {"model_max_budget": {}},
]
_BUDGET = _post("/budget/new", budget_id="b", rpm_limit=2)
USERS: list[tuple[Step, ...]] = [
    (_update(end_user_budget_id=""),),
    (_update(end_user_budget_id=None),),
    (_update(metadata={"a": 2}),),
    (_update(metadata={"a": 2}, end_user_budget_id="b"),),
    (_post("/budget/delete", id="b"), _update(max_budget=1)),
    (_post("/budget/delete", id="b"), _update(end_user_budget_id="b")),
]
"""What happens to the budget that a key names for its end users."""
TEAM_BODIES: list[dict[str, Any]] = [
    {"metadata": {"a": 1}},
    {"metadata": {"k": None}},
    {"metadata": {}},
    {"metadata": None},
    {"model_rpm_limit": None},
    {"model_rpm_limit": {"gpt-4o": 4}},
    {"model_rpm_limit": {}},
    {"metadata": {"n": 1}, "model_rpm_limit": {"gpt-4o": 4}},
    {"max_budget": None},
    {"max_budget": 3},
    {"max_budget": -1},
    {"models": []},
    {"models": None},
    {"rpm_limit": None},
    {"budget_duration": "1d"},
    {"budget_duration": None},
    {"team_alias": "renamed"},
    {"blocked": True},
    {"tags": ["t"]},
]
CASES: list[tuple[Step, ...]] = [
    (_key(key_alias="a"), _key(key_alias="b", max_budget=2)),
    (_key(key_alias="a"), _key(key_alias="a")),
    (_key(), _key(max_budget=2)),
    (_key(key_alias="a"), _post("/key/generate", key_alias="a")),
    (_key(key_alias=""), _post("/key/generate", key_alias="")),
    (_key(duration="zz"),),
    (_key(budget_duration="zz"),),
    (_key(max_budget=-1),),
    (_key(tags=["t"]),),
    (_key(key_type="llm_api"),),
    (_key(key_type="management"),),
    (_key(key_type="read_only"),),
    (_key(team_id="none"),),
    (_key(team_id="none"), _update(max_budget=1)),
    (_key(blocked=True, user_id="ana"),),
    (_key(model_max_budget={"gpt-4o": {"max_budget": 1, "budget_duration": "1d"}}),),
    (_post("/key/service-account/generate", key=VALUE),),
    (_team(), _post("/key/service-account/generate", key=VALUE, key_alias="s", team_id="t")),
    (_key(), _post("/key/block", key=TOKEN), _post("/key/unblock", key=TOKEN)),
    (_key(), _post("/key/block", key=TOKEN)),
    (_post("/key/block", key="deadbeef"),),
    (_post("/key/block", key="0" * 64),),
    (_key(), _post("/key/delete", keys=[TOKEN]), _post("/key/delete", keys=[TOKEN])),
    (_key(), _post("/key/delete", keys=[TOKEN]), _update(max_budget=1)),
    (_key(), _post("/key/delete", keys=[TOKEN]), _key(max_budget=3)),
    (_key(), _update(metadata=None), _post("/key/delete", keys=[TOKEN])),
    (_key(), _update(metadata=None), _update(max_budget=1), _post("/key/delete", keys=[TOKEN])),
    (_key(key_alias="a"), _post("/key/delete", key_aliases=["a"])),
    (_key(key_alias="a"), _post("/key/delete", keys=[TOKEN, "0" * 64])),
    (_key(key_alias="a"), _post("/key/delete", keys=[TOKEN]), _post("/key/generate", key_alias="a")),
    (_post("/key/delete"),),
    (_post("/key/update", max_budget=1),),
    (_key(key_alias="a"), _post("/key/update", key_alias="a", max_budget=7)),
    (_key(), _post("/key/regenerate", key=TOKEN)),
    (_key(), Step("POST", f"/key/{TOKEN}/regenerate", {})),
    (_key(), Step("GET", "/key/list", query={"size": "101"})),
    (_key(), Step("GET", "/key/list", query={"page": "0"})),
    (_key(), Step("GET", "/key/list", query={"page": "9"})),
    (_key(), Step("GET", "/key/list", query={"sort_by": "zz"})),
    (_key(), Step("GET", "/key/info", query={"key": "none"})),
    (_team(), _team()),
    (_team(), _key(team_id="t"), _post("/team/delete", team_ids=["t"])),
    (_post("/team/delete", team_ids=["none"]),),
    (_post("/team/block", team_id="none"),),
    (_team(), _post("/team/block", team_id="t")),
    (_post("/team/update", team_id="none", max_budget=1),),
    (Step("PATCH", "/team/none", {"max_budget": 1}),),
    (_team(), _member(max_budget_in_team=3), _member()),
    (_team(), _member(), _post("/team/member_delete", team_id="t", user_id="ana")),
    (_team(), _post("/team/member_delete", team_id="t", user_id="ana")),
    (_team(), _member(member={"role": "admin", "user_id": "ana"})),
    (_member(),),
    (
        _post("/user/new", user_id="ana", auto_create_key=False),
        _post("/user/new", user_id="ana", auto_create_key=False),
    ),
    (_post("/user/delete", user_ids=["none"]),),
    (Step("GET", "/user/info", query={"user_id": "none"}),),
    (_post("/customer/new", user_id="visitor", max_budget=1), _post("/customer/new", user_id="visitor")),
    (_post("/customer/update", user_id="none", max_budget=1),),
    (_post("/customer/delete", user_ids=["none"]),),
    (_post("/budget/new", budget_id="b", max_budget=1), _post("/budget/new", budget_id="b")),
    (_post("/budget/update", budget_id="none", max_budget=1),),
    (_post("/budget/delete", id="none"),),
    (_key(end_user_budget_id="none"),),
    (_key(metadata={"end_user_budget_id": "none"}),),
    (_BUDGET, _key(end_user_budget_id="b"), _update(end_user_budget_id="none")),
    *((_BUDGET, _key(end_user_budget_id="b", metadata={"a": 1}), *steps) for steps in USERS),
    (_post("/organization/new", organization_alias="o"),),
    (Step("GET", "/nowhere"),),
    *((_team(), _key(key_alias="a", **FULL), _post("/key/generate", key_alias="other"), _update(**b)) for b in UPDATES),
    *((_team(**_OLD), _change(**body)) for _OLD in [{"metadata": {"k": 2}, "max_budget": 9}] for body in TEAM_BODIES),
    *((_team(**_OLD), _patch(**body)) for _OLD in [{"metadata": {"k": 2}, "max_budget": 9}] for body in TEAM_BODIES),
]


def _empty(client: httpx2.Client) -> None:
    """Delete everything. A key whose metadata was cleared cannot be deleted before it has some again."""
    keys = client.get("/key/list", params={"size": "100"}).json()["keys"]
    teams = [team["team_id"] for team in client.get("/team/list").json()]
    users = [user["user_id"] for user in client.get("/user/list", params={"page_size": "100"}).json()["users"]]
    customers = [row["user_id"] for row in client.get("/customer/list").json()]
    if keys and client.post("/key/delete", json={"keys": keys}).status_code == 500:
        for key in keys:
            client.post("/key/update", json={"key": key, "metadata": {}})
        client.post("/key/delete", json={"keys": keys}).raise_for_status()
    for path, field, names in (
        ("/team/delete", "team_ids", teams),
        ("/user/delete", "user_ids", [name for name in users if name != "default_user_id"]),
        ("/customer/delete", "user_ids", customers),
    ):
        if names:
            client.post(path, json={field: names}).raise_for_status()
    for row in client.get("/budget/list").json():
        client.post("/budget/delete", json={"id": row["budget_id"]})


def _named(steps: tuple[Step, ...], value: str) -> tuple[Step, ...]:
    """The steps with a key's value and its hash filled in."""
    token = hashlib.sha256(value.encode()).hexdigest()

    def fill(text: str) -> str:
        return text.replace(VALUE, value).replace(TOKEN, token)

    return tuple(
        Step(step.method, fill(step.path), json.loads(fill(json.dumps(step.body))), step.query) for step in steps
    )


def _observed(client: httpx2.Client, steps: tuple[Step, ...], value: str, now: datetime) -> dict[str, Any]:
    """The statuses and errors of a case, and what can be read afterwards."""
    replies = [
        client.request(step.method, step.path, json=step.body, params=dict(step.query)) for step in _named(steps, value)
    ]
    info = client.get("/key/info", params={"key": value})
    team = client.get("/team/info", params={"team_id": "t"})
    full = client.get("/key/list", params={"size": "100", "return_full_object": "true"})
    listed = full.json()
    return {
        "statuses": [reply.status_code for reply in replies],
        "errors": [_error(reply) for reply in replies],
        "key": _read(info.json()["info"], READ, now) if info.status_code == 200 else None,
        "team": _read(team.json()["team_info"], TEAM_READ, now) if team.status_code == 200 else None,
        "limits": [
            row["litellm_budget_table"] and row["litellm_budget_table"]["max_budget"]
            for row in (team.json().get("team_memberships") or [])
            if row["user_id"] == "ana"
        ],
        "aliases": [row["key_alias"] for row in listed.get("keys", [])],
        "pages": (full.status_code, listed.get("total_count"), listed.get("total_pages")),
    }


def _error(reply: httpx2.Response) -> Any:
    """The kind of an error, and the shape it comes in: what an adapter can switch on."""
    body = reply.json()
    if reply.status_code < 400:
        return None
    return body["error"].get("type") if "error" in body else type(body["detail"]).__name__


def _read(row: Mapping[str, Any], names: list[str], now: datetime) -> dict[str, Any]:
    return {name: _near(name, row.get(name), now) for name in names}


def _near(name: str, value: Any, now: datetime) -> Any:
    # two servers are asked one after the other: moments that count from the request differ by that
    if name == "expires" and value:
        away = datetime.fromisoformat(value) - now
        return timedelta(minutes=round(away.total_seconds() / 60))
    return json.dumps(value, sort_keys=True).replace("+00:00", "Z")


@pytest.fixture(scope="module")
def real(live_litellm: LiveProxy) -> Iterator[httpx2.Client]:
    with live_litellm.client() as client:
        yield client


@pytest.mark.parametrize("steps", CASES, ids=[" ".join(f"{s.path} {s.body}" for s in case[-2:]) for case in CASES])
def test_the_fake_answers_as_the_real_one(real: httpx2.Client, steps: tuple[Step, ...]) -> None:
    """Same statuses, same kinds of error, same rows afterwards."""
    fake = LiteLLM()
    now, value = fake.clock(), f"sk-{uuid4().hex}"
    _empty(real)
    with fake.client(headers={"Authorization": f"Bearer {fake.master_key}"}) as client:
        assert _observed(client, steps, value, now) == _observed(real, steps, value, now)


ALLOWED: list[tuple[dict[str, Any], list[str], list[int]]] = [
    ({"models": ["gpt-4o-mini"]}, ["gpt-4o", "gpt-4o-mini"], [403, 200]),
    ({"rpm_limit": 1}, ["gpt-4o", "gpt-4o"], [200, 429]),
    ({"max_budget": 0.0}, ["gpt-4o"], [422]),
    ({"blocked": True}, ["gpt-4o"], [401]),
    ({"duration": "1s"}, ["gpt-4o"], [401]),
    ({}, ["gpt-4o"], [200]),
]


@pytest.mark.parametrize(("body", "models", "statuses"), ALLOWED, ids=[str(case[0]) for case in ALLOWED])
def test_both_enforce_alike(
    live_litellm: LiveProxy, real: httpx2.Client, body: dict[str, Any], models: list[str], statuses: list[int]
) -> None:
    """What is refused at call time, and with which status."""
    fake = LiteLLM()
    _empty(real)
    with fake.client(headers={"Authorization": f"Bearer {fake.master_key}"}) as client:
        keys = [admin.post("/key/generate", json=body).json()["key"] for admin in (client, real)]
    time.sleep(1.2 if "duration" in body else 0)
    far = httpx2.Client(base_url=live_litellm.url, timeout=60)
    for caller, key in zip((fake.client(), far), keys, strict=True):
        with caller:
            assert [_called(caller, key, model) for model in models] == statuses


def _called(client: httpx2.Client, key: str, model: str) -> int:
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
    headers = {"Authorization": f"Bearer {key}"}
    return client.post("/v1/chat/completions", json=body, headers=headers).status_code
