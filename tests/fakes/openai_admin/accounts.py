"""Service accounts of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakes._routes import Routes
from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.openai_admin._errors import missing, refused
from fakes.openai_admin._route import Answer, page
from fakes.openai_admin.keys import issued

if TYPE_CHECKING:
    from fakes.openai_admin._organization import OpenAIAdmin

_PATH = "/organization/projects/{project_id}/service_accounts"
ROUTES: Routes[Answer] = Routes()


@ROUTES.on("POST", _PATH)
def create(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """Make one, with a role and a first key unless only the account is asked for."""
    organization.project(project, writing=True)
    body, name = request.json() or {}, organization.name("svc_acct")
    if not body.get("name"):
        raise refused(400, "name is required")
    row = {"id": name, "object": "organization.project.service_account", "name": body["name"]}
    row["role"] = None if body.get("create_service_account_only") else "member"
    account = organization.tables.put("accounts", name, {**row, "created_at": organization.now(), "project": project})
    key = None if body.get("create_service_account_only") else issued(organization, account, body)
    return Reply.of(200, {**_shown(account), "api_key": key})


def _shown(row: Row) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "project"}


@ROUTES.on("GET", _PATH)
def listed(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """A page of them."""
    organization.project(project)
    rows = [_shown(row) for _, row in organization.tables.rows("accounts") if row["project"] == project]
    return page(request, rows)


def _present(organization: OpenAIAdmin, project: str, account: str) -> Row:
    row = organization.tables.get("accounts", account)
    if row is None or row["project"] != project:
        raise missing("Service account")
    return row


@ROUTES.on("GET", f"{_PATH}/{{service_account_id}}")
def one(organization: OpenAIAdmin, request: Request, project: str, account: str) -> Reply:
    """One by its id."""
    return Reply.of(200, _shown(_present(organization, project, account)))


@ROUTES.on("POST", f"{_PATH}/{{service_account_id}}")
def update(organization: OpenAIAdmin, request: Request, project: str, account: str) -> Reply:
    """Rename one, or give it another role."""
    _present(organization, project, account)
    return Reply.of(200, _shown(organization.tables.change("accounts", account, **request.json())))


@ROUTES.on("DELETE", f"{_PATH}/{{service_account_id}}")
def delete(organization: OpenAIAdmin, request: Request, project: str, account: str) -> Reply:
    """Delete one with its keys."""
    _present(organization, project, account)
    for name, key in organization.tables.rows("keys"):
        if key["account"] == account:
            organization.tables.remove("keys", name)
    organization.tables.remove("accounts", account)
    kind = "organization.project.service_account.deleted"
    return Reply.of(200, {"object": kind, "id": account, "deleted": True})


@ROUTES.on("POST", f"{_PATH}/{{service_account_id}}/api_keys")
def issue(organization: OpenAIAdmin, request: Request, project: str, account: str) -> Reply:
    """Make one more key of an account."""
    organization.project(project, writing=True)
    return Reply.of(200, issued(organization, _present(organization, project, account), request.json() or {}))
