"""Rows of teams: what a body makes of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakes.litellm._durations import resets
from fakes.litellm._errors import error
from fakes.litellm._values import bad_budget_duration, floats, words

# kept inside `metadata`: null is an internal error here
IN_METADATA = frozenset(
    words(
        "model_rpm_limit model_tpm_limit mcp_rpm_limit rpm_limit_type tpm_limit_type guardrails policies "
        "prompts tags require_trace_id allowed_passthrough_routes denied_passthrough_routes "
        "disable_global_guardrails"
    )
)
_ELSEWHERE = frozenset({"metadata", "team_id", "members_with_roles", "model_aliases"})
OWNER = {"user_id": "default_user_id", "user_email": None, "role": "admin"}
BLANK: dict[str, Any] = {
    **dict.fromkeys(
        words(
            "team_alias organization_id tpm_limit rpm_limit tpd_limit max_budget soft_budget budget_duration "
            "budget_limits max_parallel_requests budget_reset_at model_id litellm_model_table object_permission "
            "object_permission_id"
        )
    ),
    **{name: [] for name in words("admins members team_member_permissions models access_group_ids")},
    **{name: [] for name in ["default_team_member_models", "policies"]},
    **{name: {} for name in ["metadata", "router_settings", "model_spend", "model_max_budget"]},
    "blocked": False,
    "spend": 0.0,
    "allow_team_guardrail_config": False,
}


def changed(row: Mapping[str, Any], body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The row after a body: absent keeps, null clears a column, `metadata` is replaced as a whole."""
    _judge(body)
    fields = {name: value for name, value in body.items() if name not in IN_METADATA | _ELSEWHERE}
    after = {**row, **fields, **floats(fields, "max_budget", "soft_budget"), "metadata": _metadata(row, body)}
    if "budget_duration" in body:
        text = body["budget_duration"]
        after["budget_reset_at"] = resets(now, text, bad_budget_duration(text)) if text else None
    return after


def _judge(body: Mapping[str, Any]) -> None:
    for name in sorted(IN_METADATA):
        if name in body and body[name] is None:
            raise error(500, f"Could not find field at `updateOneLiteLLM_TeamTable.data.{name}`")
    if "models" in body and body["models"] is None:
        raise error(500, "Unable to match input value to any allowed input type for the field.")


def _metadata(row: Mapping[str, Any], body: Mapping[str, Any]) -> Any:
    backed = {name: body[name] for name in IN_METADATA if name in body}
    base = body["metadata"] if "metadata" in body else row["metadata"]
    return {**(base or {}), **backed} if backed else base


def merged(old: Any, patch: Any) -> Any:
    """A merge patch: null deletes, objects merge, everything else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    kept = dict(old) if isinstance(old, Mapping) else {}
    together = {**kept, **{name: merged(kept.get(name), value) for name, value in patch.items()}}
    return {name: value for name, value in together.items() if name not in patch or patch[name] is not None}
