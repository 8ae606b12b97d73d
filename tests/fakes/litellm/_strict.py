"""What the real proxy swallows in silence, and a fake must not: names that nobody knows."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from fakes._openapi import described
from fakes._wire import Request

_FIELDS = Path(__file__).with_name("fields.json")


@cache
def _known() -> dict[str, frozenset[str]]:
    return {route: frozenset(names.split()) for route, names in json.loads(_FIELDS.read_text()).items()}


def misuse(template: str, request: Request) -> list[str]:
    """What is wrong with a request by its description: unknown names always, types where the description is there."""
    known = _known().get(f"{request.method} {template}")
    if known is None:
        return []
    given = request.query if request.reads else request.json()
    unknown = [f"unknown name `{name}`" for name in sorted(set(given or {}) - known)]
    description = described("litellm.json")
    return unknown or (description.faults(template, request) if description else [])
