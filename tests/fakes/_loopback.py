"""The way to a fake over a real socket."""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from fakes._faults import Broken
from fakes._wire import Reply, Request

_PATIENCE_S = 30.0  # a client that waits longer than this for a lost reply has no timeout at all


class Loopback:
    """A fake on a free port of the loopback interface, as a context manager; `url` is its base."""

    def __init__(self, exchange: Callable[[Request], Reply]) -> None:
        self._server = _server(exchange)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _server(exchange: Callable[[Request], Reply]) -> ThreadingHTTPServer:
    connection = type("Bound", (_Connection,), {"exchange": staticmethod(exchange)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), connection)
    server.daemon_threads = True
    server.block_on_close = False
    return server


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    exchange: Callable[[Request], Reply]

    def _serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        request = Request.of(self.command, self.path, dict(self.headers.items()), content)
        try:
            self._send(type(self).exchange(request))
        except Broken as broken:
            self._break(broken)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve

    def _send(self, reply: Reply, missing: int = 0) -> None:
        self.send_response_only(reply.status)
        if "date" not in reply.headers:
            self.send_header("date", self.date_time_string())
        for name, value in {**reply.headers, "content-length": str(len(reply.content) + missing)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.content)

    def _break(self, broken: Broken) -> None:
        self.close_connection = True
        if broken.kind == "timeout":
            select.select([self.connection], [], [], _PATIENCE_S)
        elif broken.kind == "refused":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())  # closed without a farewell, which resets the connection
        elif broken.reply is not None:
            self._send(broken.reply, missing=len(broken.reply.content) + 1)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
