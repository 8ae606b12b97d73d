"""A service that is reached over the network, and one sentence for each way in which that fails."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed

_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
_LATER = "later"


@dataclass(frozen=True, slots=True)
class Remote:
    """What messages say about a service: its name, which variables lead to it, and what is to hold the secret.

    What a service says itself is never repeated, for it may hold the value.
    """

    name: str
    url_from: str
    credentials_from: str
    place: str

    def refusal(self, status: int, headers: Mapping[str, str]) -> DeliveryFailed:
        """What an error status means; `headers` may say when to try again."""
        if status == 429 or (status in (403, 503) and throttles(headers)):
            return DeliveryFailed(messages.throttled(self.name, status, when(headers)))
        if status in (401, 403):
            return DeliveryFailed(messages.refused(self.name, status, self.credentials_from))
        if status == 404:
            return DeliveryFailed(messages.missing(self.name, self.place))
        if 300 <= status < 400:
            return DeliveryFailed(messages.redirected(self.name, self.url_from))
        return DeliveryFailed(messages.failed(self.name, status))

    def explained(self, error: Exception) -> str:
        """What an exception means that a client library raised, whichever library it was."""
        causes = tuple(_causes(error))
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return messages.untrusted(self.name, self.url_from)
        if any(isinstance(cause, TimeoutError) for cause in causes):
            return messages.timed_out(self.name)
        if told := [cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror]:
            return messages.unreachable(self.name, told[-1])
        if any(isinstance(cause, OSError) for cause in causes):
            return messages.unreachable(self.name, "the connection broke")
        if isinstance(error, _MALFORMED) and not isinstance(error, UnicodeError):
            return messages.not_understood(self.name, self.url_from)
        return messages.unexpected(error)


def checked(url: str, variable: str) -> str:
    """The address itself. Raises DeliveryFailed when a value would travel readable, or the address holds a password."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise DeliveryFailed(messages.unsafe_url(variable)) from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not (is_safe and host and parts.username is None and parts.password is None):
        raise DeliveryFailed(messages.unsafe_url(variable))
    return url


def throttles(headers: Mapping[str, str]) -> bool:
    """Whether an answer asks to wait: it says for how long, or that no request is left."""
    lowered = {name.lower(): value for name, value in headers.items()}
    return "retry-after" in lowered or lowered.get("x-ratelimit-remaining") == "0"


def when(headers: Mapping[str, str]) -> str:
    """When to try again, by `Retry-After` (seconds or a date) or `X-RateLimit-Reset` (seconds since 1970)."""
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    after, reset = lowered.get("retry-after", ""), lowered.get("x-ratelimit-reset", "")
    if after.isascii() and after.isdigit():
        return f"in {int(after[:9])} s"
    with suppress(ValueError, TypeError):
        return f"after {_instant(parsedate_to_datetime(after))}"
    with suppress(ValueError, OverflowError, OSError):
        return f"after {_instant(datetime.fromtimestamp(int(reset), UTC))}"
    return _LATER


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, outermost first."""
    known: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in known:
        known.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
