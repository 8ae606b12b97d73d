"""Teams: made, read, changed, blocked, deleted with all their keys."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm import _team_row as rows
from fakes.litellm._durations import milliseconds
from fakes.litellm._errors import detail, error, nested
from fakes.litellm._route import routes
from fakes.litellm._values import budget, licensed, page, spelled
from fakes.litellm.keys import remove

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()


@ROUTES.on("POST", "/team/new")
def new(proxy: LiteLLM, request: Request) -> Reply:
    """Make a team; the id may be chosen, and an alias may be taken already."""
    body = {name: value for name, value in (request.json() or {}).items() if value is not None}
    _judge(proxy, body)
    name = body.get("team_id") or f"team-{proxy.tables.serial('teams')}"
    if proxy.tables.get("teams", name) is not None:
        raise nested(400, f"Team id = {name} already exists. Please use a different team id.")
    now = milliseconds(proxy.clock())
    members = [rows.OWNER, *({"user_email": None, **one} for one in body.get("members_with_roles", []))]
    blank = {**rows.BLANK, "team_id": name, "members_with_roles": members, "created_at": now, "updated_at": now}
    row = proxy.tables.put("teams", name, rows.changed(blank, body, now))
    return Reply.of(200, spelled(row, zulu=True))


def _judge(proxy: LiteLLM, body: Mapping[str, Any]) -> None:
    licensed(body, proxy.licensed)
    budget(body)
    if body.get("model_max_budget") and not proxy.licensed:
        raise error(500, "Invalid model_max_budget: You must have an enterprise license to set model_max_budget.")


def present(proxy: LiteLLM, name: str) -> Row:
    """The team of that id. Raises a refusal where there is none."""
    row = proxy.tables.get("teams", name)
    if row is None:
        raise nested(404, f"Team not found, passed team_id={name}")
    return row


@ROUTES.on("POST", "/team/update")
def update(proxy: LiteLLM, request: Request) -> Reply:
    """Change a team; `metadata` is replaced."""
    body = request.json()
    row = _changed(proxy, present(proxy, body["team_id"]), body)
    return Reply.of(200, {"team_id": row["team_id"], "data": spelled(row, zulu=True)})


@ROUTES.on("PATCH", "/team/{team_id}")
def patch(proxy: LiteLLM, request: Request, team_id: str) -> Reply:
    """Change a team; `metadata` is merged, where null deletes."""
    body, row = dict(request.json() or {}), present(proxy, team_id)
    if body.get("metadata") is not None:
        body["metadata"] = rows.merged(row["metadata"] or {}, body["metadata"])
    return Reply.of(200, spelled(_changed(proxy, row, body), zulu=True))


def _changed(proxy: LiteLLM, row: Row, body: Mapping[str, Any]) -> Row:
    _judge(proxy, body)
    now = milliseconds(proxy.clock())
    return proxy.tables.put("teams", row["team_id"], {**rows.changed(row, body, now), "updated_at": now})


@ROUTES.on("GET", "/team/info")
def info(proxy: LiteLLM, request: Request) -> Reply:
    """One team with its keys and what each member may spend."""
    name = request.query.get("team_id", "")
    row = proxy.tables.get("teams", name)
    if row is None:
        message = str({"message": f"Team not found, passed team id: {name}."})
        raise error(404, message, "auth_error", "None")
    keys = [spelled(key, zulu=True) for _, key in proxy.tables.rows("keys") if key["team_id"] == name]
    members = [spelled(one, zulu=True) for _, one in proxy.tables.rows("memberships") if one["team_id"] == name]
    shown = {**spelled(row, zulu=True), "team_member_budget_table": None}
    return Reply.of(200, {"team_id": name, "team_info": shown, "keys": keys, "team_memberships": members})


@ROUTES.on("GET", "/v2/team/list")
def listed(proxy: LiteLLM, request: Request) -> Reply:
    """One page of teams, newest first."""
    number, size = page(request, "page", 1, None), page(request, "page_size", 10)
    found = [row for _, row in proxy.tables.rows("teams") if _fits(row, request)][::-1]
    shown = [spelled(row, zulu=True) for row in found[(number - 1) * size : number * size]]
    pages = {"page": number, "page_size": size, "total_pages": ceil(len(found) / size)}
    return Reply.of(200, {"teams": shown, "total": len(found), **pages})


def _fits(row: Row, request: Request) -> bool:
    named = request.query.get("team_alias", "").lower() in (row["team_alias"] or "").lower()
    exact = ("team_id", "organization_id")
    return named and all(row[name] == request.query[name] for name in exact if request.query.get(name))


@ROUTES.on("GET", "/team/list")
def everything(proxy: LiteLLM, request: Request) -> Reply:
    """All teams, unpaged."""
    return Reply.of(200, [spelled(row, zulu=True) for _, row in proxy.tables.rows("teams")])


@ROUTES.on("POST", "/team/delete")
def delete(proxy: LiteLLM, request: Request) -> Reply:
    """Delete teams and all their keys; an unknown one stops all of it."""
    names = request.json()["team_ids"]
    for name in names:
        _known(proxy, name)
    for name in names:
        remove(proxy, [key for _, key in proxy.tables.rows("keys") if key["team_id"] == name])
        proxy.tables.remove("teams", name)
    return Reply.of(200, {"deleted_teams": names})


@ROUTES.on("POST", "/team/block")
def block(proxy: LiteLLM, request: Request) -> Reply:
    """Refuse all keys of a team."""
    return _blocked(proxy, request.json()["team_id"], True)


@ROUTES.on("POST", "/team/unblock")
def unblock(proxy: LiteLLM, request: Request) -> Reply:
    """Let a team in again."""
    return _blocked(proxy, request.json()["team_id"], False)


def _blocked(proxy: LiteLLM, name: str, blocked: bool) -> Reply:
    _known(proxy, name)
    return Reply.of(200, spelled(proxy.tables.change("teams", name, blocked=blocked), zulu=True))


def _known(proxy: LiteLLM, name: str) -> None:
    if proxy.tables.get("teams", name) is None:
        raise detail(404, {"error": f"Team not found, passed team_id={name}"})
