"""What a proxy says when it refuses, and what a person can do about it.

Source: `ProxyErrorTypes` and the management endpoints of LiteLLM 1.106.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from remit.targets import _messages as messages

# also with dots, as it abbreviates them
_KEYS = re.compile(r"sk-[\w.-]+|\b[0-9a-f]{64}\b")
_OWNERS = re.compile(r"(team|user|org|project|agent)_model_access_denied")
_CAUSES: Mapping[re.Pattern[str], str] = {
    re.compile(r"enterprise|premium user|license", re.IGNORECASE): messages.licence_needed(),
    re.compile(r"custom api key values are disabled", re.IGNORECASE): messages.own_values_disabled(),
    re.compile(r"proxy.admin|not allowed to call this route", re.IGNORECASE): messages.admin_needed(),
}


def complaint(body: object) -> str:
    """What it says, without the keys and the hashes of keys that it likes to repeat."""
    return _KEYS.sub("…", _sentence(body))


def remedy(body: object) -> str:
    """What to do about a 403: the model list of an owner, a licence, a setting, a role; empty when it does not tell."""
    owner = _OWNERS.fullmatch(_type(body))
    if owner:
        return messages.narrower_owner({"org": "organisation"}.get(owner[1], owner[1]))
    said = _sentence(body)
    return next((known for cause, known in _CAUSES.items() if cause.search(said)), "")


def _type(body: object) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("type", "")) if isinstance(error, dict) else ""


def _sentence(body: object) -> str:
    """LiteLLM has three shapes of errors: `error.message`, `detail.error`, and `detail` as text or as a list."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    if isinstance(error, dict):
        return str(error.get("message", ""))
    detail = body.get("detail")
    if isinstance(detail, dict):
        return str(detail.get("error", ""))
    if isinstance(detail, list):
        return "; ".join(str(each.get("msg", "")) for each in detail if isinstance(each, dict))
    return detail if isinstance(detail, str) else ""
