"""The fake of OpenAI's Administration API keeps to its description and to what is known of its behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from fakes import Clock
from fakes.openai_admin import OpenAIAdmin

ADMIN = {"Authorization": "Bearer sk-admin-1234"}
LIMIT = {"threshold_amount": 100, "currency": "USD", "interval": "month"}
CHANNEL = {"type": "email", "recipients": ["ana@acme.example"], "subject_prefix": "[remit]"}


@pytest.fixture
def organization() -> OpenAIAdmin:
    return OpenAIAdmin(clock=Clock(datetime(2026, 11, 25, tzinfo=UTC)), cents=60)


@pytest.fixture
def admin(organization: OpenAIAdmin) -> Iterator[httpx2.Client]:
    with organization.client(headers=ADMIN, base_url="http://fake.test/v1/organization") as client:
        yield client


@pytest.fixture
def project(admin: httpx2.Client) -> str:
    return admin.post("/projects", json={"name": "managed/a"}).json()["id"]  # type: ignore[no-any-return]


def _account(admin: httpx2.Client, project: str, **body: Any) -> dict[str, Any]:
    return admin.post(f"/projects/{project}/service_accounts", json={"name": "a", **body}).json()  # type: ignore[no-any-return]


def _call(organization: OpenAIAdmin, value: str, model: str = "gpt-4o") -> httpx2.Response:
    with organization.client(headers={"Authorization": f"Bearer {value}"}) as client:
        return client.post("/v1/chat/completions", json={"model": model, "messages": []})


def test_projects_share_names_and_are_only_archived(admin: httpx2.Client, project: str) -> None:
    """A second project of a name is another; an archived one is listed on demand and takes no writes."""
    other = admin.post("/projects", json={"name": "managed/a"}).json()["id"]
    assert other != project
    assert admin.post(f"/projects/{other}/archive").json()["status"] == "archived"
    assert [row["id"] for row in admin.get("/projects").json()["data"]] == [project]
    everything = admin.get("/projects", params={"include_archived": "true"}).json()["data"]
    assert [row["id"] for row in everything] == [project, other]
    assert admin.post(f"/projects/{other}/service_accounts", json={"name": "x"}).status_code == 400


def test_lists_go_on_after_an_id(admin: httpx2.Client, project: str) -> None:
    """Pages chain by `after` until `has_more` is false."""
    names = [project, *(admin.post("/projects", json={"name": "n"}).json()["id"] for _ in range(4))]
    seen: list[str] = []
    more = True
    while more:
        query = {"limit": 2, **({"after": seen[-1]} if seen else {})}
        page = admin.get("/projects", params=query).json()
        seen += [row["id"] for row in page["data"]]
        more = page["has_more"]
    assert seen == names
    assert [admin.get("/projects", params=query).status_code for query in ({"limit": 0}, {"after": "x"})] == [400, 400]


def test_a_key_is_shown_once_and_expires_by_the_clock(
    organization: OpenAIAdmin, admin: httpx2.Client, project: str
) -> None:
    """The value is in the reply of its creation alone; the expiry counts from the request, and holds. An account
    that was made alone has no role, and its keys may do nothing."""
    account = _account(admin, project, create_service_account_only=True)
    assert account["api_key"] is None
    path = f"/projects/{project}/service_accounts/{account['id']}/api_keys"
    key = admin.post(path, json={"name": "remit:a:1", "expires_in_seconds": 60}).json()
    listed = admin.get(f"/projects/{project}/api_keys").json()["data"]
    assert [row["name"] for row in listed] == ["remit:a:1"]
    assert key["value"] not in str(listed)
    assert (account["role"], _call(organization, key["value"]).status_code) == (None, 403)
    admin.post(f"/projects/{project}/service_accounts/{account['id']}", json={"role": "member"})
    assert _call(organization, key["value"]).status_code == 200
    organization.clock.advance(seconds=30)
    moved = admin.post(f"/projects/{project}/api_keys/{key['id']}", json={"expires_in_seconds": 60}).json()
    assert moved["expires_at"] - key["expires_at"] == 30
    organization.clock.advance(seconds=60)
    assert _call(organization, key["value"]).status_code == 401
    assert admin.post(f"/projects/{project}/api_keys/{key['id']}", json={"scopes": []}).status_code == 400


def test_no_scopes_are_all_scopes(organization: OpenAIAdmin, admin: httpx2.Client, project: str) -> None:
    """An empty list of scopes lifts what a list had bounded."""
    account = _account(admin, project)
    path = f"/projects/{project}/service_accounts/{account['id']}/api_keys"
    key = admin.post(path, json={"scopes": ["api.all.read"]}).json()
    assert _call(organization, key["value"]).status_code == 403
    admin.post(f"/projects/{project}/api_keys/{key['id']}", json={"scopes": []})
    assert _call(organization, key["value"]).status_code == 200


def test_models_are_all_until_a_list_is_set(organization: OpenAIAdmin, admin: httpx2.Client, project: str) -> None:
    """Never set is 404; an unknown id stops the whole list; a list binds calls; deleted is never set."""
    path, value = f"/projects/{project}/model_permissions", _account(admin, project)["api_key"]["value"]
    assert admin.get(path).status_code == 404
    assert admin.post(path, json={"mode": "allow_list", "model_ids": ["gpt-4o", "gone"]}).status_code == 400
    assert admin.post(path, json={"mode": "allow_list", "model_ids": ["gpt-4o-mini"]}).status_code == 200
    assert [_call(organization, value, model).status_code for model in ("gpt-4o", "gpt-4o-mini")] == [403, 200]
    admin.delete(path)
    assert (admin.get(path).status_code, _call(organization, value).status_code) == (404, 200)


def test_rates_stay_within_those_of_the_organisation(
    organization: OpenAIAdmin, admin: httpx2.Client, project: str
) -> None:
    """A row for each model; more than the organisation has is refused; what is written binds calls."""
    value, path = _account(admin, project)["api_key"]["value"], f"/projects/{project}/rate_limits"
    assert [row["id"] for row in admin.get(path).json()["data"]] == ["rl-gpt-4o", "rl-gpt-4o-mini"]
    assert admin.post(f"{path}/rl-gpt-4o", json={"max_requests_per_1_minute": 501}).status_code == 400
    assert admin.post(f"{path}/rl-gpt-4o", json={"max_images_per_1_minute": 1}).status_code == 400
    assert admin.post(f"{path}/rl-gpt-4o", json={"max_requests_per_1_minute": 1}).status_code == 200
    assert [_call(organization, value).status_code for _ in range(2)] == [200, 429]
    assert admin.post(f"{path}/rl-none", json={}).status_code == 404


def test_money_is_in_cents(organization: OpenAIAdmin, admin: httpx2.Client, project: str) -> None:
    """A limit refuses once it is reached, says so, and is 404 where there is none."""
    value, path = _account(admin, project)["api_key"]["value"], f"/projects/{project}/spend_limit"
    assert admin.get(path).status_code == 404
    assert admin.post(path, json={**LIMIT, "threshold_amount": 1.5}).status_code == 400
    assert admin.post(path, json=LIMIT).json()["enforcement"] == {"status": "inactive"}
    replies = [_call(organization, value) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert replies[2].json()["error"]["code"] == "project_spend_limit_exceeded"
    assert admin.get(path).json()["enforcement"] == {"status": "enforcing"}
    assert (admin.delete(path).status_code, admin.delete(path).status_code) == (200, 404)


def test_alerts(admin: httpx2.Client, project: str) -> None:
    """Made, listed, replaced, removed."""
    path = f"/projects/{project}/spend_alerts"
    made = admin.post(path, json={**LIMIT, "notification_channel": CHANNEL}).json()
    assert admin.get(path).json()["data"] == [made]
    changed = {**LIMIT, "threshold_amount": 50, "notification_channel": CHANNEL}
    assert admin.post(f"{path}/{made['id']}", json=changed).json()["threshold_amount"] == 50
    assert admin.get(f"{path}/{made['id']}").json()["threshold_amount"] == 50
    assert admin.delete(f"{path}/{made['id']}").status_code == 200
    assert admin.get(path).json()["data"] == []


def test_only_an_admin_key_administers(organization: OpenAIAdmin, admin: httpx2.Client, project: str) -> None:
    """An ordinary key is refused with 403 here, an unknown one with 401, and the admin key is no key for calls."""
    value = _account(admin, project)["api_key"]["value"]
    for token, status in ((value, 403), ("sk-none", 401)):
        with organization.client(headers={"Authorization": f"Bearer {token}"}) as client:
            assert client.get("/v1/organization/projects").status_code == status
    assert _call(organization, "sk-admin-1234").status_code == 401


def test_revocation_is_final(organization: OpenAIAdmin, admin: httpx2.Client, project: str) -> None:
    """A deleted key, and the keys of a deleted account, are refused at once."""
    account = _account(admin, project)
    path = f"/projects/{project}/service_accounts/{account['id']}"
    second = admin.post(f"{path}/api_keys", json={}).json()
    assert admin.delete(f"/projects/{project}/api_keys/{account['api_key']['id']}").json()["deleted"] is True
    assert _call(organization, account["api_key"]["value"]).status_code == 401
    admin.delete(path)
    assert _call(organization, second["value"]).status_code == 401


def test_misuse_is_noted(organization: OpenAIAdmin, admin: httpx2.Client) -> None:
    """A misspelt field is refused and written down."""
    assert admin.post("/projects", json={"nmae": "x"}).status_code == 400
    assert organization.violations == ["POST /organization/projects: unknown name `nmae`"]
