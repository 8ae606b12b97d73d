"""Rows of keys: what a body makes of one, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakes.litellm import _durations as durations
from fakes.litellm._errors import error
from fakes.litellm._values import bad_budget_duration, floats, words

# kept inside `metadata`: null keeps them, {} is stored, and a new `metadata` drops them
IN_METADATA = frozenset(
    words(
        "model_rpm_limit model_tpm_limit mcp_rpm_limit tag_rpm_limit rpm_limit_type tpm_limit_type "
        "enforced_params temp_budget_increase temp_budget_expiry tags guardrails policies prompts "
        "allowed_passthrough_routes denied_passthrough_routes throttle_on_budget_exceeded end_user_budget_id"
    )
)
# answered by other columns, or by nothing
_ELSEWHERE = frozenset({"key", "duration", "metadata", "soft_budget", "key_type", "send_invite_email", "budget_limits"})
_NO_ROUTES: dict[str, list[str]] = {"default": [], "llm_api": ["llm_api_routes"]}
_ROUTES_OF = {**_NO_ROUTES, "management": ["management_routes"], "read_only": ["info_routes"]}

BLANK: dict[str, Any] = {
    **dict.fromkeys(
        words(
            "key_alias expires user_id team_id agent_id project_id max_parallel_requests blocked tpm_limit "
            "rpm_limit tpd_limit max_budget budget_duration budget_reset_at budget_id organization_id "
            "object_permission_id settings_updated_at last_active rotation_interval last_rotation_at "
            "key_rotation_at budget_limits litellm_budget_table object_permission"
        )
    ),
    **{name: {} for name in words("aliases config router_settings permissions metadata model_spend")},
    **{name: {} for name in ["model_max_budget", "budget_fallbacks"]},
    **{name: [] for name in words("models allowed_cache_controls allowed_routes policies access_group_ids")},
    "spend": 0.0,
    "total_spend": 0.0,
    "soft_budget_cooldown": False,
    "rotation_count": 0,
    "auto_rotate": False,
    "key_type": "default",
    "created_by": "default_user_id",
    "updated_by": "default_user_id",
}


def changed(row: Mapping[str, Any], body: Mapping[str, Any], now: datetime, kind: str, status: int) -> dict[str, Any]:
    """The row after a body: absent keeps. `kind` and `status` are those of a duration that cannot be read."""
    fields = {name: value for name, value in body.items() if name not in IN_METADATA | _ELSEWHERE}
    after = {**row, **fields, **floats(fields, "max_budget"), "metadata": _metadata(row, body)}
    if "budget_limits" in body:
        after["budget_limits"] = _windows(body["budget_limits"], now)
    return {**after, **_budget_times(body, now, kind), **_expiry(body, now, kind, status), **_routes(body)}


def _metadata(row: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
    if body.get("metadata", row) is None:
        return None  # and what would live inside is lost
    backed = {name: body[name] for name in IN_METADATA if body.get(name) is not None}
    base = body["metadata"] if "metadata" in body else row["metadata"] or {}
    return {**base, **backed}


def _budget_times(body: Mapping[str, Any], now: datetime, kind: str) -> dict[str, Any]:
    if "budget_duration" not in body:
        return {}
    text = body["budget_duration"]
    return {"budget_reset_at": durations.resets(now, text, bad_budget_duration(text, kind)) if text else None}


def _expiry(body: Mapping[str, Any], now: datetime, kind: str, status: int) -> dict[str, Any]:
    if "duration" not in body:
        return {}
    text = body["duration"]
    if text in (None, "-1"):
        return {"expires": None}
    message = "Authentication Error, Invalid duration format" if kind == "auth_error" else "Invalid duration format"
    return {"expires": durations.after(now, text, error(status, message, kind))}


def _windows(limits: Any, now: datetime) -> Any:
    made = [_window(limit, now) for limit in limits or []]
    return made or None


def _window(limit: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    text = limit["budget_duration"]
    reset = durations.resets(now, text, bad_budget_duration(text))
    return {**limit, **floats(limit, "max_budget"), "reset_at": reset}


def _routes(body: Mapping[str, Any]) -> dict[str, Any]:
    kind = body.get("key_type")
    return {"key_type": kind, "allowed_routes": _ROUTES_OF[kind]} if kind in _ROUTES_OF and kind != "default" else {}
