"""`/healthz`, `/readyz` and `/metrics` over HTTP, for those who watch the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from remit.schedule import _messages as messages
from remit.schedule._standing import Standing

_SECONDS = 10
_TEXT = "text/plain; charset=utf-8"
Answer = tuple[HTTPStatus, str, bytes]


class ListenFailed(Exception):
    """Nothing listens; one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the process can be asked."""

    host: str
    port: int


def parsed(text: str) -> Listening:
    """`host:port`, or a port on loopback. Raises ListenFailed."""
    host, colon, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65_535 or (colon and not host):
        raise ListenFailed(messages.bad_address(text))
    return Listening(host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port))


@contextmanager
def listening(text: str, standing: Standing) -> Iterator[Listening]:
    """Answers in a thread while the block runs; gives the address. Raises ListenFailed."""
    wanted, answer = parsed(text), _answers(standing)
    try:
        server = ThreadingHTTPServer((wanted.host, wanted.port), _request_type(answer))
    except OSError as error:
        raise ListenFailed(messages.cannot_listen(text, error.strerror or type(error).__name__)) from None
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, name="remit-listen", daemon=True)
    thread.start()
    try:
        yield Listening(wanted.host, server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answers(standing: Standing) -> Callable[[str], Answer]:
    try:
        from remit.schedule._metrics import CONTENT_TYPE, rendered
    except ImportError:
        raise ListenFailed(messages.no_metrics()) from None

    def answer(path: str) -> Answer:
        match path:
            case "/healthz":
                return _verdict(standing.alive(datetime.now(UTC)))
            case "/readyz":
                return _verdict(standing.ready)
            case "/metrics":
                return HTTPStatus.OK, CONTENT_TYPE, rendered(standing)
        return HTTPStatus.NOT_FOUND, _TEXT, b"not found\n"

    return answer


def _verdict(good: bool) -> Answer:
    return (HTTPStatus.OK, _TEXT, b"ok\n") if good else (HTTPStatus.SERVICE_UNAVAILABLE, _TEXT, b"not ok\n")


def _request_type(answer: Callable[[str], Answer]) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        """Reads only; what the caller sent is not repeated."""

        timeout = _SECONDS
        server_version = "remit"
        sys_version = ""

        def do_GET(self) -> None:
            status, kind, body = answer(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Being watched is no news."""

    return Request
