"""Keys of projects: shown once, never disabled, only deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakes._routes import Routes
from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.openai_admin._errors import missing, refused
from fakes.openai_admin._route import Answer, page

if TYPE_CHECKING:
    from fakes.openai_admin._organization import OpenAIAdmin

_PATH = "/organization/projects/{project_id}/api_keys"
ROUTES: Routes[Answer] = Routes()


def issued(organization: OpenAIAdmin, account: Row, body: Mapping[str, Any]) -> dict[str, Any]:
    """A new key of an account with its value. No scopes and `[]` are the same: everything is allowed."""
    name, now = organization.name("key"), organization.now()
    row = {
        "id": name,
        "name": body.get("name") or "Secret Key",
        "value": f"sk-svcacct-{name}-0123456789abcdef",
        "created_at": now,
        "expires_at": _expiry(organization, body),
        "last_used_at": None,
        "scopes": body.get("scopes") or [],
        "account": account["id"],
        "project": account["project"],
    }
    organization.tables.put("keys", name, row)
    shown = ("id", "name", "value", "created_at", "expires_at")
    return {"object": "organization.project.service_account.api_key", **{field: row[field] for field in shown}}


def _expiry(organization: OpenAIAdmin, body: Mapping[str, Any]) -> int | None:
    seconds = body.get("expires_in_seconds")
    if seconds is not None and seconds <= 0:
        raise refused(400, "expires_in_seconds must be positive")
    return None if seconds is None else organization.now() + seconds


def _shown(organization: OpenAIAdmin, row: Row) -> dict[str, Any]:
    account = organization.tables.get("accounts", row["account"]) or {}
    owner = {name: account.get(name) for name in ("id", "name", "role", "created_at")}
    shown = ("id", "name", "created_at", "last_used_at", "expires_at")
    return {
        "object": "organization.project.api_key",
        **{name: row[name] for name in shown},
        "redacted_value": f"sk-svc…{row['value'][-4:]}",
        "owner": {"type": "service_account", "service_account": owner},
        "owner_project_access": "active",
    }


@ROUTES.on("GET", _PATH)
def listed(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """A page of them, without values and without scopes."""
    organization.project(project)
    rows = (row for _, row in organization.tables.rows("keys") if row["project"] == project)
    wanted = request.query.get("owner_project_access", "active")
    return page(request, [_shown(organization, row) for row in rows if wanted != "inactive"])


def _present(organization: OpenAIAdmin, project: str, key: str) -> Row:
    row = organization.tables.get("keys", key)
    if row is None or row["project"] != project:
        raise missing("API key")
    return row


@ROUTES.on("GET", f"{_PATH}/{{api_key_id}}")
def one(organization: OpenAIAdmin, request: Request, project: str, key: str) -> Reply:
    """One by its id."""
    return Reply.of(200, _shown(organization, _present(organization, project, key)))


@ROUTES.on("POST", f"{_PATH}/{{api_key_id}}")
def update(organization: OpenAIAdmin, request: Request, project: str, key: str) -> Reply:
    """Replace scopes, or set the expiry from now. An expired key cannot be changed, an expiry not taken back."""
    row, body = _present(organization, project, key), request.json() or {}
    if row["expires_at"] is not None and row["expires_at"] <= organization.now():
        raise refused(400, "Expired API keys cannot be updated", "api_key_expired")
    given: dict[str, Any] = {"scopes": body["scopes"]} if "scopes" in body else {}
    if "expires_in_seconds" in body:
        given["expires_at"] = _expiry(organization, body)
    return Reply.of(200, _shown(organization, organization.tables.change("keys", key, **given)))


@ROUTES.on("DELETE", f"{_PATH}/{{api_key_id}}")
def delete(organization: OpenAIAdmin, request: Request, project: str, key: str) -> Reply:
    """Revoke one at once and for good."""
    _present(organization, project, key)
    organization.tables.remove("keys", key)
    return Reply.of(200, {"object": "organization.project.api_key.deleted", "id": key, "deleted": True})
