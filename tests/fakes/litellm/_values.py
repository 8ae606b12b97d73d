"""Values that several routes judge or spell the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from fakes._wire import Request
from fakes.litellm._durations import milliseconds
from fakes.litellm._errors import Refusal, enterprise, invalid, nested

_DEEP = frozenset({datetime, dict, list, MappingProxyType})  # all else is JSON already, and most fields are
ENTERPRISE = ("tags", "guardrails", "policies", "prompts")


def spelled(value: Any, zulu: bool = False) -> Any:
    """JSON of a value with its moments spelled; some routes say `Z`, others `+00:00`."""
    if isinstance(value, datetime):
        return _moment(value, zulu)
    if isinstance(value, Mapping):
        return {name: spelled(one, zulu) if type(one) in _DEEP else one for name, one in value.items()}
    return [spelled(one, zulu) for one in value] if isinstance(value, list) else value


def _moment(value: datetime, zulu: bool) -> str:
    text = milliseconds(value).isoformat(timespec="microseconds" if value.microsecond else "seconds")
    return text.replace("+00:00", "Z") if zulu else text


def budget(body: Mapping[str, Any], kind: str = "internal_server_error") -> None:
    """Raises a refusal for a negative budget."""
    amount = body.get("max_budget")
    if amount is not None and amount < 0:
        message = f"max_budget must be a non-negative finite number. Received: {float(amount)}"
        raise nested(400, message, kind, "None" if kind == "auth_error" else None)


def bad_budget_duration(text: object, kind: str = "internal_server_error") -> Refusal:
    """The refusal of a budget duration that cannot be read."""
    message = f"Invalid budget_duration '{text}'. Use a format like '1h', '24h', '7d', or '30d'."
    return nested(400, message, kind)


def licensed(body: Mapping[str, Any], allowed: bool, kind: str = "internal_server_error") -> None:
    """Raises a refusal for a field that needs a licence."""
    for name in ENTERPRISE:
        if body.get(name) and not allowed:
            raise enterprise(name, kind)


def page(request: Request, name: str, default: int, most: int | None = 100) -> int:
    """A number of the query. Raises a refusal below 1 and over `most`."""
    text = request.query.get(name, str(default))
    if not text.lstrip("-").isdigit():
        raise invalid("query", name, message="Input should be a valid integer", kind="int_parsing")
    if int(text) < 1:
        raise invalid("query", name, message="Input should be greater than or equal to 1", kind="greater_than_equal")
    if most is not None and int(text) > most:
        message = f"Input should be less than or equal to {most}"
        raise invalid("query", name, message=message, kind="less_than_equal")
    return int(text)


def flag(request: Request, name: str) -> bool:
    """A truth value of the query."""
    return request.query.get(name, "").lower() in {"true", "1", "yes", "on"}


def floats(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The named fields of a row that are numbers, as floats."""
    return {name: float(row[name]) for name in names if isinstance(row.get(name), int | float)}


def digest(value: str) -> str:
    """The hash a key is kept under; a hash stands for itself."""
    return hashlib.sha256(value.encode()).hexdigest() if value.startswith("sk-") else value


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())
