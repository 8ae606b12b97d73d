"""Members of teams, and what each may spend and ask inside one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm._durations import resets
from fakes.litellm._errors import detail, error
from fakes.litellm._route import routes
from fakes.litellm._values import bad_budget_duration, spelled
from fakes.litellm.users import ensure

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()
_LIMITS = {"max_budget_in_team": "max_budget", "tpm_limit": "tpm_limit", "rpm_limit": "rpm_limit"}
_LIMITS |= {name: name for name in ("budget_duration", "allowed_models", "temp_budget_increase", "temp_budget_expiry")}


@ROUTES.on("POST", "/team/member_add")
def add(proxy: LiteLLM, request: Request) -> Reply:
    """Add one member or several; an unknown user is made."""
    body = request.json()
    team = proxy.tables.get("teams", body["team_id"])
    if team is None:
        message = f"Team doesn't exist in db. Team={body['team_id']}. Create team via `/team/new` call."
        raise detail(404, {"error": message})
    given = body["member"] if isinstance(body["member"], list) else [body["member"]]
    members = [{"user_id": None, "user_email": None, **one} for one in given]
    _judge(proxy, team, members)
    team = proxy.tables.change("teams", team["team_id"], members_with_roles=[*team["members_with_roles"], *members])
    for member in members:
        _join(proxy, team["team_id"], member["user_id"] or member["user_email"], body)
    return Reply.of(200, spelled({**team, "updated_users": [], "updated_team_memberships": []}, zulu=True))


def _judge(proxy: LiteLLM, team: Row, members: list[dict[str, Any]]) -> None:
    for member in members:
        if any(_same(member, old) for old in team["members_with_roles"]):
            message = f"User already in team. Member: user_id={member['user_id']}"
            raise error(400, message, "team_member_already_in_team", "user_id")
        if member["role"] == "admin" and not proxy.licensed:
            raise detail(400, {"error": "Assigning team admins is a premium feature."})


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(one[name] and one[name] == other.get(name) for name in ("user_id", "user_email"))


def _join(proxy: LiteLLM, team: str, user: str, body: Mapping[str, Any]) -> None:
    ensure(proxy, user)
    blank = {"user_id": user, "team_id": team, "budget_id": None, "spend": 0.0, "total_spend": 0.0}
    row = {**blank, "litellm_budget_table": None, "budget_source": "none"}
    proxy.tables.put("memberships", f"{team}/{user}", _limited(proxy, row, body))


def _limited(proxy: LiteLLM, row: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    given = {column: body[name] for name, column in _LIMITS.items() if name in body}
    if not given:
        return dict(row)
    old = row["litellm_budget_table"] or {**dict.fromkeys(_LIMITS.values()), "budget_reset_at": None}
    name = row["budget_id"] or f"budget-{proxy.tables.serial('budgets')}"
    limits = {**old, **given, **_reset(proxy, given), "budget_id": name}
    proxy.tables.put("budgets", name, limits)
    return {**row, "budget_id": name, "litellm_budget_table": limits, "budget_source": "custom"}


def _reset(proxy: LiteLLM, given: Mapping[str, Any]) -> dict[str, Any]:
    text = given.get("budget_duration")
    return {"budget_reset_at": resets(proxy.clock(), text, bad_budget_duration(text))} if text else {}


@ROUTES.on("POST", "/team/member_update")
def update(proxy: LiteLLM, request: Request) -> Reply:
    """Change the limits of a member; for a stranger the real one makes a membership, and so does this one."""
    body = request.json()
    team, user = body["team_id"], body.get("user_id") or body.get("user_email")
    if proxy.tables.get("teams", team) is None:
        raise detail(404, {"error": f"Team not found, passed team_id={team}"})
    if proxy.tables.get("memberships", f"{team}/{user}") is None:
        _join(proxy, team, user, {})
    row = proxy.tables.get("memberships", f"{team}/{user}") or {}
    proxy.tables.put("memberships", f"{team}/{user}", _limited(proxy, row, body))
    shown = {"user_id": user, "user_email": None, "team_id": team}
    return Reply.of(200, {**shown, **{name: body.get(name) for name in _LIMITS}})


@ROUTES.on("POST", "/team/member_delete")
def delete(proxy: LiteLLM, request: Request) -> Reply:
    """Remove a member."""
    body = request.json()
    team = proxy.tables.get("teams", body["team_id"])
    if team is None:
        raise detail(404, {"error": f"Team not found, passed team_id={body['team_id']}"})
    gone = {"user_id": body.get("user_id"), "user_email": body.get("user_email")}
    kept = [one for one in team["members_with_roles"] if not _same(gone, one)]
    if len(kept) == len(team["members_with_roles"]):
        raise detail(400, {"error": "User not found in team"})
    name = f"{team['team_id']}/{gone['user_id'] or gone['user_email']}"
    if proxy.tables.get("memberships", name) is not None:
        proxy.tables.remove("memberships", name)
    team = proxy.tables.change("teams", team["team_id"], members_with_roles=kept)
    return Reply.of(200, spelled(team, zulu=True))
