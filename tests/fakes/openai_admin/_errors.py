"""Errors of the API."""

from __future__ import annotations

from fakes._wire import Reply


class Refusal(Exception):
    """Ends a request with an error."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def refused(status: int, message: str, code: str | None = None, kind: str = "invalid_request_error") -> Refusal:
    """The one shape of error."""
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return Refusal(Reply.of(status, body))


def missing(what: str) -> Refusal:
    """404."""
    return refused(404, f"{what} not found", "not_found")
