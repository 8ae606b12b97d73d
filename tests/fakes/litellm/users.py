"""Internal users."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm._durations import milliseconds, resets
from fakes.litellm._errors import detail, error, nested
from fakes.litellm._route import routes
from fakes.litellm._values import bad_budget_duration, budget, floats, page, spelled, words

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()
_CLEARED_BY_NULL = frozenset(words("max_budget budget_duration tpm_limit rpm_limit model_max_budget"))
_NOT_STORED = frozenset({"auto_create_key", "send_invite_email", "key_alias", "duration"})
_BLANK: dict[str, Any] = {
    **dict.fromkeys(
        words(
            "user_alias team_id sso_user_id organization_id user_role max_budget user_email max_parallel_requests "
            "tpm_limit rpm_limit budget_duration budget_reset_at object_permission"
        )
    ),
    "spend": 0.0,
    "teams": [],
    "models": [],
    "metadata": {},
    "model_spend": {},
    "model_max_budget": {},
    "allowed_cache_controls": [],
    "policies": [],
}


def ensure(proxy: LiteLLM, name: str) -> Row:
    """The user of that id, made where there is none."""
    now = milliseconds(proxy.clock())
    blank = {**_BLANK, "user_id": name, "created_at": now, "updated_at": now}
    return proxy.tables.get("users", name) or proxy.tables.put("users", name, blank)


@ROUTES.on("POST", "/user/new")
def new(proxy: LiteLLM, request: Request) -> Reply:
    """Make a user. Unlike the real one, it refuses to make a key along the way: nobody would look for that key."""
    body = {name: value for name, value in (request.json() or {}).items() if value is not None}
    if body.get("auto_create_key", True):
        proxy.violations.append("POST /user/new: it makes a key too unless `auto_create_key` is false")
    name = body.get("user_id") or f"user-{proxy.tables.serial('users')}"
    if proxy.tables.get("users", name) is not None:
        raise nested(409, f"User with id {name} already exists")
    budget(body)
    row = _changed(proxy, ensure(proxy, name), body)
    return Reply.of(200, spelled({**row, "key": "", "token": None}, zulu=True))


def _changed(proxy: LiteLLM, row: Row, body: Mapping[str, Any]) -> Row:
    fields = {name: value for name, value in body.items() if name not in _NOT_STORED}
    after = {**row, **fields, **floats(fields, "max_budget"), "updated_at": milliseconds(proxy.clock())}
    if "budget_duration" in body:
        text = body["budget_duration"]
        after["budget_reset_at"] = resets(proxy.clock(), text, bad_budget_duration(text)) if text else None
    return proxy.tables.put("users", row["user_id"], after)


@ROUTES.on("POST", "/user/update")
def update(proxy: LiteLLM, request: Request) -> Reply:
    """Change a user, or make it: other nulls and empty values than those of limits are dropped."""
    body = request.json()
    budget(body)
    given = {name: value for name, value in body.items() if name in _CLEARED_BY_NULL or value not in (None, [], {})}
    row = _changed(proxy, ensure(proxy, body["user_id"]), given)
    return Reply.of(200, {"user_id": row["user_id"], "data": spelled(row, zulu=True)})


@ROUTES.on("GET", "/user/info")
def info(proxy: LiteLLM, request: Request) -> Reply:
    """One user with keys and teams."""
    row = _present(proxy, request)
    keys = [spelled(key, zulu=True) for _, key in proxy.tables.rows("keys") if key["user_id"] == row["user_id"]]
    return Reply.of(200, {"user_id": row["user_id"], "user_info": spelled(row, zulu=True), "keys": keys, "teams": []})


@ROUTES.on("GET", "/v2/user/info")
def short(proxy: LiteLLM, request: Request) -> Reply:
    """One user alone."""
    return Reply.of(200, spelled(_present(proxy, request), zulu=True))


def _present(proxy: LiteLLM, request: Request) -> Row:
    name = request.query.get("user_id", "")
    row = proxy.tables.get("users", name)
    if row is None:
        raise error(404, f"User {name} not found")
    return row


@ROUTES.on("GET", "/user/list")
def listed(proxy: LiteLLM, request: Request) -> Reply:
    """One page of users, newest first."""
    number, size = page(request, "page", 1, None), page(request, "page_size", 25)
    wanted = {name for name in request.query.get("user_ids", "").split(",") if name}
    found = [row for name, row in proxy.tables.rows("users") if not wanted or name in wanted][::-1]
    shown = [spelled(row, zulu=True) for row in found[(number - 1) * size : number * size]]
    pages = {"page": number, "page_size": size, "total_pages": ceil(len(found) / size)}
    return Reply.of(200, {"users": shown, "total": len(found), **pages})


@ROUTES.on("POST", "/user/delete")
def delete(proxy: LiteLLM, request: Request) -> Reply:
    """Delete users; an unknown one stops all of it."""
    names = request.json()["user_ids"]
    for name in names:
        if proxy.tables.get("users", name) is None:
            raise detail(404, {"error": f"User not found, passed user_id={name}"})
    for name in names:
        proxy.tables.remove("users", name)
    return Reply.of(200, len(names))
