"""The way to a fake within the process: no socket, thousands of requests a second."""

from __future__ import annotations

from collections.abc import Callable

import httpx2

from fakes._faults import Broken, Kind
from fakes._wire import Reply, Request

_RAISED: dict[Kind, Callable[..., httpx2.TransportError]] = {
    "timeout": httpx2.ReadTimeout,
    "dropped": httpx2.RemoteProtocolError,
    "refused": httpx2.ConnectError,
    "truncated": httpx2.RemoteProtocolError,
}


class InProcess(httpx2.BaseTransport):
    """A transport that hands requests to a function, and raises what a broken connection raises."""

    def __init__(self, exchange: Callable[[Request], Reply]) -> None:
        self._exchange = exchange

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask the fake. Raises a `TransportError` where no whole reply gets through."""
        seen = Request.of(request.method, request.url.raw_path.decode(), request.headers, request.read())
        try:
            reply = self._exchange(seen)
        except Broken as broken:
            raise _RAISED[broken.kind](f"the connection is broken: {broken.kind}", request=request) from None
        return httpx2.Response(reply.status, headers=dict(reply.headers), content=reply.content, request=request)
