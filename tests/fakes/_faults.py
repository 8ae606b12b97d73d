"""Everything that goes wrong between a client and a vendor, drawn from a seed or scripted."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase
from typing import Literal, Protocol

from fakes._wire import Reply, Request

Kind = Literal["timeout", "dropped", "refused", "truncated"]
Serve = Callable[[int], Reply]  # answers the request; the argument is how many writes ago reads look


class Broken(Exception):
    """No whole reply reached the client. `reply` is what was cut short, where the kind is `truncated`."""

    def __init__(self, kind: Kind, reply: Reply | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.reply = reply


class Fault(Protocol):
    """One way to go wrong: it may call `serve` never, once, or twice."""

    def play(self, request: Request, serve: Serve) -> Reply:
        """The reply the client gets. Raises `Broken` where it gets none."""
        ...


@dataclass(frozen=True, slots=True)
class Status:
    """An error status. `retry_after` is in seconds; `dated` sends it as an HTTP date, counted from now."""

    status: int = 503
    retry_after: float | None = None
    dated: bool = False
    after_effect: bool = False

    def play(self, request: Request, serve: Serve) -> Reply:
        """Answer with the status, after doing the work where `after_effect` is set."""
        if self.after_effect:
            serve(0)
        body = {"error": {"message": "try again", "type": "unavailable", "param": None, "code": str(self.status)}}
        return Reply.of(self.status, body).also(self._headers())

    def _headers(self) -> dict[str, str]:
        if self.retry_after is None:
            return {}
        if not self.dated:
            return {"retry-after": f"{self.retry_after:g}"}
        return {"retry-after": format_datetime(datetime.now(UTC) + timedelta(seconds=self.retry_after), usegmt=True)}


@dataclass(frozen=True, slots=True)
class Timeout:
    """The client waits in vain; `after_effect` says whether the work was done nevertheless."""

    after_effect: bool = False

    def play(self, request: Request, serve: Serve) -> Reply:
        """Never answer."""
        if self.after_effect:
            serve(0)
        raise Broken("timeout")


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection closes without a reply."""

    after_effect: bool = True

    def play(self, request: Request, serve: Serve) -> Reply:
        """Hang up."""
        if self.after_effect:
            serve(0)
        raise Broken("dropped")


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody listens. On a socket the connection is reset instead, since it stands already."""

    def play(self, request: Request, serve: Serve) -> Reply:
        """Refuse."""
        raise Broken("refused")


@dataclass(frozen=True, slots=True)
class Truncated:
    """The work is done and the body ends in the middle. `declared` keeps the full length in the header."""

    declared: bool = True

    def play(self, request: Request, serve: Serve) -> Reply:
        """Send half of the body."""
        reply = serve(0)
        half = Reply(reply.status, reply.headers, reply.content[: len(reply.content) // 2])
        if self.declared:
            raise Broken("truncated", half)
        return half


@dataclass(frozen=True, slots=True)
class Html:
    """A page of some proxy in between, where JSON is expected."""

    status: int = 502
    after_effect: bool = False

    def play(self, request: Request, serve: Serve) -> Reply:
        """Answer with a page."""
        if self.after_effect:
            serve(0)
        page = b"<!doctype html><html><body><h1>Bad gateway</h1></body></html>"
        return Reply(self.status, {"content-type": "text/html"}, page)


@dataclass(frozen=True, slots=True)
class Stale:
    """A read sees the state of `writes` changes ago. Writes go through untouched."""

    writes: int = 1

    def play(self, request: Request, serve: Serve) -> Reply:
        """Answer from the past."""
        return serve(self.writes if request.reads else 0)


@dataclass(frozen=True, slots=True)
class Duplicated:
    """Something in between delivers the request twice; the client sees the second reply."""

    def play(self, request: Request, serve: Serve) -> Reply:
        """Serve twice."""
        serve(0)
        return serve(0)


@dataclass(frozen=True, slots=True)
class Extra:
    """The reply carries other headers, for instance an unknown version."""

    headers: Mapping[str, str]

    def play(self, request: Request, serve: Serve) -> Reply:
        """Serve, and overwrite headers."""
        return serve(0).also(self.headers)


@dataclass(slots=True)
class _Script:
    method: str
    path: str
    fault: Fault
    times: int

    def take(self, request: Request) -> bool:
        fits = fnmatchcase(request.method, self.method) and fnmatchcase(request.path, self.path)
        if fits:
            self.times -= 1
        return fits


@dataclass
class Faults:
    """What goes wrong: scripted first, then drawn. `rates` pairs a probability per request with a fault."""

    seed: int = 0
    rates: tuple[tuple[float, Fault], ...] = ()
    _scripts: list[_Script] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def fail_next(self, method: str, path: str, fault: Fault, times: int = 1) -> None:
        """Play a fault on the next `times` requests of a method and path; `*` stands for anything in both."""
        self._scripts.append(_Script(method, path, fault, times))

    def heal(self) -> None:
        """Nothing goes wrong from now on."""
        self.rates, self._scripts = (), []

    def pick(self, request: Request) -> Fault | None:
        """The fault of this request. One number is drawn for each, so that a seed means the same run."""
        drawn = self._random.random() if self.rates else 1.0
        scripted = next((script for script in self._scripts if script.take(request)), None)
        self._scripts = [script for script in self._scripts if script.times > 0]
        return scripted.fault if scripted else self._drawn(drawn)

    def _drawn(self, number: float) -> Fault | None:
        for rate, fault in self.rates:
            if number < rate:
                return fault
            number -= rate
        return None
