"""Calls with keys of projects, held to what the projects allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.openai_admin._errors import missing, refused
from fakes.openai_admin.rates import limits

if TYPE_CHECKING:
    from fakes.openai_admin._organization import OpenAIAdmin

_TOKENS = 150
_WRITES = frozenset({"api.all", "api.all.write", "api.model.request", "model.request"})


def answered(organization: OpenAIAdmin, request: Request) -> Reply:
    """`GET /models` and `POST /chat/completions`; everything else is 404."""
    if (request.method, request.path) == ("GET", "/models"):
        _authentic(organization, request.bearer)
        rows = [{"id": name, "object": "model", "created": 0, "owned_by": "openai"} for name in organization.models]
        return Reply.of(200, {"object": "list", "data": rows})
    if (request.method, request.path) == ("POST", "/chat/completions"):
        return _complete(organization, request)
    raise missing("Path")


def _complete(organization: OpenAIAdmin, request: Request) -> Reply:
    key, model = _authentic(organization, request.bearer), request.json()["model"]
    account = organization.tables.get("accounts", key["account"])
    if account is None or account["role"] is None:
        raise refused(403, "The service account has no role in the project.", "insufficient_permissions")
    if key["scopes"] and not _WRITES & set(key["scopes"]):
        raise refused(403, "You have insufficient permissions for this operation.", "missing_scope")
    _allowed(organization, key["project"], model)
    _affordable(organization, key["project"])
    _paced(organization, key["project"], model)
    organization.tables.change("keys", key["id"], last_used_at=organization.now())
    organization.spent[key["project"]] = organization.spent.get(key["project"], 0.0) + organization.cents
    return Reply.of(200, _completion(model))


def _authentic(organization: OpenAIAdmin, token: str) -> Row:
    found = next((row for _, row in organization.tables.rows("keys") if row["value"] == token), None)
    expired = found and found["expires_at"] is not None and found["expires_at"] <= organization.now()
    if found is None or expired or organization.project(found["project"])["status"] == "archived":
        raise refused(401, "Incorrect API key provided.", "invalid_api_key")
    return found


def _allowed(organization: OpenAIAdmin, project: str, model: str) -> None:
    row = organization.tables.get("permissions", project)
    listed = row is not None and model in row["model_ids"]
    denied = row is not None and listed != (row["mode"] == "allow_list")
    if model not in organization.models:
        raise refused(404, f"The model `{model}` does not exist", "model_not_found")
    if denied:
        raise refused(403, f"Project does not have access to model `{model}`", "model_not_found")


def _affordable(organization: OpenAIAdmin, project: str) -> None:
    row = organization.tables.get("limits", project)
    if row is not None and organization.spent.get(project, 0.0) >= row["threshold_amount"]:
        raise refused(429, "The project has reached its spend limit.", "project_spend_limit_exceeded")


def _paced(organization: OpenAIAdmin, project: str, model: str) -> None:
    now, name, row = organization.clock().timestamp(), f"{project}/{model}", limits(organization, project, model)
    recent = [call for call in organization.calls.get(name, []) if call[0] > now - 60]
    spent = sum(tokens for _, tokens in recent)
    if len(recent) >= row["max_requests_per_1_minute"] or spent >= row["max_tokens_per_1_minute"]:
        refusal = refused(429, "Rate limit reached", "rate_limit_exceeded", "requests")
        refusal.reply = refusal.reply.also({"retry-after": "60"})
        raise refusal
    organization.calls[name] = [*recent, (now, _TOKENS)]


def _completion(model: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": "hi there"}
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": _TOKENS}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return {"id": "chatcmpl-x", "created": 0, "object": "chat.completion", "model": model, "choices": choices} | {
        "usage": usage
    }
