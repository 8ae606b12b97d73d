"""The three shapes of error that the proxy mixes."""

from __future__ import annotations

from fakes._wire import Reply

_TRIAL = "You must be a LiteLLM Enterprise user to use this feature."


class Refusal(Exception):
    """Ends a request with an error."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def error(status: int, message: str, kind: str = "internal_server_error", param: str | None = None) -> Refusal:
    """The proxy's own shape: the code is a string."""
    body = {"error": {"message": message, "type": kind, "param": param, "code": str(status)}}
    return Refusal(Reply.of(status, body))


def nested(status: int, message: str, kind: str = "internal_server_error", param: str | None = None) -> Refusal:
    """Its own shape with a Python dictionary spelled out in the message."""
    return error(status, str({"error": message}), kind, param)


def detail(status: int, body: object) -> Refusal:
    """The web framework's shape."""
    return Refusal(Reply.of(status, {"detail": body}))


def invalid(*location: str | int, message: str, kind: str = "value_error") -> Refusal:
    """The shape of a body or a query that does not validate: 422."""
    return detail(422, [{"type": kind, "loc": list(location), "msg": message}])


def enterprise(field: str, kind: str = "internal_server_error") -> Refusal:
    """A field that needs a licence: 403."""
    return nested(403, f"This feature is only available for LiteLLM Enterprise users: {field}. {_TRIAL}", kind)


def licence(status: int, what: str) -> Refusal:
    """A route that needs a licence; the status differs by route."""
    return error(status, f"{what} is an Enterprise feature, {_TRIAL}")
