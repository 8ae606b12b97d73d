"""The fake of LiteLLM keeps state as the real proxy was measured to keep it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from fakes import Clock
from fakes.litellm import LiteLLM

MASTER = {"Authorization": "Bearer sk-master-1234"}
VALUE = "sk-0123456789abcdefgh"
START = datetime(2026, 11, 25, 16, 13, 34, tzinfo=UTC)


@pytest.fixture
def proxy() -> LiteLLM:
    return LiteLLM(clock=Clock(START), models={"gpt-4o": 0.5, "gpt-4o-mini": 0.0})


@pytest.fixture
def admin(proxy: LiteLLM) -> Iterator[httpx2.Client]:
    with proxy.client(headers=MASTER) as client:
        yield client


def _made(admin: httpx2.Client, **body: Any) -> dict[str, Any]:
    reply = admin.post("/key/generate", json={"key": VALUE, **body})
    assert reply.status_code == 200, reply.text
    return reply.json()  # type: ignore[no-any-return]


def _info(admin: httpx2.Client, token: str) -> dict[str, Any]:
    return admin.get("/key/info", params={"key": token}).json()["info"]  # type: ignore[no-any-return]


def _call(proxy: LiteLLM, model: str = "gpt-4o", key: str = VALUE, **body: Any) -> httpx2.Response:
    with proxy.client(headers={"Authorization": f"Bearer {key}"}) as client:
        return client.post("/v1/chat/completions", json={"model": model, "messages": [], **body})


UPDATES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"max_budget": None}, {"max_budget": None, "rpm_limit": 10}),
    ({"budget_duration": None}, {"budget_duration": None, "budget_reset_at": None}),
    ({"duration": None}, {"expires": None}),
    ({"duration": "-1"}, {"expires": None}),
    ({"duration": "1h"}, {"expires": "2026-11-25T17:13:34+00:00"}),
    ({"model_rpm_limit": None}, {"metadata": {"ours": 1, "model_rpm_limit": {"gpt-4o": 3}}}),
    ({"model_rpm_limit": {}}, {"metadata": {"ours": 1, "model_rpm_limit": {}}}),
    ({"metadata": {"b": 1}}, {"metadata": {"b": 1}}),
    ({"metadata": {"b": 1}, "model_rpm_limit": {"x": 1}}, {"metadata": {"b": 1, "model_rpm_limit": {"x": 1}}}),
    ({"metadata": None}, {"metadata": None}),
    ({"models": []}, {"models": []}),
    ({"budget_duration": "7d"}, {"budget_duration": "7d", "budget_reset_at": "2026-11-30T00:00:00+00:00"}),
    ({"budget_limits": []}, {"budget_limits": None}),
]


@pytest.mark.parametrize(("body", "after"), UPDATES, ids=[str(body) for body, _ in UPDATES])
def test_absent_null_and_empty_are_three_values(
    admin: httpx2.Client, body: dict[str, Any], after: dict[str, Any]
) -> None:
    """What an update leaves in each family of fields."""
    made = _made(
        admin,
        models=["gpt-4o"],
        max_budget=5,
        rpm_limit=10,
        duration="30d",
        budget_duration="30d",
        metadata={"ours": 1},
        model_rpm_limit={"gpt-4o": 3},
        budget_limits=[{"budget_duration": "1d", "max_budget": 3}],
    )
    before = _info(admin, made["token"])
    assert admin.post("/key/update", json={"key": made["token"], **body}).status_code == 200
    info = _info(admin, made["token"])
    expected = {**before, **after}
    for moment in ("updated_at", "settings_updated_at"):
        expected[moment] = info[moment]
    assert info == expected


REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("POST", "/key/generate", {"key_alias": "taken"}, 400),
    ("POST", "/key/generate", {"key": "short"}, 400),
    ("POST", "/key/generate", {"max_budget": -1}, 400),
    ("POST", "/key/generate", {"duration": "zz"}, 500),
    ("POST", "/key/generate", {"tags": ["a"]}, 403),
    ("POST", "/key/generate", {"model_max_budget": {"m": {"max_budget": 1, "budget_duration": "1d"}}}, 500),
    ("POST", "/key/service-account/generate", {"key_alias": "x"}, 400),
    ("POST", "/key/update", {"key": VALUE, "duration": "zz"}, 400),
    ("POST", "/key/update", {"key": VALUE, "models": None}, 400),
    ("POST", "/key/update", {"key": VALUE, "team_id": "none"}, 404),
    ("POST", "/key/update", {"key": "deadbeef"}, 404),
    ("POST", "/key/update", {"max_budget": 1}, 422),
    ("POST", "/key/update", {"key": VALUE, "zzz": 1}, 422),
    ("POST", "/key/block", {"key": "deadbeef"}, 400),
    ("POST", "/key/delete", {"keys": ["deadbeef"]}, 404),
    ("POST", "/key/regenerate", {"key": VALUE}, 500),
    ("POST", "/team/new", {"team_id": "t"}, 400),
    ("POST", "/team/update", {"team_id": "none"}, 404),
    ("POST", "/team/update", {"team_id": "t", "model_rpm_limit": None}, 500),
    ("POST", "/team/member_add", {"team_id": "t", "member": {"role": "admin", "user_id": "u"}}, 400),
    ("POST", "/organization/new", {"organization_alias": "x"}, 403),
    ("POST", "/nowhere", {}, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSED, ids=[f"{c[1]} {c[2]}" for c in REFUSED])
def test_refusals(admin: httpx2.Client, method: str, path: str, body: dict[str, Any], status: int) -> None:
    """Refused with the status that the real proxy was measured to give."""
    _made(admin, key_alias="taken")
    admin.post("/team/new", json={"team_id": "t"})
    assert admin.request(method, path, json=body).status_code == status


def test_an_existing_value_is_answered_and_changes_nothing(proxy: LiteLLM, admin: httpx2.Client) -> None:
    """Generating twice with one value keeps the first row."""
    token = _made(admin, key_alias="a", max_budget=1)["token"]
    assert _made(admin, key_alias="b", max_budget=2)["max_budget"] == 2
    assert (_info(admin, token)["key_alias"], _info(admin, token)["max_budget"]) == ("a", 1)
    assert [entry.effects for entry in proxy.journal.of("POST", "/key/generate")] == [1, 0]


def test_lists_are_paged_newest_first(admin: httpx2.Client) -> None:
    """Pages of at most 100, and one alias found exactly."""
    for number in range(5):
        admin.post("/key/generate", json={"key_alias": f"k{number}"})
    full = {"return_full_object": "true"}
    pages = [admin.get("/key/list", params={"page": page, "size": 2, **full}).json() for page in (1, 2, 3)]
    assert [[row["key_alias"] for row in page["keys"]] for page in pages] == [["k4", "k3"], ["k2", "k1"], ["k0"]]
    assert (pages[0]["total_count"], pages[0]["total_pages"]) == (5, 3)
    assert admin.get("/key/list", params={"key_alias": "k1"}).json()["total_count"] == 1
    assert admin.get("/key/list", params={"size": 101}).status_code == 422


def test_a_key_without_metadata_is_in_the_way(admin: httpx2.Client) -> None:
    """Null metadata fails the full list and the deletion; any further update mends it."""
    token = _made(admin)["token"]
    admin.post("/key/update", json={"key": token, "metadata": None, "model_rpm_limit": {"gpt-4o": 1}})
    full = {"return_full_object": "true"}
    replies = [admin.get("/key/list", params=full), admin.post("/key/delete", json={"keys": [token]})]
    assert [reply.status_code for reply in replies] == [500, 500]
    assert admin.get("/key/list").json()["keys"] == [token]
    admin.post("/key/update", json={"key": token, "max_budget": 1})
    assert admin.post("/key/delete", json={"keys": [token]}).json() == {"deleted_keys": [token]}


def test_enforcement(proxy: LiteLLM, admin: httpx2.Client) -> None:
    """Model 403, rate 429, money 422, and 401 for keys that are blocked, expired, gone or unknown."""
    token = _made(admin, models=["gpt-4o"], rpm_limit=2, max_budget=1.0, duration="1h")["token"]
    assert [_call(proxy, model).status_code for model in ("gpt-4o-mini", "gpt-4o", "gpt-4o", "gpt-4o")] == [
        403,
        200,
        200,
        422,
    ]
    admin.post("/key/update", json={"key": token, "max_budget": None})
    assert _call(proxy).headers["retry-after"] == "60"
    proxy.clock.advance(seconds=61)
    assert _call(proxy).status_code == 200
    admin.post("/key/block", json={"key": token})
    assert _call(proxy).status_code == 401
    admin.post("/key/unblock", json={"key": token})
    proxy.clock.advance(hours=1)
    assert _call(proxy).json()["error"]["type"] == "expired_key"
    admin.post("/key/delete", json={"keys": [token]})
    assert _call(proxy).json()["error"]["type"] == "token_not_found_in_db"
    assert _info(admin, token)["status"] == "deleted"


def test_a_team_bounds_its_keys_and_takes_them_along(proxy: LiteLLM, admin: httpx2.Client) -> None:
    """Models of the team bind, a blocked team refuses, a deleted one kills its keys."""
    admin.post("/team/new", json={"team_id": "t", "models": ["gpt-4o-mini"]})
    token = _made(admin, team_id="t")["token"]
    assert [_call(proxy, model).status_code for model in ("gpt-4o", "gpt-4o-mini")] == [403, 200]
    admin.post("/team/block", json={"team_id": "t"})
    assert _call(proxy, "gpt-4o-mini").status_code == 401
    assert admin.post("/team/delete", json={"team_ids": ["t"]}).json() == {"deleted_teams": ["t"]}
    assert (_info(admin, token)["status"], admin.get("/key/list").json()["total_count"]) == ("deleted", 0)


def test_a_patch_merges_the_metadata_of_a_team(admin: httpx2.Client) -> None:
    """PATCH merges and deletes by null; POST /team/update replaces."""
    admin.post("/team/new", json={"team_id": "t", "metadata": {"k": 2}})
    admin.patch("/team/t", json={"metadata": {"a": 1, "b": {"c": 1}}})
    row = admin.patch("/team/t", json={"metadata": {"a": None, "b": {"d": 2}}}).json()
    assert row["metadata"] == {"k": 2, "b": {"c": 1, "d": 2}}
    assert admin.post("/team/update", json={"team_id": "t", "metadata": {"n": 1}}).json()["data"]["metadata"] == {
        "n": 1
    }


def test_people_have_limits(proxy: LiteLLM, admin: httpx2.Client) -> None:
    """Members, users and end users carry limits, and those of an end user bind calls that name it."""
    admin.post("/team/new", json={"team_id": "t"})
    member = {"team_id": "t", "member": {"role": "user", "user_id": "ana"}, "max_budget_in_team": 3}
    assert admin.post("/team/member_add", json=member).status_code == 200
    assert admin.post("/team/member_add", json=member).json()["error"]["type"] == "team_member_already_in_team"
    admin.post("/team/member_update", json={"team_id": "t", "user_id": "ana", "rpm_limit": 2})
    limits = admin.get("/team/info", params={"team_id": "t"}).json()["team_memberships"][0]["litellm_budget_table"]
    assert (limits["max_budget"], limits["rpm_limit"]) == (3, 2)
    assert admin.post("/user/update", json={"user_id": "ana", "max_budget": 4, "models": []}).status_code == 200
    assert admin.get("/user/info", params={"user_id": "ana"}).json()["user_info"]["max_budget"] == 4
    admin.post("/customer/new", json={"user_id": "visitor", "max_budget": 0.5})
    _made(admin)
    assert [_call(proxy, user="visitor").status_code for _ in range(2)] == [200, 422]


def test_only_the_master_key_administers(proxy: LiteLLM, admin: httpx2.Client) -> None:
    """No key, an unknown key, and a virtual key are refused on admin routes."""
    _made(admin)
    for headers in ({}, {"Authorization": "Bearer sk-wrong"}, {"Authorization": f"Bearer {VALUE}"}):
        with proxy.client(headers=headers) as client:
            assert client.get("/key/list").status_code == 401
            assert client.get("/health/readiness").status_code == 200


def test_misuse_is_noted(proxy: LiteLLM, admin: httpx2.Client) -> None:
    """A misspelt field is refused and written down, although the real proxy swallows it."""
    admin.post("/key/generate", json={"max_bugdet": 3})
    assert proxy.violations == ["POST /key/generate: unknown name `max_bugdet`"]


LIVES: list[tuple[str, dict[str, Any], list[tuple[str, str, dict[str, Any], int]]]] = [
    (
        "/budget/new",
        {"budget_id": "b", "max_budget": 1, "budget_duration": "1d"},
        [
            ("POST", "/budget/new", {"budget_id": "b"}, 400),
            ("POST", "/budget/update", {"budget_id": "b", "max_budget": None}, 200),
            ("POST", "/budget/info", {"budgets": ["b", "none"]}, 200),
            ("GET", "/budget/list", {}, 200),
            ("POST", "/budget/delete", {"id": "b"}, 200),
        ],
    ),
    (
        "/customer/new",
        {"user_id": "c", "max_budget": 1},
        [
            ("POST", "/customer/new", {"user_id": "c"}, 400),
            ("POST", "/customer/update", {"user_id": "c", "max_budget": 2}, 200),
            ("POST", "/customer/update", {"user_id": "none"}, 404),
            ("GET", "/customer/info", {"end_user_id": "c"}, 200),
            ("GET", "/customer/list", {}, 200),
            ("POST", "/customer/block", {"user_ids": ["c"]}, 200),
            ("POST", "/customer/unblock", {"user_ids": ["c"]}, 200),
            ("POST", "/customer/delete", {"user_ids": ["c"]}, 200),
            ("POST", "/customer/delete", {"user_ids": ["c"]}, 404),
        ],
    ),
    (
        "/user/new",
        {"user_id": "u", "max_budget": 1, "budget_duration": "1mo", "auto_create_key": False},
        [
            ("POST", "/user/new", {"user_id": "u", "auto_create_key": False}, 409),
            ("GET", "/v2/user/info", {"user_id": "u"}, 200),
            ("GET", "/user/list", {"user_ids": "u"}, 200),
            ("GET", "/user/info", {"user_id": "none"}, 404),
            ("POST", "/user/delete", {"user_ids": ["u"]}, 200),
            ("POST", "/user/delete", {"user_ids": ["u"]}, 404),
        ],
    ),
    (
        "/team/new",
        {"team_id": "t", "members_with_roles": [{"role": "user", "user_id": "u"}]},
        [
            ("GET", "/v2/team/list", {"team_id": "t"}, 200),
            ("GET", "/team/list", {}, 200),
            ("GET", "/team/info", {"team_id": "none"}, 404),
            ("POST", "/team/member_delete", {"team_id": "t", "user_id": "u"}, 200),
            ("POST", "/team/member_delete", {"team_id": "t", "user_id": "u"}, 400),
            ("POST", "/team/member_delete", {"team_id": "none", "user_id": "u"}, 404),
            ("POST", "/team/unblock", {"team_id": "t"}, 200),
            ("POST", "/team/block", {"team_id": "none"}, 404),
        ],
    ),
    (
        "/key/generate",
        {"key": VALUE, "key_alias": "k", "soft_budget": 1, "budget_duration": "30m"},
        [
            ("GET", "/health/license", {}, 200),
            ("GET", "/health/liveliness", {}, 200),
            ("GET", "/health/readiness/details", {}, 200),
            ("GET", "/openapi.json", {}, 200),
            ("GET", "/models", {}, 200),
            ("GET", "/v2/model/info", {}, 200),
            ("GET", "/model_group/info", {}, 200),
            ("GET", "/key/aliases", {}, 200),
            ("GET", "/key/info", {"key": "none"}, 404),
            ("GET", "/key/list", {"sort_by": "created_at", "sort_order": "asc"}, 200),
            ("GET", "/key/list", {"sort_by": "zz"}, 400),
            ("POST", "/key/update", {"key_alias": "k", "soft_budget": None}, 200),
            ("POST", "/key/block", {"key": "0" * 64}, 404),
            ("POST", f"/key/{VALUE}/regenerate", {}, 500),
            ("POST", "/key/delete", {}, 422),
            ("POST", "/key/delete", {"key_aliases": ["k"]}, 200),
        ],
    ),
]


@pytest.mark.parametrize(("path", "body", "steps"), LIVES, ids=[case[0] for case in LIVES])
def test_a_life(
    admin: httpx2.Client, path: str, body: dict[str, Any], steps: list[tuple[str, str, dict[str, Any], int]]
) -> None:
    """Made, read, changed, and removed, with the statuses of the real proxy."""
    assert admin.post(path, json=body).status_code == 200
    for method, where, given, status in steps:
        sent: dict[str, Any] = {"params": given} if method == "GET" else {"json": given}
        assert (where, admin.request(method, where, **sent).status_code) == (where, status)


def test_a_licence_opens_rotation(proxy: LiteLLM) -> None:
    """A licensed proxy gives a key a new value and keeps its alias."""
    licensed = LiteLLM(licensed=True)
    with licensed.client(headers=MASTER) as admin:
        before = _made(admin, key_alias="a", tags=["t"])
        after = admin.post("/key/regenerate", json={"key": before["token"]}).json()
        assert (after["key_alias"], after["key"] != before["key"]) == ("a", True)
        assert [row["token"] for _, row in licensed.tables.rows("keys")] == [after["token"]]
