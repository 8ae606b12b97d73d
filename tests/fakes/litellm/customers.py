"""End users: those whom the `user` field of a call names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm import budgets
from fakes.litellm._errors import Refusal, error
from fakes.litellm._route import routes
from fakes.litellm._values import spelled, words

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()
_LIMITS = frozenset(words("max_budget soft_budget max_parallel_requests tpm_limit rpm_limit budget_duration"))
_BLANK: dict[str, Any] = {
    **dict.fromkeys(words("alias allowed_model_region default_model budget_id object_permission_id object_permission")),
    "blocked": False,
    "spend": 0.0,
    "models": [],
}


def _unknown(name: str, field: str) -> Refusal:
    return error(404, f"End User Id={name} does not exist in db", "not_found", field)


@ROUTES.on("POST", "/customer/new")
def new(proxy: LiteLLM, request: Request) -> Reply:
    """Make one, with limits of its own or with a shared budget."""
    body = {name: value for name, value in request.json().items() if value is not None}
    name = body["user_id"]
    if proxy.tables.get("customers", name) is not None:
        message = f"Customer already exists, passed user_id={name}. Please pass a new user_id."
        raise error(400, message, "bad_request", "user_id")
    return _shown(proxy, _changed(proxy, {**_BLANK, "user_id": name}, body))


def _changed(proxy: LiteLLM, row: Mapping[str, Any], body: Mapping[str, Any]) -> Row:
    limits = {name: value for name, value in body.items() if name in _LIMITS}
    after = {**row, **{name: value for name, value in body.items() if name not in _LIMITS}}
    if limits:
        old = proxy.tables.get("budgets", after["budget_id"] or "") or budgets.blank(proxy)
        after["budget_id"] = budgets.changed(proxy, old, limits)["budget_id"]
    return proxy.tables.put("customers", row["user_id"], after)


def _full(proxy: LiteLLM, row: Row) -> Any:
    limits = proxy.tables.get("budgets", row["budget_id"] or "")
    return spelled({**row, "litellm_budget_table": dict(limits) if limits else None}, zulu=True)


def _shown(proxy: LiteLLM, row: Row) -> Reply:
    return Reply.of(200, _full(proxy, row))


@ROUTES.on("GET", "/customer/info")
def info(proxy: LiteLLM, request: Request) -> Reply:
    """One, with the budget that limits it."""
    return _shown(proxy, _present(proxy, request.query.get("end_user_id", ""), "end_user_id"))


def _present(proxy: LiteLLM, name: str, field: str) -> Row:
    row = proxy.tables.get("customers", name)
    if row is None:
        raise _unknown(name, field)
    return row


@ROUTES.on("POST", "/customer/update")
def update(proxy: LiteLLM, request: Request) -> Reply:
    """Change one. A null is dropped."""
    body = {name: value for name, value in request.json().items() if value is not None}
    return _shown(proxy, _changed(proxy, _present(proxy, body["user_id"], "user_id"), body))


@ROUTES.on("GET", "/customer/list")
def listed(proxy: LiteLLM, request: Request) -> Reply:
    """All of them."""
    return Reply.of(200, [_full(proxy, row) for _, row in proxy.tables.rows("customers")])


@ROUTES.on("POST", "/customer/block")
def block(proxy: LiteLLM, request: Request) -> Reply:
    """Refuse end users from now on; an unknown one is made. The real 1.106.2 under test answers 500 here."""
    names = request.json()["user_ids"]
    for name in names:
        row = proxy.tables.get("customers", name) or {**_BLANK, "user_id": name}
        proxy.tables.put("customers", name, {**row, "blocked": True})
    return Reply.of(200, {"blocked_users": names})


@ROUTES.on("POST", "/customer/unblock")
def unblock(proxy: LiteLLM, request: Request) -> Reply:
    """Let end users in again."""
    for name in request.json()["user_ids"]:
        proxy.tables.change("customers", _present(proxy, name, "user_ids")["user_id"], blocked=False)
    blocked = [name for name, row in proxy.tables.rows("customers") if row["blocked"]]
    return Reply.of(200, {"blocked_users": blocked})


@ROUTES.on("POST", "/customer/delete")
def delete(proxy: LiteLLM, request: Request) -> Reply:
    """Delete end users; an unknown one stops all of it."""
    names = request.json()["user_ids"]
    missing = [name for name in names if proxy.tables.get("customers", name) is None]
    if missing:
        message = f"End User Id(s)={','.join(missing)} do not exist in db"
        raise error(404, message, "not_found", "user_ids")
    for name in names:
        proxy.tables.remove("customers", name)
    return Reply.of(200, {"deleted_customers": len(names), "message": "Successfully deleted customers"})
