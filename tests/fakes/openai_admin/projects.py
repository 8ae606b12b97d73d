"""Projects: their names are not unique, and none is ever deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakes._routes import Routes
from fakes._wire import Reply, Request
from fakes.openai_admin._errors import refused
from fakes.openai_admin._route import Answer, page

if TYPE_CHECKING:
    from fakes.openai_admin._organization import OpenAIAdmin

ROUTES: Routes[Answer] = Routes()


@ROUTES.on("POST", "/organization/projects")
def create(organization: OpenAIAdmin, request: Request) -> Reply:
    """Make one; a second one of the same name is another one."""
    body, name = request.json() or {}, organization.name("proj")
    if not body.get("name"):
        raise refused(400, "name is required")
    blank = {"id": name, "object": "organization.project", "created_at": organization.now(), "archived_at": None}
    given = {field: body.get(field) for field in ("name", "external_key_id", "residency")}
    return Reply.of(200, dict(organization.tables.put("projects", name, {**blank, "status": "active", **given})))


@ROUTES.on("GET", "/organization/projects")
def listed(organization: OpenAIAdmin, request: Request) -> Reply:
    """A page of them; archived ones on demand."""
    archived = request.query.get("include_archived") == "true"
    rows = (dict(row) for _, row in organization.tables.rows("projects"))
    return page(request, [row for row in rows if archived or row["status"] == "active"])


@ROUTES.on("GET", "/organization/projects/{project_id}")
def one(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """One by its id."""
    return Reply.of(200, dict(organization.project(project)))


@ROUTES.on("POST", "/organization/projects/{project_id}")
def update(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """Rename one."""
    organization.project(project, writing=True)
    return Reply.of(200, dict(organization.tables.change("projects", project, **request.json())))


@ROUTES.on("POST", "/organization/projects/{project_id}/archive")
def archive(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """Close one for good; its keys are refused from then on."""
    organization.project(project, writing=True)
    changed = organization.tables.change("projects", project, status="archived", archived_at=organization.now())
    return Reply.of(200, dict(changed))
