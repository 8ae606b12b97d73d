"""Calls to models, held to what the keys allow."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm._errors import Refusal, error
from fakes.litellm._route import routes

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()
_TOKENS = 150
_ANY = frozenset({"all-proxy-models", "*"})


@ROUTES.on("POST", "/v1/chat/completions")
def complete(proxy: LiteLLM, request: Request) -> Reply:
    """Answer a call, or refuse it: 401 for the key, 403 for the model, 422 for money, 429 for the rate."""
    body, headers = request.json() or {}, {"x-litellm-version": proxy.version}
    if request.bearer != proxy.master_key:
        headers |= _admitted(proxy, request.bearer, body)
    return Reply.of(200, _answer(body["model"])).also(headers)


def _admitted(proxy: LiteLLM, token: str, body: Mapping[str, Any]) -> dict[str, str]:
    row = _authentic(proxy, token)
    team = proxy.tables.get("teams", row["team_id"] or "")
    _model(row, team, body["model"])
    user = body.get("user")
    _money(proxy, row, team, user)
    _rate(proxy, row["token"], "api_key", row)
    if team:
        _rate(proxy, team["team_id"], "team", team)
    limits = _user_limits(proxy, row, user)
    if user and limits:
        _rate(proxy, user, "end_user", limits)
    proxy.charge(token, proxy.models.get(body["model"], 0.0), user=user)
    spent = (proxy.key(token) or row)["spend"]
    return {"x-litellm-key-spend": str(spent)}


def unknown(token: str) -> Refusal:
    """The refusal of a key that is not there."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    message = f"Authentication Error, Invalid proxy server token passed. Key Hash (Token) ={digest}."
    return error(401, message, "token_not_found_in_db", "key")


def _authentic(proxy: LiteLLM, token: str) -> Row:
    row = proxy.key(token) if token.startswith("sk-") else None
    if row is None:
        raise unknown(token)
    team = proxy.tables.get("teams", row["team_id"] or "")
    if row["blocked"] or (team and team["blocked"]):
        raise error(401, "Authentication Error, Key is blocked.", "auth_error", "None")
    if row["expires"] and row["expires"] <= proxy.clock():
        raise error(401, "Authentication Error - Expired Key.", "expired_key", row["key_name"])
    return row


def _model(row: Row, team: Row | None, model: str) -> None:
    team_models = team["models"] if team else []
    own = team_models if "all-team-models" in row["models"] else row["models"]
    for kind, allowed in (("key", own), ("team", team_models)):
        if allowed and model not in allowed and not _ANY & set(allowed):
            message = f"The requested model '{model}' is not available for this API key."
            raise error(403, message, f"{kind}_model_access_denied", "model")


def _money(proxy: LiteLLM, row: Row, team: Row | None, user: str | None) -> None:
    owner = proxy.tables.get("users", row["user_id"] or "")
    for holder in (row, team, owner, _customer(proxy, user)):
        if holder and holder.get("max_budget") is not None and holder["spend"] >= holder["max_budget"]:
            message = f"Budget has been exceeded! Current cost: {holder['spend']}, Max budget: {holder['max_budget']}"
            raise error(422, message, "budget_exceeded")


def _customer(proxy: LiteLLM, user: str | None) -> dict[str, Any] | None:
    row = proxy.tables.get("customers", user or "")
    if row is None:
        return None
    if row["blocked"]:
        raise error(400, f"User blocked from making LLM API Calls. User={user}", "auth_error", "None")
    limits = proxy.tables.get("budgets", row["budget_id"] or "") or {}
    return {"spend": row["spend"], "max_budget": limits.get("max_budget")}


def _user_limits(proxy: LiteLLM, row: Row, user: str | None) -> Row | None:
    """A user's own budget, else the one that the key names for those who have none."""
    own = proxy.tables.get("customers", user or "")
    for name in (own and own["budget_id"], (row["metadata"] or {}).get("end_user_budget_id")):
        if name and (limits := proxy.tables.get("budgets", name)) is not None:
            return limits
    return None


def _rate(proxy: LiteLLM, name: str, kind: str, row: Row) -> None:
    """A sliding minute. The real one counts calendar-free windows of 60 s from the first call."""
    now = proxy.clock().timestamp()
    recent = [call for call in proxy.calls.get(name, []) if call[0] > now - 60]
    spent = {"rpm_limit": len(recent), "tpm_limit": sum(tokens for _, tokens in recent)}
    for limit, what in (("rpm_limit", "requests"), ("tpm_limit", "tokens")):
        if row[limit] is not None and spent[limit] >= row[limit]:
            raise _throttled(kind, name, what, row[limit])
    proxy.calls[name] = [*recent, (now, _TOKENS)]


def _throttled(kind: str, name: str, what: str, limit: int) -> Refusal:
    message = f"Rate limit exceeded for {kind}: {name}. Limit type: {what}. Current limit: {limit}, Remaining: 0."
    refusal = error(429, message, "throttling_error")
    return Refusal(refusal.reply.also({"retry-after": "60", "rate_limit_type": what}))


def _answer(model: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": "hi there"}
    usage = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": _TOKENS}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return {
        "id": "chatcmpl-x",
        "created": 0,
        "object": "chat.completion",
        "model": model,
        "choices": choices,
        "usage": usage,
    }
