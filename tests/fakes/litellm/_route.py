"""Routes of the proxy: each answers with the fake, the request, and the names in its path."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from fakes._routes import Routes
from fakes._wire import Reply

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM  # noqa: F401

Answer: TypeAlias = "Callable[..., Reply]"
PUBLIC = frozenset(
    {"/health/readiness", "/health/liveliness", "/health/liveness", "/openapi.json", "/v1/chat/completions"}
)


def routes() -> Routes[Answer]:
    """An empty table of them."""
    return Routes()
