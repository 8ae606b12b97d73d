"""A vendor's admin API over HTTP, with its failures sorted by one question: may the call have had its effect?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from remit.targets import _messages as messages
from remit.targets._adapter import adapter
from remit.targets._errors import Busy, OutcomeUnknown, TargetError, Unreadable, WriteRefused
from remit.targets._pace import Pace
from remit.targets._secret import Secret
from remit.targets._skew import Skew

T = TypeVar("T")
Json = dict[str, object]
Complaint = Callable[[object], str]
Remedy = Callable[[object], str]
Params = Mapping[str, str | int | bool]

SECONDS = 30.0
_LONGEST_COMPLAINT = 300
_BUSY = frozenset((429, 503))
_PAGES = frozenset(("text/html", "application/xhtml+xml"))


class Body(BaseModel):
    """What is sent to a vendor: a field that the vendor does not know cannot be set, one not set is not sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What a vendor answers, as far as it is of interest; the rest is left unread."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def no_remedy(_body: object) -> str:
    """The vendor says nothing that tells one 403 from another."""
    return ""


class Gone(WriteRefused):
    """The vendor knows no such object."""


class Missing(Unreadable):
    """The vendor knows no such object, and it was only asked for."""


@dataclass(frozen=True)
class Api:
    """One vendor's API at `base`. Thread-safe; `name` is what messages call it, `complaint` reads its error bodies.

    `remedy` reads from the body of a 403 what a person can do, or nothing where it is the credential that may not.

    Raises Unreadable (Missing for 404) for reads and WriteRefused (Gone) for writes that were refused for good; Busy
    where the call had no effect or may be repeated without harm; OutcomeUnknown where neither can be said.
    """

    name: str
    client: httpx2.Client
    token: Secret
    complaint: Complaint
    pace: Pace = field(default_factory=Pace)
    remedy: Remedy = no_remedy
    skew: Skew = field(default_factory=Skew)

    def read(self, path: str, answer: type[T], **params: str | int | bool | None) -> T:
        """GET. Query parameters that are None are left out."""
        known = {name: value for name, value in params.items() if value is not None}
        response = self._send("GET", path, None, known, repeatable=True, writing=False)
        if _is_page(response):
            raise Unreadable(messages.page(self.name))
        return self._answered(response, answer, True)

    def write(
        self,
        path: str,
        body: Body | None,
        answer: type[T],
        *,
        method: str = "POST",
        repeatable: bool = True,
    ) -> T:
        """Change something. `repeatable`: twice does no harm, so that a lost answer only means trying again."""
        sent = None if body is None else body.model_dump(mode="json", exclude_unset=True, by_alias=True)
        response = self._send(method, path, sent, {}, repeatable=repeatable, writing=True)
        return self._answered(response, answer, repeatable)

    def _send(
        self,
        method: str,
        path: str,
        body: Json | None,
        params: Params,
        *,
        repeatable: bool,
        writing: bool,
    ) -> httpx2.Response:
        self.pace.wait()
        request = self.client.build_request(method, path, json=body, params=dict(params))
        request.headers["Authorization"] = f"Bearer {self.token.reveal()}"
        try:
            response = self.client.send(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise Busy(messages.unreachable(self.name)) from None
        except httpx2.HTTPError as error:
            raise self._lost(messages.no_answer(self.name, type(error).__name__), repeatable) from None
        self.skew.note(response.headers)
        if not response.is_success:
            raise self._refusal(response, repeatable, writing)
        return response

    def _lost(self, message: str, repeatable: bool) -> TargetError:
        return Busy(message) if repeatable else OutcomeUnknown(message)

    def _refusal(self, response: httpx2.Response, repeatable: bool, writing: bool) -> TargetError:
        status = response.status_code
        said = self._said(response)
        if status in _BUSY and (status == 429 or repeatable):
            return Busy(messages.busy(self.name, status), _retry_after(response.headers))
        if status >= 500:
            return self._lost(messages.failed(self.name, status, said), repeatable)
        if status in (401, 403):
            remedy = self.remedy(_body(response)) if status == 403 else ""
            return _REFUSALS[writing, False](messages.not_admitted(self.name, status, said, remedy))
        refusal = _REFUSALS[writing, status == 404]
        return refusal(messages.refused(self.name, status, said))

    def _said(self, response: httpx2.Response) -> str:
        """The vendor's own words, shortened, and without the credential should they hold it."""
        try:
            text = self.complaint(_body(response))
        except (ValueError, TypeError, KeyError, AttributeError):
            return ""
        return self.token.hidden_in(" ".join(text.split()))[:_LONGEST_COMPLAINT]

    def _answered(self, response: httpx2.Response, answer: type[T], repeatable: bool) -> T:
        """A body that was cut off or is something else tells nothing about the effect, which success was said for."""
        try:
            return adapter(answer).validate_python(response.json())
        except json.JSONDecodeError:
            raise self._lost(messages.not_json(self.name), repeatable) from None
        except (ValidationError, UnicodeDecodeError):
            raise self._lost(messages.other_shape(self.name), repeatable) from None


_REFUSALS: Mapping[tuple[bool, bool], type[TargetError]] = {
    (False, False): Unreadable,
    (False, True): Missing,
    (True, False): WriteRefused,
    (True, True): Gone,
}
"""By whether it was a write, and whether the object is not there."""


def _body(response: httpx2.Response) -> object:
    """What it says as JSON, or None."""
    try:
        body: object = response.json()
    except ValueError:
        return None
    return body


def _is_page(response: httpx2.Response) -> bool:
    """Whether it is for people to look at: another address, or a page to sign in. It stays one when asked again."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in _PAGES or response.content.lstrip().startswith(b"<")


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds, from milliseconds, seconds or a date (RFC 9110, 10.2.3); None when it is not said."""
    with suppress(ValueError):
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
    text = headers.get("retry-after", "")
    with suppress(ValueError):
        return max(0.0, float(text))
    with suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    return None
