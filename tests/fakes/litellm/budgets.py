"""Budgets that others share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm._durations import milliseconds, resets
from fakes.litellm._errors import detail
from fakes.litellm._route import routes
from fakes.litellm._values import bad_budget_duration, budget, floats, spelled, words

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()
BLANK: dict[str, Any] = {
    **dict.fromkeys(words("max_budget soft_budget max_parallel_requests tpm_limit rpm_limit tpd_limit")),
    **dict.fromkeys(words("model_max_budget budget_duration budget_reset_at temp_budget_increase temp_budget_expiry")),
    "allowed_models": [],
}


def changed(proxy: LiteLLM, row: Mapping[str, Any], body: Mapping[str, Any]) -> Row:
    """Keep a budget after a body: null clears."""
    budget(body)
    after = {**row, **body, **floats(body, "max_budget", "soft_budget"), "updated_at": milliseconds(proxy.clock())}
    if "budget_duration" in body:
        text = body["budget_duration"]
        after["budget_reset_at"] = resets(proxy.clock(), text, bad_budget_duration(text)) if text else None
    return proxy.tables.put("budgets", row["budget_id"], after)


def blank(proxy: LiteLLM, name: str | None = None) -> dict[str, Any]:
    """A budget without limits, not kept yet."""
    name = name or f"budget-{proxy.tables.serial('budgets')}"
    return {**BLANK, "budget_id": name, "created_at": milliseconds(proxy.clock())}


@ROUTES.on("POST", "/budget/new")
def new(proxy: LiteLLM, request: Request) -> Reply:
    """Make one; the id may be chosen."""
    body = {name: value for name, value in (request.json() or {}).items() if value is not None}
    if body.get("budget_id") and proxy.tables.get("budgets", body["budget_id"]) is not None:
        raise detail(400, {"error": f"Budget with id '{body['budget_id']}' already exists."})
    return Reply.of(200, spelled(changed(proxy, blank(proxy, body.get("budget_id")), body), zulu=True))


@ROUTES.on("POST", "/budget/update")
def update(proxy: LiteLLM, request: Request) -> Reply:
    """Change one; an unknown one is answered 200 and null."""
    body = request.json()
    row = proxy.tables.get("budgets", body.get("budget_id") or "")
    return Reply.of(200, spelled(changed(proxy, row, body), zulu=True) if row else None)


@ROUTES.on("POST", "/budget/info")
def info(proxy: LiteLLM, request: Request) -> Reply:
    """Those of the named ones that are there."""
    found = (proxy.tables.get("budgets", name) for name in request.json()["budgets"])
    return Reply.of(200, [spelled(row, zulu=True) for row in found if row])


@ROUTES.on("GET", "/budget/list")
def listed(proxy: LiteLLM, request: Request) -> Reply:
    """All, unpaged."""
    return Reply.of(200, [spelled(row, zulu=True) for _, row in proxy.tables.rows("budgets")])


@ROUTES.on("POST", "/budget/delete")
def delete(proxy: LiteLLM, request: Request) -> Reply:
    """Delete one; an unknown one is answered 200 and null."""
    name = request.json()["id"]
    row = proxy.tables.get("budgets", name)
    if row:
        proxy.tables.remove("budgets", name)
    return Reply.of(200, spelled(row, zulu=True) if row else None)
