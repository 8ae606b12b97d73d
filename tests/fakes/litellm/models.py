"""The models that the proxy's own configuration serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes._wire import Reply, Request
from fakes.litellm._errors import detail
from fakes.litellm._route import routes

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()


@ROUTES.on("GET", "/model_group/info")
def groups(proxy: LiteLLM, request: Request) -> Reply:
    """One row for each public name."""
    rows = [{"model_group": name, "providers": ["openai"], "mode": "chat"} for name in proxy.models]
    return Reply.of(200, {"data": rows})


@ROUTES.on("GET", "/v2/model/info")
def info(proxy: LiteLLM, request: Request) -> Reply:
    """One row for each deployment."""
    rows = [_row(name) for name in proxy.models]
    paging = {"total_count": len(rows), "current_page": 1, "total_pages": 1, "size": 50}
    return Reply.of(200, {"data": rows, **paging})


def _row(name: str) -> dict[str, Any]:
    params = {"model": f"openai/{name}"}
    return {"model_name": name, "litellm_params": params, "model_info": {"id": f"id-{name}", "db_model": False}}


@ROUTES.on("GET", "/models")
@ROUTES.on("GET", "/v1/models")
def listed(proxy: LiteLLM, request: Request) -> Reply:
    """The names as an OpenAI client lists them."""
    rows = [{"id": name, "object": "model", "created": 1_677_610_602, "owned_by": "openai"} for name in proxy.models]
    return Reply.of(200, {"data": rows, "object": "list"})


@ROUTES.on("GET", "/organization/list")
@ROUTES.on("POST", "/organization/new")
def organizations(proxy: LiteLLM, request: Request) -> Reply:
    """Organisations need a licence."""
    raise detail(403, {"error": "Organizations are only available for LiteLLM Enterprise users."})
