"""Rate limits of a project, one row a model; a row is never reset, only written back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes._routes import Routes
from fakes._wire import Reply, Request
from fakes.openai_admin._errors import missing, refused
from fakes.openai_admin._route import Answer, page

if TYPE_CHECKING:
    from fakes.openai_admin._organization import OpenAIAdmin

_PATH = "/organization/projects/{project_id}/rate_limits"
_FIELDS = ("max_requests_per_1_minute", "max_tokens_per_1_minute")
ROUTES: Routes[Answer] = Routes()


def limits(organization: OpenAIAdmin, project: str, model: str) -> dict[str, Any]:
    """The row of a model: what was written, else what the organisation has."""
    bound = dict(zip(_FIELDS, organization.models[model], strict=True))
    blank = {"object": "project.rate_limit", "id": f"rl-{model}", "model": model, **bound}
    return {**blank, **(organization.tables.get("rates", f"{project}/{model}") or {})}


@ROUTES.on("GET", _PATH)
def listed(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """A page of rows, of the models that the organisation may use."""
    organization.project(project)
    return page(request, [limits(organization, project, model) for model in organization.models], default=100)


@ROUTES.on("POST", f"{_PATH}/{{rate_limit_id}}")
def update(organization: OpenAIAdmin, request: Request, project: str, name: str) -> Reply:
    """Change a row; more than the organisation has, or a limit that the model does not have, is 400."""
    organization.project(project, writing=True)
    model, body = name.removeprefix("rl-"), request.json() or {}
    if not name.startswith("rl-") or model not in organization.models:
        raise missing("Rate limit")
    bound = dict(zip(_FIELDS, organization.models[model], strict=True))
    for field, value in body.items():
        if field not in bound:
            raise refused(400, f"{field} is not available for {model}")
        if not 0 <= value <= bound[field]:
            raise refused(400, f"{field} must not exceed the limit of the organization", "rate_limit_exceeds_org")
    old = organization.tables.get("rates", f"{project}/{model}") or {}
    organization.tables.put("rates", f"{project}/{model}", {**old, **body})
    return Reply.of(200, limits(organization, project, model))
