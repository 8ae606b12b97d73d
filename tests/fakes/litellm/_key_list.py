"""Lists of keys: filtered, ordered, paged."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm._errors import error, nested
from fakes.litellm._values import flag, page, spelled

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

_EXACT = {
    "team_id": "team_id",
    "user_id": "user_id",
    "organization_id": "organization_id",
    "project_id": "project_id",
    "key_hash": "token",
}
_SORTS = ("spend", "max_budget", "created_at", "updated_at", "token", "key_alias")


def listed(proxy: LiteLLM, request: Request) -> Reply:
    """One page of keys, newest first: hashes, or rows with `return_full_object`."""
    number, size = page(request, "page", 1, None), page(request, "size", 10)
    found = _ordered(request, [row for row in _table(proxy, request) if _fits(proxy, row, request)])
    shown = found[(number - 1) * size : number * size]
    if flag(request, "return_full_object") and any(row["metadata"] is None for row in shown):
        # one key with `metadata: null` fails the page that it is on, for everybody
        raise error(500, "Authentication Error, 1 validation error for UserAPIKeyAuth: metadata", param="None")
    keys = [_shown(row) if flag(request, "return_full_object") else row["token"] for row in shown]
    body = {"total_count": len(found), "current_page": number, "total_pages": ceil(len(found) / size)}
    return Reply.of(200, {"keys": keys, **body})


def aliases(proxy: LiteLLM, request: Request) -> Reply:
    """The aliases that are in use, in order."""
    number, size = page(request, "page", 1, None), page(request, "size", 50)
    names = sorted(row["key_alias"] for _, row in proxy.tables.rows("keys") if row["key_alias"])
    body = {"total_count": len(names), "current_page": number, "total_pages": ceil(len(names) / size), "size": size}
    return Reply.of(200, {"aliases": names[(number - 1) * size : number * size], **body})


def _table(proxy: LiteLLM, request: Request) -> list[Row]:
    name = "deleted" if request.query.get("status") == "deleted" else "keys"
    return [row for _, row in proxy.tables.rows(name)]


def _fits(proxy: LiteLLM, row: Row, request: Request) -> bool:
    query = request.query
    exact = all(row[column] == query[name] for name, column in _EXACT.items() if query.get(name))
    return exact and _named(row, request) and _searched(row, query.get("search", ""))


def _named(row: Row, request: Request) -> bool:
    wanted = request.query.get("key_alias")
    if not wanted:
        return True
    alias = row["key_alias"] or ""
    return wanted in alias if flag(request, "substring_matching") else wanted == alias


def _searched(row: Row, text: str) -> bool:
    return not text or text in (row["key_alias"] or "") or text == row["token"]


def _ordered(request: Request, rows: list[Row]) -> list[Row]:
    column = request.query.get("sort_by")
    if column is None:
        return rows[::-1]
    if column not in _SORTS:
        raise nested(400, f"Invalid sort column. Must be one of: {', '.join(_SORTS)}", param="None")
    falling = request.query.get("sort_order", "desc") != "asc"
    return sorted(rows, key=lambda row: (row[column] is not None, row[column] or 0), reverse=falling)


def _shown(row: Row) -> dict[str, Any]:
    renamed = {name: value for name, value in row.items() if name not in {"organization_id", "policies"}}
    return {**spelled(renamed, zulu=True), "org_id": row["organization_id"]}
