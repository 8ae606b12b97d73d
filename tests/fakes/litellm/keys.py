"""Virtual keys: made, read, changed, blocked, deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm import _key_row as rows
from fakes.litellm._durations import milliseconds
from fakes.litellm._errors import detail, error, invalid, licence, nested
from fakes.litellm._key_list import aliases, listed
from fakes.litellm._route import routes
from fakes.litellm._values import budget, digest, licensed, spelled

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()
ROUTES.on("GET", "/key/list")(listed)
ROUTES.on("GET", "/key/aliases")(aliases)


@ROUTES.on("POST", "/key/generate")
def generate(proxy: LiteLLM, request: Request) -> Reply:
    """Make a key. With a `key` that is there already it answers 200 and changes nothing, as the real one does."""
    return _generated(proxy, request.json() or {})


@ROUTES.on("POST", "/key/service-account/generate")
def generate_for_service(proxy: LiteLLM, request: Request) -> Reply:
    """Make a key that belongs to a team and to nobody."""
    body = request.json() or {}
    if not body.get("team_id"):
        raise detail(400, "team_id is required for service account keys. Please specify `team_id` in the request body.")
    name = {"service_account_id": body.get("key_alias")}
    return _generated(proxy, {**body, "metadata": {**(body.get("metadata") or {}), **name}, "user_id": None})


def _generated(proxy: LiteLLM, body: Mapping[str, Any]) -> Reply:
    _judge(proxy, body)
    value = body.get("key") or _value(proxy)
    if not value.startswith("sk-"):
        raise nested(400, "Invalid key format. LiteLLM Virtual Key must start with 'sk-'.")
    now = milliseconds(proxy.clock())
    token = hashlib.sha256(value.encode()).hexdigest()
    blank = {**rows.BLANK, "token": token, "key_name": f"sk-...{value[-4:]}", "created_at": now, "updated_at": now}
    row = rows.changed(blank, _given(body), now, "internal_server_error", 500)
    row = {**row, **_soft(proxy, body, row)}
    if proxy.tables.get("keys", token) is None:
        proxy.tables.put("keys", token, row)
    return Reply.of(200, spelled({**row, "key": value, "token_id": token, "duration": None}, zulu=True))


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    # a null on creation is the same as nothing
    return {name: value for name, value in body.items() if value is not None}


def _judge(proxy: LiteLLM, body: Mapping[str, Any]) -> None:
    licensed(body, proxy.licensed)
    budget(body)
    if body.get("model_max_budget") and not proxy.licensed:
        raise error(500, "Invalid model_max_budget: You must have an enterprise license to set model_max_budget.")
    _judge_users(proxy, body, "", "internal_server_error", None)
    _unique(proxy, body.get("key_alias"), None)


def _judge_users(proxy: LiteLLM, body: Mapping[str, Any], before: str, kind: str, param: str | None) -> None:
    """A budget for end users must be there when a key first names it."""
    given = body.get("end_user_budget_id")
    name = (body.get("metadata") or {}).get("end_user_budget_id") if given is None else given
    if name and name != before and proxy.tables.get("budgets", name) is None:
        raise nested(400, f"end_user_budget_id={name} does not match any budget.", kind, param)


def _unique(proxy: LiteLLM, alias: str | None, token: str | None) -> None:
    # an empty alias is an alias, and a second key of it collides
    if alias is not None and any(
        row["key_alias"] == alias and row["token"] != token for _, row in proxy.tables.rows("keys")
    ):
        message = f"Key with alias '{alias}' already exists. Unique key aliases across all keys are required."
        raise error(400, message, "bad_request_error", "key_alias")


def _value(proxy: LiteLLM) -> str:
    serial = proxy.tables.serial("keys")
    return f"sk-{hashlib.sha256(f'{proxy.master_key} {serial}'.encode()).hexdigest()[:22]}"


def _soft(proxy: LiteLLM, body: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A soft budget lives in a private budget row, which stays when the soft budget is removed."""
    if "soft_budget" not in body or (body["soft_budget"] is None and row["budget_id"] is None):
        return {}
    name = row["budget_id"] or f"budget-{proxy.tables.serial('budgets')}"
    kept = proxy.tables.get("budgets", name) or {"budget_id": name, "max_budget": None}
    made = proxy.tables.put("budgets", name, {**kept, "soft_budget": body["soft_budget"]})
    return {"budget_id": name, "litellm_budget_table": dict(made)}


@ROUTES.on("GET", "/key/info")
def info(proxy: LiteLLM, request: Request) -> Reply:
    """One key by its plaintext or its hash. A deleted one is still answered, with that status."""
    token = digest(request.query.get("key", ""))
    row = proxy.tables.get("keys", token) or proxy.tables.get("deleted", token)
    if row is None:
        raise error(404, "Key not found in database", "not_found_error", "key")
    known = {name: value for name, value in row.items() if name != "token"}
    return Reply.of(200, {"key": request.query["key"], "info": spelled({**known, "status": status(proxy, row)})})


def status(proxy: LiteLLM, row: Row) -> str:
    """`active`, `expired`, `revoked` or `deleted`."""
    if "deleted_at" in row:
        return "deleted"
    if row["blocked"]:
        return "revoked"
    return "expired" if row["expires"] and row["expires"] <= proxy.clock() else "active"


@ROUTES.on("POST", "/key/update")
def update(proxy: LiteLLM, request: Request) -> Reply:
    """Change a key: absent keeps, null clears a column and keeps what lives in `metadata`."""
    body = request.json()
    row = _selected(proxy, body)
    _judge_update(proxy, body, row)
    now = milliseconds(proxy.clock())
    after = rows.changed(row, body, now, "auth_error", 400)
    after = {**after, **_soft(proxy, body, after), "updated_at": now, "settings_updated_at": now}
    proxy.tables.put("keys", row["token"], after)
    return Reply.of(200, spelled({"key": row["token"], **after}))


def _selected(proxy: LiteLLM, body: Mapping[str, Any]) -> Row:
    if not body.get("key") and not body.get("key_alias"):
        raise invalid("body", message="Value error, either key or key_alias must be provided")
    found = proxy.key(body["key"]) if body.get("key") else _by_alias(proxy, body["key_alias"])
    if found is None:
        raise error(404, "Key not found.", "not_found_error", "key")
    return found


def _by_alias(proxy: LiteLLM, alias: str) -> Row | None:
    return next((row for _, row in proxy.tables.rows("keys") if row["key_alias"] == alias), None)


def _judge_update(proxy: LiteLLM, body: Mapping[str, Any], row: Row) -> None:
    licensed(body, proxy.licensed, "auth_error")
    budget(body, "auth_error")
    if body.get("model_max_budget") and not proxy.licensed:
        raise error(400, "Authentication Error, Invalid model_max_budget: no license", "auth_error", "None")
    if "models" in body and body["models"] is None:
        raise error(400, "Authentication Error, Unable to match input value to any allowed type", "auth_error", "None")
    _judge_users(proxy, body, (row["metadata"] or {}).get("end_user_budget_id", ""), "auth_error", "None")
    _judge_team(proxy, body.get("team_id", row["team_id"]), row)
    _unique(proxy, body.get("key_alias"), row["token"])


def _judge_team(proxy: LiteLLM, name: str | None, row: Row) -> None:
    # the team that it keeps is looked up too, although a key may be made for a team that is not there
    team = proxy.tables.get("teams", name) if name else None
    if name and team is None:
        raise nested(404, f"Team doesn't exist in db. Team={name}. Create team via `/team/new` call.", "auth_error")
    # a move is judged by the models that the key has so far, not by those of the same request
    lacking = set(row["models"]) - {*team["models"], "all-team-models"} if team and team["models"] else set()
    if name != row["team_id"] and lacking:
        message = f"The requested model '{min(lacking)}' is not available for this API key."
        raise error(403, message, "team_model_access_denied", "model")


@ROUTES.on("POST", "/key/block")
def block(proxy: LiteLLM, request: Request) -> Reply:
    """Refuse a key from now on."""
    return _blocked(proxy, request.json()["key"], True)


@ROUTES.on("POST", "/key/unblock")
def unblock(proxy: LiteLLM, request: Request) -> Reply:
    """Let a key in again."""
    return _blocked(proxy, request.json()["key"], False)


def _blocked(proxy: LiteLLM, value: str, blocked: bool) -> Reply:
    row = proxy.key(value)
    if row is None and not value.startswith("sk-") and len(value) != 64:
        raise error(400, "Invalid key format.", "bad_request_error", "key")
    if row is None:
        raise error(404, "Key not found in database", "not_found_error", "key")
    now = milliseconds(proxy.clock())
    after = proxy.tables.change("keys", row["token"], blocked=blocked, updated_at=now, settings_updated_at=now)
    return Reply.of(200, spelled(after, zulu=True))


@ROUTES.on("POST", "/key/delete")
def delete(proxy: LiteLLM, request: Request) -> Reply:
    """Delete keys by value, hash or alias. Nothing found is 404; those that are found go, whatever the others are."""
    body = request.json() or {}
    values, names = body.get("keys") or [], body.get("key_aliases") or []
    if not values and not names:
        message = "Value error, At least one of 'keys' or 'key_aliases' must be provided."
        raise invalid("body", message=message)
    found = [proxy.key(value) for value in values] + [_by_alias(proxy, name) for name in names]
    present = [row for row in found if row is not None]
    if not present:
        raise nested(404, "No keys found")
    if any(row["metadata"] is None for row in present):
        # the table of deleted keys takes no null: such a key can only be deleted after another update
        raise error(500, "Unable to match input value to any allowed input type for the field.")
    remove(proxy, present)
    return Reply.of(200, {"deleted_keys": values or [row["token"] for row in present]})


def remove(proxy: LiteLLM, present: Iterable[Row]) -> None:
    """Move keys to the deleted ones."""
    for row in present:
        proxy.tables.remove("keys", row["token"])
        proxy.tables.put("deleted", row["token"], {**row, "deleted_at": milliseconds(proxy.clock())})


@ROUTES.on("POST", "/key/regenerate")
def regenerate(proxy: LiteLLM, request: Request) -> Reply:
    """Give a key a new value."""
    return _regenerated(proxy, request, (request.json() or {}).get("key") or request.query.get("key", ""))


@ROUTES.on("POST", "/key/{key}/regenerate")
def regenerate_named(proxy: LiteLLM, request: Request, key: str) -> Reply:
    """Give the key of the path a new value."""
    return _regenerated(proxy, request, key)


def _regenerated(proxy: LiteLLM, request: Request, key: str) -> Reply:
    if not proxy.licensed:
        raise licence(500, "Regenerating Virtual Keys")
    row = proxy.key(key)
    if row is None:
        raise error(404, "Key not found.", "not_found_error", "key")
    value = (request.json() or {}).get("new_key") or _value(proxy)
    token = hashlib.sha256(value.encode()).hexdigest()
    proxy.tables.remove("keys", row["token"])
    after = proxy.tables.put("keys", token, {**row, "token": token, "key_name": f"sk-...{value[-4:]}"})
    return Reply.of(200, spelled({**after, "key": value, "token_id": token}, zulu=True))
