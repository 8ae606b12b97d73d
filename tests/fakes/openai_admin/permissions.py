"""Which models a project may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakes._routes import Routes
from fakes._wire import Reply, Request
from fakes.openai_admin._errors import missing, refused
from fakes.openai_admin._route import Answer

if TYPE_CHECKING:
    from fakes.openai_admin._organization import OpenAIAdmin

_PATH = "/organization/projects/{project_id}/model_permissions"
ROUTES: Routes[Answer] = Routes()


@ROUTES.on("GET", _PATH)
def get(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """What was set. Never set is 404, and allows everything."""
    organization.project(project)
    row = organization.tables.get("permissions", project)
    if row is None:
        raise missing("Model permissions")
    return Reply.of(200, dict(row))


@ROUTES.on("POST", _PATH)
def replace(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """Replace all of it; one unknown model stops all of it."""
    organization.project(project, writing=True)
    body = request.json()
    unknown = sorted(set(body["model_ids"]) - set(organization.models))
    if unknown:
        raise refused(400, f"Unknown model ids: {', '.join(unknown)}", "model_not_found")
    row = {"object": "project.model_permissions", "mode": body["mode"], "model_ids": body["model_ids"]}
    return Reply.of(200, dict(organization.tables.put("permissions", project, row)))


@ROUTES.on("DELETE", _PATH)
def delete(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """Back to everything."""
    organization.project(project, writing=True)
    if organization.tables.get("permissions", project) is not None:
        organization.tables.remove("permissions", project)
    return Reply.of(200, {"object": "project.model_permissions.deleted", "deleted": True})
