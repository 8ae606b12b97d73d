"""What a vendor's answer says about the effect of a call."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from pydantic import ValidationError

from remit.targets import Busy, OutcomeUnknown, Secret, Unreadable, WriteRefused
from remit.targets._api import Answer, Api, Body, Gone, Missing
from remit.targets._pace import Pace
from remit.targets._skew import Skew

TOKEN = "sk-invented-master-value"


class Thing(Body):
    name: str | None = None
    limit: int | None = None


class Made(Answer):
    id: str


def api(answer) -> Api:
    client = httpx2.Client(base_url="http://gateway.invalid", transport=httpx2.MockTransport(answer))
    return Api("gateway", client, Secret(TOKEN), lambda body: body["error"]["message"])


def status(code: int, body: object = None, **headers: str):
    return lambda request: httpx2.Response(code, json=body, headers=headers)


def broken(error: type[Exception]):
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise error("no more")

    return answer


def text(content: str, kind: str = "application/json"):
    return lambda request: httpx2.Response(200, text=content, headers={"content-type": kind})


SAID = {"error": {"message": f"no  thanks,\n{TOKEN}"}}
ANSWERS = [
    # what happens, a read, a write that may be repeated, one that may not
    ("refused connection", broken(httpx2.ConnectError), Busy, Busy, Busy),
    ("no answer in time", broken(httpx2.ReadTimeout), Busy, Busy, OutcomeUnknown),
    ("connection lost", broken(httpx2.RemoteProtocolError), Busy, Busy, OutcomeUnknown),
    ("throttled", status(429), Busy, Busy, Busy),
    ("away for a while", status(503), Busy, Busy, OutcomeUnknown),
    ("own fault", status(500, SAID), Busy, Busy, OutcomeUnknown),
    ("wrong credential", status(401, SAID), Unreadable, WriteRefused, WriteRefused),
    ("may not", status(403), Unreadable, WriteRefused, WriteRefused),
    ("unknown", status(404), Missing, Gone, Gone),
    ("bad request", status(400, SAID), Unreadable, WriteRefused, WriteRefused),
    ("a page of HTML", text("welcome", "Text/HTML; charset=utf-8"), Unreadable, Busy, OutcomeUnknown),
    ("a page that is not said to be one", text("\n<!doctype html>"), Unreadable, Busy, OutcomeUnknown),
    (
        "a page of something that is away for a while",
        lambda request: httpx2.Response(502, html="<p>"),
        Busy,
        Busy,
        OutcomeUnknown,
    ),
    ("no body", text(""), Busy, Busy, OutcomeUnknown),
    ("cut off", text('{"id": "1'), Busy, Busy, OutcomeUnknown),
    ("another shape", text('{"id": 1}'), Busy, Busy, OutcomeUnknown),
    ("moved", status(302, None, location="http://elsewhere.invalid/"), Unreadable, WriteRefused, WriteRefused),
]


@pytest.mark.parametrize(("name", "answer", "read", "repeatable", "once"), ANSWERS, ids=[each[0] for each in ANSWERS])
def test_answers(name, answer, read, repeatable, once) -> None:
    """Each way of going wrong is told as what it says about the effect; no message holds the credential."""
    found = api(answer)
    calls = [
        (read, lambda: found.read("/things", Made)),
        (repeatable, lambda: found.write("/things", Thing(), Made)),
        (once, lambda: found.write("/things", Thing(), Made, repeatable=False)),
    ]
    for wanted, call in calls:
        with pytest.raises(wanted) as caught:
            call()
        assert type(caught.value) is wanted
        assert "`gateway`" in caught.value.message
        assert TOKEN not in caught.value.message


def test_what_the_vendor_says() -> None:
    """Its words are passed on, on one line, without the credential."""
    with pytest.raises(WriteRefused, match="refused: HTTP 400: no thanks, <secret>"):
        api(status(400, SAID)).write("/things", Thing(), Made)


LATER = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
WAITS = [({"retry-after": "7"}, 7, 7), ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5, 1.5), ({}, None, None)]
WAITS += [({"retry-after": LATER}, 3600, 86400), ({"retry-after": "soon"}, None, None), ({"retry-after": "-4"}, 0, 0)]


@pytest.mark.parametrize(("headers", "least", "most"), WAITS)
def test_how_long_to_wait(headers, least, most) -> None:
    """In milliseconds, in seconds, or until a date."""
    with pytest.raises(Busy) as caught:
        api(status(429, None, **headers)).read("/things", Made)
    wait = caught.value.retry_after
    assert (wait is None) if least is None else least <= wait <= most


SKEWS = [
    # the Date of an answer, and how far it is ahead of noon
    ({"date": "Mon, 23 Nov 2026 12:00:00 GMT"}, timedelta()),
    ({"date": "Tue, 24 Nov 2026 12:00:01 GMT"}, timedelta(days=1, seconds=1)),
    ({"date": "Mon, 23 Nov 2026 12:00:00 +0200"}, timedelta(hours=-2)),
    ({"date": "Mon, 23 Nov 2026 13:00:00 -0000"}, timedelta()),
    ({"date": "noon"}, timedelta()),
    ({"date": "Mon, 23 Nov 99999 12:00:00 GMT"}, timedelta()),
    ({}, timedelta()),
]


@pytest.mark.parametrize(("headers", "ahead"), SKEWS, ids=[str(case[0]) for case in SKEWS])
def test_its_clock(headers, ahead) -> None:
    """Told by whatever it answers, a refusal too; an answer that does not tell says nothing."""
    skew = Skew(clock=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    found = replace(api(status(400, SAID, **headers)), skew=skew)
    with pytest.raises(Unreadable):
        found.read("/things", Made)
    assert skew.ahead == ahead


def test_what_is_sent() -> None:
    """Nothing that was not set, null where null was set, and the credential in its header only."""
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        body = gzip.compress(b'{"id": "1", "more": 2}')
        return httpx2.Response(200, content=body, headers={"content-encoding": "gzip"})

    found = api(answer)
    assert found.write("/things", Thing(limit=None), Made, method="PATCH") == Made(id="1")
    assert found.read("/things", Made, page=1, team=None) == Made(id="1")
    assert [(each.method, str(each.url), each.content) for each in seen] == [
        ("PATCH", "http://gateway.invalid/things", b'{"limit":null}'),
        ("GET", "http://gateway.invalid/things?page=1", b""),
    ]
    assert {each.headers["authorization"] for each in seen} == {f"Bearer {TOKEN}"}
    assert TOKEN not in repr(found)


def test_unknown_field() -> None:
    """A field that the vendor does not know cannot be sent."""
    with pytest.raises(ValidationError):
        Thing.model_validate({"nmae": "x"})


def test_pace() -> None:
    """Calls start at least so far apart, and without a bound at once."""
    slept: list[float] = []
    pace = Pace(0.5, clock=lambda: 10.0, sleep=slept.append)
    for _ in range(3):
        pace.wait()
    Pace(sleep=slept.append).wait()
    assert slept == [0.5, 1.0]
