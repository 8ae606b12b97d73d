"""The LiteLLM adapter on the fake: all claims, and what only a fake can be made to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from fakes import Dropped, Fault, Html, Refused, Reply, Request, Status, Timeout, Truncated
from fakes.litellm import LiteLLM
from litellm_claims import *  # noqa: F403 - the tests in there are tests of this module
from litellm_place import TEAM, Place, declared

from remit.targets import Busy, Context, OutcomeUnknown, SettingsInvalid, TargetError, Unreadable, WriteRefused
from remit.targets.litellm import TYPE


@pytest.fixture
def proxy() -> LiteLLM:
    return LiteLLM()


@pytest.fixture
def place(proxy: LiteLLM, tmp_path: Path) -> Iterator[Place]:
    """A proxy with one team."""
    with proxy.client(headers={"Authorization": f"Bearer {proxy.master_key}"}) as admin:
        found = Place(admin, "http://fake.test", tmp_path, transport=proxy.transport())
        found.writer.create(TEAM, uuid4().hex)
        yield found
    assert proxy.violations == []


LOST: list[Fault] = [
    Timeout(after_effect=True),
    Timeout(after_effect=False),
    Dropped(after_effect=True),
    Dropped(after_effect=False),
    Truncated(),
    Truncated(declared=False),
    Status(500, after_effect=True),
    Status(503),
    Status(429, retry_after=1),
    Html(502, after_effect=True),
    Html(200, after_effect=True),
    Refused(),
]


@pytest.mark.parametrize("fault", LOST, ids=map(repr, LOST))
def test_a_lost_answer_loses_nothing(place: Place, proxy: LiteLLM, fault: Fault) -> None:
    """Every call may be repeated after any failure: one object, as wanted, with the value that was given out."""
    wanted, nonce = place.key(), uuid4().hex
    made = _twice(proxy, fault, "/key/generate", lambda: place.writer.create(wanted, nonce))
    found = place.found(made.id)
    assert [found] == [each for each in place.reader.read() if each.alias == wanted.alias]
    after = found.with_properties({**found.properties, "caps.requests_per_minute": 3})
    calls = {
        "/key/update": lambda: place.writer.update(found, after, frozenset(("caps.requests_per_minute",))),
        "/key/block": lambda: place.writer.disable(found),
        "/key/delete": lambda: place.writer.delete(found),
    }
    for path, call in calls.items():
        _twice(proxy, fault, path, call)
    assert found.id not in {each.id for each in place.reader.read()}


@pytest.mark.parametrize("fault", LOST, ids=map(repr, LOST))
def test_a_lost_answer_about_a_budget(place: Place, proxy: LiteLLM, fault: Fault) -> None:
    """A budget for users is made once, and put right, whichever call is lost."""
    wanted = place.key(**{"user_caps.requests_per_minute": 3})
    nonce = uuid4().hex
    made = _twice(proxy, fault, "/budget/new", lambda: place.writer.create(wanted, nonce))
    place.admin.post("/budget/update", json={"budget_id": "remit-acme-user-3rpm", "rpm_limit": 9})
    seen, found = place.found(made.id), replace(place.found(made.id), user_caps=wanted.user_caps)
    changed = frozenset(("user_caps.requests_per_minute",))
    _twice(proxy, fault, "/budget/update", lambda: place.writer.update(seen, found, changed))
    assert found == place.found(made.id)
    assert len(place.admin.get("/budget/list").json()) == 1


def _twice(proxy: LiteLLM, fault: Fault, path: str, call):
    proxy.faults.fail_next("POST", path, fault)
    with pytest.raises(Busy):
        call()
    return call()


FAILURES = [
    (Html(200), "answered with a web page"),
    (Truncated(declared=False), "no JSON"),
    (Html(502), "HTTP 502"),
    (Status(500), "HTTP 500: try again"),
    (Refused(), "cannot be reached"),
    (Timeout(), "gave no answer"),
]


@pytest.mark.parametrize(("fault", "message"), FAILURES, ids=[case[1] for case in FAILURES])
def test_reading_says_what_is_wrong(place: Place, proxy: LiteLLM, fault: Fault, message: str) -> None:
    """One sentence, and never a part of what is there."""
    for path in ("/health/readiness/details", "/v2/team/list", "/key/list"):
        proxy.faults.fail_next("GET", path, fault)
        with pytest.raises(TargetError, match=message):
            place.reader.read()


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.105.9", "is LiteLLM 1.105.9, which is not supported"),
        ("0.9", "not supported"),
        ("2.0.0", "run 1.106 or newer, before 2.0"),
        ("", "does not say its version"),
        ("dev", "does not say its version"),
    ],
)
def test_a_version_that_is_not_known_is_refused(place: Place, proxy: LiteLLM, version: str, expected: str) -> None:
    """Nothing is read from it, so nothing is written."""
    proxy.version = version
    with pytest.raises(Unreadable, match=expected):
        place.reader.read()


@pytest.mark.parametrize(
    ("version", "licensed", "expected"),
    [
        ("1.106.2", False, "1.106.2, community"),
        ("1.109.1", True, "1.109.1, enterprise"),
        ("1.120.0.rc1", False, "1.120.0.rc1, community, not tried"),
    ],
)
def test_the_version_is_told(place: Place, proxy: LiteLLM, version: str, licensed: bool, expected: str) -> None:
    """With its licence, and whether Remit was ever tried on it."""
    proxy.version, proxy.licensed = version, licensed
    place.reader.read()
    assert expected == place.reader.version


def test_pages_are_read_to_the_end(place: Place, proxy: LiteLLM) -> None:
    """A hundred a page, and one call for each page."""
    for number in range(201):
        place.admin.post("/key/generate", json={"key_alias": f"hand-{number}"})
    for number in range(100):
        place.admin.post("/team/new", json={"team_alias": f"hand-{number}"})
    proxy.journal.clear()
    kinds = [each.kind for each in place.reader.read()]
    assert (kinds.count("key"), kinds.count("team")) == (201, 101)
    assert (len(proxy.journal.of("GET", "/key/list")), len(proxy.journal.of("GET", "/v2/team/list"))) == (3, 2)


def test_a_wrong_credential(proxy: LiteLLM, tmp_path: Path) -> None:
    """One message that names the setting, and shows neither the credential nor its hash."""
    with proxy.client() as admin:
        place = Place(admin, "http://fake.test", tmp_path, "sk-wrong-wrong-wrong", proxy.transport())
    with pytest.raises(Unreadable, match="does not accept the credential for this: HTTP 401") as caught:
        place.reader.read()
    with pytest.raises(WriteRefused, match="check `credentials_from`"):
        place.writer.disable(TEAM)
    assert "sk-" not in caught.value.message
    assert "Key Hash (Token) =…" in caught.value.message


CREDENTIAL = "does not accept the credential for this: HTTP 403"
FORBIDDEN = [
    # what it answers, what stands before its own words, and the remedy after them
    ({"error": {"type": "team_model_access_denied", "message": "no gpt-4o"}}, "does not allow this", "let the team of"),
    ({"error": {"type": "org_model_access_denied", "message": "no"}}, "does not allow this", "let the organisation of"),
    ({"error": {"message": "only for LiteLLM Enterprise users: tags"}}, "does not allow this", "only with a licence"),
    ({"detail": "License is over limit."}, "does not allow this", "only with a licence"),
    (
        {"detail": {"error": "Custom API key values are disabled by your administrator."}},
        "does not allow this",
        "set `disable_custom_api_keys: false`",
    ),
    (
        {"detail": {"error": "Only proxy admins can set `permissions`."}},
        "does not allow this",
        "key of a `proxy_admin`",
    ),
    ({"detail": "Virtual key is not allowed to call this route."}, "does not allow this", "key of a `proxy_admin`"),
    ({"error": {"type": "auth_error", "message": "Authentication Failed"}}, CREDENTIAL, "check `credentials_from`"),
    ({"detail": [{"msg": "no"}]}, CREDENTIAL, "check `credentials_from`"),
    ({"error": "no"}, CREDENTIAL, "check `credentials_from`"),
    (["no"], CREDENTIAL, "check `credentials_from`"),
]


@pytest.mark.parametrize(("body", "before", "remedy"), FORBIDDEN, ids=[json.dumps(case[0])[:60] for case in FORBIDDEN])
def test_what_is_forbidden(place: Place, proxy: LiteLLM, body: object, before: str, remedy: str) -> None:
    """Not every 403 is about the credential: each cause comes with what can be done about it."""
    proxy.faults.fail_next("POST", "/key/block", Forbidden(body))
    with pytest.raises(WriteRefused, match=re.escape(before)) as caught:
        place.writer.disable(place.made(place.key()))
    assert remedy in caught.value.message.rpartition("HTTP 403")[2]


class Forbidden:
    """A 403 with this body."""

    def __init__(self, body: object) -> None:
        self.body = body

    def play(self, request: Request, serve: Callable[[int], Reply]) -> Reply:
        """Refuse."""
        return Reply.of(403, self.body)


def test_a_team_with_fewer_models_than_its_new_key(place: Place, proxy: LiteLLM) -> None:
    """The team says no, not the credential; the key stays where it was."""
    place.admin.post("/team/new", json={"team_id": "narrow", "team_alias": "narrow", "models": ["gpt-4o-mini"]})
    found = place.made(place.key(models=("gpt-4o",)))
    with pytest.raises(WriteRefused, match="let the team of the key use these models there first"):
        place.writer.update(found, replace(found, team="narrow"), frozenset(("team",)))
    assert place.found(found.id).team == found.team


@pytest.mark.parametrize(
    ("url", "variable", "environ", "expected"),
    [
        (None, "MASTER", {"MASTER": "x"}, "needs `url`"),
        ("http://gateway.test", None, {}, "needs `credentials_from`"),
        ("http://gateway.test", "MASTER", {}, "environment variable `MASTER`"),
        ("http://gateway.test", "MASTER", {"MASTER": ""}, "environment variable `MASTER`"),
    ],
)
def test_settings_that_cannot_be_used(
    url: str | None, variable: str | None, environ: dict[str, str], expected: str, tmp_path: Path
) -> None:
    """Found before anything is asked."""
    context = Context("acme", tmp_path, environ)
    for opening in (TYPE.open_reader, TYPE.open_writer):
        with pytest.raises(SettingsInvalid, match=expected):
            opening(declared(url, variable), context)


def test_the_same_place_is_known_by_its_address(tmp_path: Path) -> None:
    """Host and path tell proxies apart; a trailing slash does not."""
    context = Context("acme", tmp_path, {"MASTER": "x"})
    urls = ("http://a.test/one/", "http://a.test/one", "http://a.test/two")
    identities = [TYPE.open_reader(declared(url), context).identity for url in urls]
    assert identities == ["litellm:a.test/one", "litellm:a.test/one", "litellm:a.test/two"]


@pytest.mark.parametrize("path", ["/health/readiness/details", "/health/license"])
def test_a_proxy_that_does_not_tell(place: Place, proxy: LiteLLM, path: str) -> None:
    """Without a version it is refused; without a licence it is only not told."""
    proxy.faults.fail_next("GET", path, Status(404))
    if path == "/health/license":
        place.reader.read()
        assert place.reader.version == "1.106.2, unknown licence"
        return
    with pytest.raises(Unreadable, match="does not say its version"):
        place.reader.read()


@pytest.mark.parametrize(("path", "made"), [("/key/list", "/key/generate"), ("/v2/team/list", "/team/new")])
def test_pages_that_do_not_fit_each_other(place: Place, proxy: LiteLLM, path: str, made: str) -> None:
    """What changes between two pages is read again, never told in part."""
    for number in range(100):
        place.admin.post(made, json={"key_alias" if "key" in path else "team_alias": f"hand-{number}"})
    assert place.reader.read()
    proxy.faults.fail_next("GET", path, Shrunk())
    with pytest.raises(Busy, match="changed while it was read"):
        place.reader.read()


class Shrunk:
    """A list that says it has one more than it shows."""

    def play(self, request: Request, serve: Callable[[int], Reply]) -> Reply:
        """Serve, and count one more."""
        told = json.loads(serve(0).content)
        return Reply.of(200, {**told, **{name: told[name] + 1 for name in ("total", "total_count") if name in told}})


def test_an_answer_about_another_key(place: Place, proxy: LiteLLM) -> None:
    """Something in between that answers with another key than was made: nobody can say what there is."""
    proxy.faults.fail_next("POST", "/key/generate", Other())
    with pytest.raises(OutcomeUnknown, match="with another value than it was given"):
        place.made(place.key())


class Other:
    """An answer that belongs to somebody else."""

    def play(self, request: Request, serve: Callable[[int], Reply]) -> Reply:
        """Do it, and tell of another."""
        serve(0)
        return Reply.of(200, {"token": "0" * 64, "token_id": "0" * 64})


def test_refused_after_it_was_made(place: Place, proxy: LiteLLM) -> None:
    """The alias is taken by the key that an earlier try made: then it is there, and the value is its own."""
    wanted, nonce = place.key(), uuid4().hex
    proxy.faults.fail_next("POST", "/key/generate", Status(400, after_effect=True))
    made = place.writer.create(wanted, nonce)
    assert [made.id] == [each.id for each in place.reader.read() if each.alias == wanted.alias]


def test_deletions_that_are_refused(place: Place, proxy: LiteLLM) -> None:
    """Refused is refused while the key is there, and done once it is not; a team that went meanwhile is gone."""
    found = place.made(place.key())
    proxy.faults.fail_next("POST", "/key/delete", Status(400))
    with pytest.raises(WriteRefused):
        place.writer.delete(found)
    proxy.faults.fail_next("POST", "/key/delete", Status(400, after_effect=True))
    place.writer.delete(found)
    place.writer.disable(found)
    team = next(each for each in place.reader.read() if each.kind == "team")
    proxy.faults.fail_next("POST", "/team/delete", Status(404, after_effect=True))
    place.writer.delete(team)


def test_wildcards_and_access_groups(place: Place, proxy: LiteLLM) -> None:
    """A name may stand for many: what the proxy would route is not refused."""
    proxy.models |= {"openai/*": 0.0, "cheap": 0.0}
    found = place.made(place.key(models=("cheap", "openai/gpt-5")))
    assert found.models == ("cheap", "openai/gpt-5")
    with pytest.raises(WriteRefused, match="`google/x`"):
        place.made(place.key(models=("google/x",)))
