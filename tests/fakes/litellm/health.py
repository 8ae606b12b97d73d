"""Whether the proxy is there, which version it is, and what its licence allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakes._wire import Reply, Request
from fakes.litellm._route import routes

if TYPE_CHECKING:
    from fakes.litellm._proxy import LiteLLM

ROUTES = routes()


@ROUTES.on("GET", "/health/readiness")
def readiness(proxy: LiteLLM, request: Request) -> Reply:
    """Ready. Version 1.106.2 sends no version header here nor on any other admin route."""
    return Reply.of(200, {"status": "healthy", "db": "connected"})


@ROUTES.on("GET", "/health/liveliness")
@ROUTES.on("GET", "/health/liveness")
def liveness(proxy: LiteLLM, request: Request) -> Reply:
    """Alive."""
    return Reply.of(200, "I'm alive!")


@ROUTES.on("GET", "/health/readiness/details")
def details(proxy: LiteLLM, request: Request) -> Reply:
    """Ready, with the version."""
    body = {"status": "healthy", "db": "connected", "cache": None, "litellm_version": proxy.version}
    return Reply.of(200, body)


@ROUTES.on("GET", "/health/license")
def licence(proxy: LiteLLM, request: Request) -> Reply:
    """What the licence allows."""
    kind = "enterprise" if proxy.licensed else "community"
    limits = {"max_users": None, "max_teams": None}
    body = {"has_license": proxy.licensed, "license_type": kind, "expiration_date": None, "allowed_features": []}
    return Reply.of(200, {**body, "limits": limits})


@ROUTES.on("GET", "/openapi.json")
def openapi(proxy: LiteLLM, request: Request) -> Reply:
    """The head of the description, which tells the version without a key."""
    return Reply.of(200, {"openapi": "3.1.0", "info": {"title": "LiteLLM API", "version": proxy.version}, "paths": {}})
