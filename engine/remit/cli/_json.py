"""Values of the library as JSON data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal


def jsonable(value: object) -> object:
    """Plain data: instants in UTC, quantities as they are written in YAML, positions as `file:line:col`."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): jsonable(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [jsonable(each) for each in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    from pydantic import BaseModel

    from remit.bundle import Origin
    from remit.resources import Money, render_duration
    from remit.source import Position

    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return render_duration(value)
        case Money() | Position() | Decimal():
            return str(value)
        case Origin():
            return {"rule": value.rule or None, "at": str(value.position)}
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if not is_dataclass(value):
        return str(value)
    return {_shown(each.name): jsonable(getattr(value, each.name)) for each in fields(value)}


def _shown(name: str) -> str:
    """Where something stands is `at` everywhere."""
    return "at" if name == "position" else name
