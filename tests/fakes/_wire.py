"""What goes over the wire, without the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a fake sees it: `query` maps a name to its last value, header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    @classmethod
    def of(cls, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Request:
        """The request for a URL or a raw path with its query."""
        parts = urlsplit(url)
        lowered = {name.lower(): value for name, value in headers.items()}
        return cls(method, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), lowered, content)

    @property
    def reads(self) -> bool:
        """Whether the method promises to change nothing."""
        return self.method in READS

    @property
    def bearer(self) -> str:
        """The token of `Authorization: Bearer`, or an empty string."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""

    def json(self) -> Any:
        """The body; None where there is none. Raises ValueError where it is not JSON."""
        return json.loads(self.content) if self.content else None

    def segments(self) -> tuple[str, ...]:
        """The path split at its slashes, each part unquoted."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: `content` is the body's bytes."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    @classmethod
    def of(cls, status: int, body: object, **headers: str) -> Reply:
        """A JSON reply; an underscore in a header's name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, {"content-type": "application/json", **named}, json.dumps(body).encode())

    def also(self, headers: Mapping[str, str]) -> Reply:
        """The same reply with more headers."""
        return replace(self, headers={**self.headers, **headers})

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)
