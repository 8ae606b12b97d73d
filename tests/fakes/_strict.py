"""What real servers swallow in silence, and a fake must not: names that nobody knows."""

from __future__ import annotations

import json
from pathlib import Path

from fakes._openapi import described
from fakes._wire import Request


class Strict:
    """The names each route knows, from a file in the repository; types too, where the vendor's description is there."""

    def __init__(self, fields: Path, description: str) -> None:
        routes: dict[str, str] = json.loads(fields.read_text())
        self.known = {route: frozenset(names.split()) for route, names in routes.items()}
        self._description = description

    def misuse(self, template: str, request: Request) -> list[str]:
        """What is wrong with a request to a template; nothing for a template that the file does not know."""
        known = self.known.get(f"{request.method} {template}")
        if known is None:
            return []
        given = request.query if request.reads else request.json()
        unknown = [f"unknown name `{name}`" for name in sorted(set(given or {}) - known)]
        description = described(self._description)
        return unknown or (description.faults(template, request) if description else [])
