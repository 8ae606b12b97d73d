"""The OpenAI adapter on the fake: every property there and back, whose everything is, and whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import Clock, Dropped, Fault, Html, Refused, Reply, Stale, Status, Timeout, Truncated
from fakes.openai_admin import OpenAIAdmin
from hypothesis import given
from hypothesis import strategies as st
from openai_place import ADMIN, KEY, LATER, MAIL, ORGANIZATION, PROJECT, Place, declared, usd, wish
from pydantic import ValidationError

from remit.resources import Money
from remit.targets import (
    Activity,
    ActivityReader,
    Busy,
    Context,
    Marker,
    OutcomeUnknown,
    SettingsInvalid,
    TargetError,
    Unreadable,
    WriteRefused,
)
from remit.targets.openai import TYPE
from remit.targets.openai._names import KeyPlace
from remit.targets.openai._properties import cents, cents_of, scopes_sent
from remit.targets.openai._resumed import LONGEST, Resumed
from remit.targets.openai._wire import ChannelBody, KeyBody, LimitBody, RateBody


@pytest.fixture
def fake() -> Iterator[OpenAIAdmin]:
    organization = OpenAIAdmin(clock=Clock(datetime.now(UTC)))
    yield organization
    assert organization.violations == []


@pytest.fixture
def place(fake: OpenAIAdmin, tmp_path: Path) -> Place:
    return Place(fake, tmp_path)


def test_a_project_there_and_back(place: Place) -> None:
    """Everything that bounds it is read as it was declared, and its name says whose it is."""
    made = place.project()
    assert made.properties == PROJECT
    assert ("ranker", str(Marker(ORGANIZATION, "project:ranker", made.id))) == (made.alias, made.marker)


PROJECT_VALUES: list[tuple[str, object]] = [
    ("models", ("gpt-4o",)),
    ("models", ()),
    ("models", None),
    ("model_caps.requests_per_minute.gpt-4o", 0),
    ("model_caps.requests_per_minute.gpt-4o", 500),
    ("model_caps.requests_per_minute.gpt-4o", 501),
    ("model_caps.requests_per_minute.gpt-4o", 2_000_000_000),
    ("model_caps.requests_per_minute.gpt-4o", None),
    ("model_caps.tokens_per_minute.gpt-4o-mini", 0),
    ("model_caps.tokens_per_minute.gpt-4o-mini", 1_000),
    ("model_caps.tokens_per_minute.gpt-4o-mini", None),
    ("budgets.project.monthly", usd(0)),
    ("budgets.project.monthly", usd(0, 1)),
    ("budgets.project.monthly", usd(1)),
    ("budgets.project.monthly", usd(12_345_678_900, 9_999)),
    ("alerts.project.monthly", ("100%", "33.3%")),
    ("alerts.project.monthly", None),
]


@pytest.mark.parametrize(("name", "value"), PROJECT_VALUES, ids=map(repr, PROJECT_VALUES))
def test_properties_of_a_project(place: Place, name: str, value: Any) -> None:
    """Created with a value or changed to it, a project is read back with it, and with nothing else changed."""
    expected = {**PROJECT, name: value}
    if name == "budgets.project.monthly" and value.micro < 20_000:
        expected["alerts.project.monthly"] = None
    expected = {key: each for key, each in expected.items() if each is not None}
    flat = {name: value, **({} if "alerts.project.monthly" in expected else {"alerts.project.monthly": None})}
    made = place.project()
    assert expected == place.changed(made, flat).properties
    other = place.create(wish("other", "project", expected, {"project": "other"}), "n1")
    place.opened()
    assert {**expected, "project": "other"} == place.found(other.id).properties


def test_a_budget_without_alerts_is_dropped(place: Place) -> None:
    """What is gone in git is gone there, and twice is once."""
    made = place.project()
    flat = {"budgets.project.monthly": None, "alerts.project.monthly": None}
    for _ in range(2):
        after = place.changed(made, flat)
        assert after.budgets == after.alerts == {}
        assert place.rows(f"/{made.id}/spend_alerts") == []
    for _ in range(2):
        assert place.changed(made, {"models": None}).models is None


def test_money(place: Place) -> None:
    """Whole cents, rounded down so that nothing above the budget is spent; parts likewise; only US dollars."""
    assert [cents(usd(10, micro)) for micro in (0, 1, 9_999)] == [10, 10, 10]
    assert [cents_of(usd(1001), part) for part in ("50%", "33.3%", "100%")] == [500, 333, 1001]
    with pytest.raises(WriteRefused, match="in USD, not in EUR"):
        place.project(**{"budgets.project.monthly": Money(1, "EUR")})


def test_a_budget_of_nothing(place: Place) -> None:
    """OpenAI takes no limit below one cent, and one cent is what it is read as by anybody else."""
    made = place.project(**{"budgets.project.monthly": usd(0), "alerts.project.monthly": None})
    limit = place.admin.get(f"organization/projects/{made.id}/spend_limit").json()
    assert (limit["threshold_amount"], made.budgets) == (1, {"project.monthly": usd(0)})
    place.inventory.clear()
    assert place.found(made.id).budgets == {"project.monthly": usd(1)}


BODIES: list[tuple[Callable[[], object], str]] = [
    (lambda: KeyBody(scopes=()), "scopes"),
    (lambda: KeyBody(expires_in_seconds=0), "expires_in_seconds"),
    (lambda: LimitBody(threshold_amount=0, currency="USD", interval="month"), "threshold_amount"),
    (lambda: RateBody(max_requests_per_1_minute=-1), "max_requests_per_1_minute"),
    (lambda: ChannelBody(type="email", recipients=(), subject_prefix=""), "recipients"),
]


@pytest.mark.parametrize(("make", "field"), BODIES)
def test_what_is_never_sent(make: Callable[[], object], field: str) -> None:
    """Above all no empty list of scopes, which would open everything; and nothing that the description rules out."""
    with pytest.raises(ValidationError, match=field):
        make()


@given(st.integers(0, 10**15))
def test_cents_never_exceed_the_money(micro: int) -> None:
    """At most a cent is lost, and none is added."""
    assert 0 <= micro - cents(Money(micro, "USD")) * 10_000 < 10_000


def test_tiny_budgets_keep_their_alerts(place: Place) -> None:
    """Two parts may be the same cents: both are read again."""
    made = place.project(**{"budgets.project.monthly": usd(1)})
    assert made.alerts["project.monthly"] == ("50%", "80%")
    assert len(place.rows(f"/{made.id}/spend_alerts")) == 1


def test_alerts_follow_the_budget_and_the_recipients(place: Place) -> None:
    """Their amounts are parts of the budget of now; those of others are left alone."""
    made = place.project()
    theirs = {"threshold_amount": 5, "currency": "USD", "interval": "month"}
    channel = {"type": "email", "recipients": ["bo@example.org"]}
    place.post(f"/{made.id}/spend_alerts", **theirs, notification_channel=channel)
    assert made == place.found(made.id)
    place.changed(made, {"budgets.project.monthly": usd(10_000)})
    rows = place.rows(f"/{made.id}/spend_alerts")
    assert sorted(row["threshold_amount"] for row in rows) == [5, 5_000, 8_000]
    place.spec = {"alert_recipients": ["bo@example.org"]}
    place.opened()
    seen = place.found(made.id)
    assert seen.alerts["project.monthly"] == ("5000 cents to others", "8000 cents to others")
    assert place.changed(seen, {"alerts.project.monthly": ("80%",)}).alerts["project.monthly"] == ("80%",)


def test_alerts_without_anybody_to_tell(place: Place) -> None:
    """Nothing is sent, and the capabilities say that a person must act."""
    place.spec = {"alert_recipients": []}
    place.opened()
    assert place.capabilities.of("alerts.project.monthly", "project").support == "manual"
    assert place.project().alerts == {}


def test_alerts_are_read_without_notes(place: Place) -> None:
    """Whole percents are recognised by the budget alone; what is none is cents, and without a budget all is."""
    made = place.project(**{"alerts.project.monthly": ("33.33%", "80%")})
    place.inventory.clear()
    assert place.found(made.id).alerts["project.monthly"] == ("29997 cents", "80%")
    place.admin.delete(f"organization/projects/{made.id}/spend_limit")
    assert place.found(made.id).alerts["project.monthly"] == ("29997 cents", "72000 cents")


def test_a_limit_edited_by_hand_is_seen(place: Place) -> None:
    """What is there counts, not what was noted."""
    made = place.project()
    place.post(f"/{made.id}/spend_limit", threshold_amount=1, currency="USD", interval="month")
    place.post(f"/{made.id}/rate_limits/rl-gpt-4o", max_requests_per_1_minute=7)
    place.post(f"/{made.id}/model_permissions", mode="deny_list", model_ids=["gpt-4o"])
    seen = place.found(made.id)
    assert (usd(1), 7, None) == (
        seen.budgets["project.monthly"],
        seen.model_caps["requests_per_minute.gpt-4o"],
        seen.models,
    )


def test_a_limit_that_is_dropped_is_as_before(place: Place) -> None:
    """The row cannot be reset: its former value is noted before the first change, and written back."""
    project = place.post("", name="ranker")["id"]
    place.post(f"/{project}/rate_limits/rl-gpt-4o", max_requests_per_1_minute=123)
    place.spec = {"adopt": True}
    place.opened()
    found = place.found(project)
    cap = "model_caps.requests_per_minute.gpt-4o"
    for value in (60, 40):
        seen = place.changed(found, {cap: value})
        assert value == seen.properties[cap]
    assert cap not in place.changed(seen, {cap: None}).properties
    assert place.rows(f"/{project}/rate_limits")[0]["max_requests_per_1_minute"] == 123
    assert cap not in place.changed(seen, {cap: None}).properties


def test_notes_of_one_model_are_not_those_of_another(place: Place) -> None:
    """`gpt-4o-mini` begins as `gpt-4o` does."""
    made = place.project(**{"model_caps.requests_per_minute.gpt-4o-mini": 70})
    after = place.changed(made, {"model_caps.requests_per_minute.gpt-4o": None})
    assert after.model_caps == {"requests_per_minute.gpt-4o-mini": 70}


def test_a_limit_that_the_model_does_not_have(place: Place) -> None:
    """Absent is not 0: there is nothing to set."""
    with pytest.raises(WriteRefused, match="has no `requests_per_minute` for the model `gpt-9`"):
        place.project(**{"model_caps.requests_per_minute.gpt-9": 1})
    place.inventory["rate:x:requests_per_minute:gpt-4o"] = "damaged"
    assert len(place.read()) == 1


def test_a_limit_that_cannot_be_written(place: Place, fake: OpenAIAdmin) -> None:
    """A refusal for any other reason than its size is told."""
    fake.faults.fail_next("POST", "*/rate_limits/*", Status(400))
    with pytest.raises(WriteRefused, match="HTTP 400"):
        place.project()


def test_unknown_models_change_nothing(place: Place) -> None:
    """OpenAI refuses all of the list, and the former one holds."""
    made = place.project()
    with pytest.raises(WriteRefused, match="Unknown model ids: gpt-9"):
        place.changed(made, {"models": ("gpt-4o", "gpt-9")})
    assert made == place.found(made.id)


def test_a_key_there_and_back(place: Place) -> None:
    """Scopes and the time that was declared are read again; its account is named by itself."""
    place.project()
    made = place.key()
    assert made.properties == KEY
    assert ("ranker-prod", str(Marker(ORGANIZATION, "ranker-prod", made.id))) == (made.alias, made.marker)
    where = KeyPlace.of(made.id)
    accounts = place.rows(f"/{where.project}/service_accounts")
    assert [str(Marker(ORGANIZATION, "ranker-prod", where.account))] == [row["name"] for row in accounts]


KEY_VALUES: list[tuple[str, Any, Any]] = [
    ("scopes", ("chat", "embeddings"), None),
    ("scopes", ("api.all.read",), None),
    ("scopes", ("audio", "rerank"), None),
    ("scopes", (), "has no permission for any scope"),
    ("scopes", ("rerank",), "has no permission for any scope"),
    ("scopes", None, "has no permission for any scope"),
    ("expires", LATER + timedelta(days=9), None),
    ("expires", LATER - timedelta(days=9), None),
    ("expires", None, "cannot change `expires`"),
    ("project", "other", "cannot change `project`"),
    ("enabled", False, "cannot change `enabled`"),
    ("marker", "x", "cannot change `marker`"),
    ("alias", "x", "cannot change `alias`"),
]


@pytest.mark.parametrize(("name", "value", "refusal"), KEY_VALUES)
def test_properties_of_a_key(place: Place, fake: OpenAIAdmin, name: str, value: Any, refusal: str | None) -> None:
    """What OpenAI can change is changed alone; what it cannot is refused, and nothing is sent."""
    place.project()
    made = place.key()
    fake.journal.clear()
    if refusal is None:
        assert {**KEY, name: value} == place.changed(made, {name: value}).properties
        (sent,) = fake.journal.of("POST", "*/api_keys/*")
        assert len(sent.request.json()) == 1
        return
    with pytest.raises(WriteRefused, match=refusal):
        place.changed(made, {name: value})
    assert fake.journal.writes == ()
    assert made == place.found(made.id)


@pytest.mark.parametrize("scopes", [(), ("rerank",)])
def test_a_key_without_scopes_is_not_made(place: Place, fake: OpenAIAdmin, scopes: tuple[str, ...]) -> None:
    """An empty list would let it do everything; not even an account is made."""
    place.project()
    fake.journal.clear()
    with pytest.raises(WriteRefused, match="declare one"):
        place.key(scopes=scopes)
    assert fake.journal.writes == ()


@given(st.lists(st.sampled_from(["chat", "images", "rerank", "api.all.read"])))
def test_permissions_grow_with_scopes(scopes: list[str]) -> None:
    """No scope gives what it would not give alone."""
    assert set(scopes_sent(scopes)) == {each for scope in scopes for each in scopes_sent([scope])}


def test_keys_without_an_end(place: Place, fake: OpenAIAdmin) -> None:
    """No time is sent where none is declared; one in the past is the least there is."""
    place.project()
    assert "expires" not in place.key(expires=None).properties
    place.key("ranker-dev", expires=fake.clock() - timedelta(days=3))
    sent = [entry.request.json() for entry in fake.journal.of("POST", "*/service_accounts/*/api_keys")]
    assert [body.get("expires_in_seconds") for body in sent] == [None, 1]


def test_time_is_counted_from_the_call(place: Place, fake: OpenAIAdmin) -> None:
    """A moment's difference is none; more is told as it is, and so is an expiry that somebody moved."""
    place.project()
    made = place.key()
    name = KeyPlace.of(made.id).key
    fake.tables.change("keys", name, expires_at=int(LATER.timestamp()) + 80)
    assert place.found(made.id).expires == LATER
    fake.tables.change("keys", name, expires_at=int(LATER.timestamp()) + 100)
    assert LATER + timedelta(seconds=100) == place.found(made.id).expires
    place.inventory.clear()
    assert LATER + timedelta(seconds=100) == place.found(made.id).expires


def test_an_expired_key_cannot_be_prolonged(place: Place, fake: OpenAIAdmin) -> None:
    """OpenAI says so."""
    place.project()
    made = place.key()
    fake.clock.advance(days=80)
    with pytest.raises(WriteRefused, match="Expired API keys"):
        place.changed(made, {"expires": LATER + timedelta(days=80)})


def test_generations_share_an_account(place: Place) -> None:
    """A second value of a key is beside the first, and outlives it."""
    place.project()
    one = place.key()
    two = place.key("ranker-prod~2")
    assert (two.alias, two.slot) == ("ranker-prod~2", "ranker-prod")
    assert KeyPlace.of(one.id).account == KeyPlace.of(two.id).account
    place.delete(one)
    assert place.call(place.values[two.id]).status_code == 200
    assert place.call(place.values[one.id]).status_code == 401
    place.disable(two)
    assert place.rows(f"/{KeyPlace.of(two.id).project}/service_accounts") == []


def test_an_account_with_keys_of_others_stays(place: Place) -> None:
    """Deleting it would delete what somebody else made in it."""
    place.project()
    made = place.key()
    where = KeyPlace.of(made.id)
    place.post(f"/{where.project}/service_accounts/{where.account}/api_keys", name="by hand")
    place.delete(made)
    assert len(place.rows(f"/{where.project}/service_accounts")) == 1


def test_a_list_that_lags_behind_deletes_no_key(place: Place, fake: OpenAIAdmin) -> None:
    """The newer key is noted, so its account is not taken for empty."""
    place.project()
    one, two = place.key(), place.key("ranker-prod~2")
    fake.faults.fail_next("GET", "*/api_keys", Stale(writes=2), times=9)
    place.delete(one)
    assert place.call(place.values[two.id]).status_code == 200


def test_gone_is_success_and_changing_it_is_not(place: Place) -> None:
    """Deleting twice is deleting once."""
    project = place.project()
    made = place.key()
    for _ in range(2):
        place.disable(made)
        place.delete(made)
    with pytest.raises(WriteRefused, match="not there any more"):
        place.update(made, made, frozenset(("expires",)))
    for _ in range(2):
        place.delete(project)
    place.delete(replace(project, id="proj_9"))
    assert (place.read(), place.inventory) == ((), {})
    place.fake.faults.fail_next("POST", "*", Status(404))
    with pytest.raises(WriteRefused, match="HTTP 404"):
        place.update(project, project, frozenset(("models",)))


def test_a_project_with_keys_is_not_archived(place: Place, fake: OpenAIAdmin) -> None:
    """Whoever made them; nor does an archive that OpenAI refuses pass for one."""
    project = place.project()
    account = place.post(f"/{project.id}/service_accounts", name="by hand")["id"]
    with pytest.raises(WriteRefused, match="still holds 1 keys"):
        place.delete(project)
    place.admin.delete(f"organization/projects/{project.id}/service_accounts/{account}")
    fake.faults.fail_next("POST", "*/archive", Status(400))
    with pytest.raises(WriteRefused, match="HTTP 400"):
        place.delete(project)
    place.delete(project)
    assert fake.project(project.id)["status"] == "archived"


def test_an_account_that_cannot_be_closed(place: Place, fake: OpenAIAdmin) -> None:
    """The key is revoked all the same."""
    place.project()
    made = place.key()
    fake.faults.fail_next("DELETE", "*/service_accounts/*", Status(500))
    place.disable(made)
    assert place.call(place.values[made.id]).status_code == 401


def test_taken_and_homeless(place: Place) -> None:
    """An alias that is there is not made again, and a key needs its project."""
    with pytest.raises(WriteRefused, match="no project is called `ranker`"):
        place.key()
    place.opened()
    place.project()
    place.key()
    with pytest.raises(WriteRefused, match="exists already"):
        place.key()
    with pytest.raises(WriteRefused, match="no project is called `other`"):
        place.key("x", project="other")


def test_projects_made_later_are_known(place: Place) -> None:
    """The writer that made it need not look for it."""
    place.project()
    place.key()
    place.create(wish("other", "project", {"project": "other"}), "n2")
    assert place.key("x", project="other").project == "other"


def test_strangers(place: Place) -> None:
    """Unmarked, foreign and copied objects are none of ours, and in nobody's way."""
    project = place.project()
    made = place.key()
    where = KeyPlace.of(made.id)
    other = place.post("", name="ranker")["id"]
    copied = place.post("", name=project.marker)["id"]
    name = next(row["name"] for row in place.rows(f"/{where.project}/api_keys") if row["id"] == where.key)
    account = place.post(f"/{other}/service_accounts", name="ranker-prod")
    place.post(f"/{other}/service_accounts/{account['id']}/api_keys", name=name)
    place.post(f"/{other}/service_accounts/{account['id']}/api_keys", name="remit:acme/ranker-prod#~1")
    seen = {each.id: each for each in place.read()}
    assert (seen[other].alias, seen[other].marker) == ("ranker", "")
    assert ("ranker", project.marker) == (seen[copied].alias, seen[copied].marker)
    keys = [each for each in seen.values() if each.kind == "key" and each.id != made.id]
    assert [f"{other}/ranker-prod", "ranker-prod", "ranker-prod"] == [each.alias for each in keys]
    assert not any(each.marker == str(Marker(ORGANIZATION, "ranker-prod", each.id)) for each in keys)
    # a new generation goes to our account, not to the one of that name
    place.opened()
    assert where.account == KeyPlace.of(place.key("ranker-prod~2").id).account


def test_keys_of_people(place: Place, fake: OpenAIAdmin, monkeypatch: pytest.MonkeyPatch) -> None:
    """They have no account, and are never taken for ours; one whose owner has no access does not work."""
    project = place.project()
    row = {"id": "key_9", "name": None, "owner": {"type": "user", "user": {}}, "owner_project_access": "inactive"}
    answer = fake.answer
    monkeypatch.setattr(
        fake,
        "answer",
        lambda request: Reply.of(200, {"data": [row]}) if request.path.endswith("/api_keys") else answer(request),
    )
    (seen,) = (each for each in place.read() if each.kind == "key")
    assert ("", f"{project.id}/key_9", f"{project.id}::key_9") == (seen.marker, seen.alias, seen.id)
    assert (seen.project, seen.enabled) == ("ranker", False)


def test_a_project_that_was_renamed_is_known_by_its_id(place: Place) -> None:
    """Its name of now shows as drift, and its own is given back."""
    made = place.project()
    place.post(f"/{made.id}", name="Ranking (prod)")
    seen = place.found(made.id)
    assert (made.marker, "Ranking (prod)", "ranker") == (seen.marker, seen.alias, seen.project)
    assert sum(each.project == "ranker" for each in [place.key()]) == 1
    place.update(seen, made, frozenset(("alias",)))
    assert made == place.found(made.id)


def test_a_renamed_project_stays_known_while_it_is_changed(place: Place) -> None:
    """What takes away goes first, under the name of now; should the run die then, the project is still ours."""
    made = place.project()
    place.post(f"/{made.id}", name="Ranking (prod)")
    seen = place.found(made.id)
    after = place.changed(seen, {"models": ("gpt-4o",)})
    assert (made.marker, "Ranking (prod)", "ranker") == (after.marker, after.alias, after.project)


def test_adopting_a_project(place: Place) -> None:
    """An unmarked one is read closely, and its mark is its new name."""
    project = place.post("", name="ranker")["id"]
    assert place.found(project).budgets == {}
    place.spec = {"adopt": True}
    place.opened()
    place.post(f"/{project}/spend_limit", threshold_amount=5, currency="USD", interval="month")
    seen = place.found(project)
    assert {"project.monthly": usd(5)} == seen.budgets
    marker = str(Marker(ORGANIZATION, "project:ranker", project))
    assert marker == place.changed(seen, {"marker": marker}).marker  # type: ignore[dict-item]


def test_pages_are_read_to_the_end(place: Place, fake: OpenAIAdmin) -> None:
    """A hundred a page, of projects and of keys."""
    for number in range(201):
        place.post("", name=f"p{number}")
    last = place.rows("?limit=1")[0]["id"]
    account = place.post(f"/{last}/service_accounts", name="a", create_service_account_only=True)["id"]
    for number in range(100):
        place.post(f"/{last}/service_accounts/{account}/api_keys", name=f"k{number}")
    fake.journal.clear()
    kinds = [each.kind for each in place.read()]
    assert (kinds.count("project"), kinds.count("key")) == (201, 100)
    assert (len(fake.journal.of("GET", "*/projects")), len(fake.journal)) == (3, 3 + 201)


def test_a_list_that_does_not_go_on(place: Place, fake: OpenAIAdmin, monkeypatch: pytest.MonkeyPatch) -> None:
    """It changed while it was read, so it is read again."""
    monkeypatch.setattr(fake, "answer", lambda request: _endless())
    with pytest.raises(Busy, match="changed while it was read"):
        place.read()


def _endless() -> Any:
    return Reply.of(200, {"data": [{"id": "proj_1", "name": "x"}], "has_more": True})


LOST: list[Fault] = [
    Timeout(after_effect=True),
    Timeout(after_effect=False),
    Dropped(after_effect=True),
    Truncated(),
    Truncated(declared=False),
    Status(500, after_effect=True),
    Status(503),
    Html(502, after_effect=True),
    Html(200, after_effect=True),
]
NOTHING_HAPPENED: list[Fault] = [Status(429, retry_after=1), Refused()]


@pytest.mark.parametrize("fault", [*LOST, *NOTHING_HAPPENED], ids=repr)
def test_a_key_whose_answer_is_lost(place: Place, fake: OpenAIAdmin, fault: Fault) -> None:
    """It may be there with a value that nobody has: it is found by its name, deleted, and made anew."""
    place.project()
    fake.faults.fail_next("POST", "*/service_accounts/*/api_keys", fault)
    with pytest.raises(OutcomeUnknown if fault in LOST else Busy):
        place.create(wish("ranker-prod", "key", KEY), "n1")
    place.opened()
    for each in place.read():
        if each.kind == "key":
            assert each.marker == str(Marker(ORGANIZATION, "ranker-prod", each.id))
            place.delete(each)
    place.create(wish("ranker-prod", "key", KEY), "n1")
    assert sum(each.kind == "key" for each in place.read()) == 1
    (project,) = (each for each in place.read() if each.kind == "project")
    assert len(place.rows(f"/{project.id}/service_accounts")) == 1


@pytest.mark.parametrize("fault", [*LOST, *NOTHING_HAPPENED], ids=repr)
@pytest.mark.parametrize("path", ["*/service_accounts", "*/service_accounts/svc_acct_00000001"])
def test_an_account_whose_answer_is_lost(place: Place, fake: OpenAIAdmin, path: str, fault: Fault) -> None:
    """The next try finds it by its name: there is never a second one."""
    project = place.project()
    fake.faults.fail_next("POST", path, fault)
    with pytest.raises(Busy):
        place.create(wish("ranker-prod", "key", KEY), "n1")
    made = place.create(wish("ranker-prod", "key", KEY), "n1")
    (account,) = place.rows(f"/{project.id}/service_accounts")
    assert str(Marker(ORGANIZATION, "ranker-prod", KeyPlace.of(made.id).account)) == account["name"]


@pytest.mark.parametrize("fault", LOST, ids=repr)
def test_a_project_whose_answer_is_lost(place: Place, fake: OpenAIAdmin, fault: Fault) -> None:
    """It carries the intent in its name, and is finished by an update."""
    fake.faults.fail_next("POST", "*/projects", fault)
    with pytest.raises(OutcomeUnknown):
        place.create(wish("ranker", "project", PROJECT), "n1")
    for seen in place.read():
        assert str(Marker.pending(ORGANIZATION, "project:ranker", "n1")) == seen.marker
        marker = str(Marker(ORGANIZATION, "project:ranker", seen.id))
        wanted = wish("ranker", "project", PROJECT)
        place.update(seen, wanted, frozenset((*PROJECT, "marker")))
        assert (PROJECT, marker) == ((found := place.found(seen.id)).properties, found.marker)


@pytest.mark.parametrize("fault", [*LOST, *NOTHING_HAPPENED], ids=repr)
@pytest.mark.parametrize("path", ["model_permissions", "rate_limits/*", "spend_limit", "spend_alerts", ""])
def test_a_project_that_is_made_in_part(place: Place, fake: OpenAIAdmin, path: str, fault: Fault) -> None:
    """Calling again goes on with what is there: one project, as wanted, with each alert once."""
    fake.faults.fail_next("POST", f"*/projects/proj_*{path and '/'}{path}", fault)
    with pytest.raises(Busy):
        place.create(wish("ranker", "project", PROJECT), "n1")
    made = place.create(wish("ranker", "project", PROJECT), "n1")
    assert [made.id] == [each.id for each in place.read()]
    assert place.found(made.id).properties == PROJECT
    assert len(place.rows(f"/{made.id}/spend_alerts")) == 2


@pytest.mark.parametrize("fault", [*LOST, *NOTHING_HAPPENED], ids=repr)
def test_changes_may_be_repeated(place: Place, fake: OpenAIAdmin, fault: Fault) -> None:
    """Each is busy once, and then as wanted."""
    project, made = place.project(), None
    made = place.key()
    later = wish("ranker-prod", "key", KEY, {"expires": LATER + timedelta(days=1)})
    bare = wish("ranker", "project", {"project": "ranker"})
    calls = [
        ("POST", "*/api_keys/*", lambda: place.update(made, later, frozenset(("expires",)))),
        ("DELETE", "*/api_keys/*", lambda: place.disable(made)),
        ("DELETE", "*/model_permissions", lambda: place.update(project, bare, frozenset(("models",)))),
        ("DELETE", "*/spend_alerts/*", lambda: place.update(project, bare, frozenset(("alerts.project.monthly",)))),
        ("POST", "*/archive", lambda: place.delete(project)),
    ]
    for method, path, call in calls:
        fake.faults.fail_next(method, path, fault)
        with pytest.raises(Busy):
            call()
        call()
    assert place.read() == ()


FAILURES = [
    (Html(200), "answered with a web page"),
    (Truncated(declared=False), "no JSON"),
    (Html(502), "HTTP 502"),
    (Status(500), "HTTP 500: try again"),
    (Refused(), "cannot be reached"),
    (Timeout(), "gave no answer"),
    (Truncated(), "gave no answer"),
    (Status(400), "HTTP 400"),
]
READ = ("*/projects", "*/api_keys", "*/model_permissions", "*/rate_limits", "*/spend_limit", "*/spend_alerts")


@pytest.mark.parametrize(("fault", "message"), FAILURES, ids=[case[1] for case in FAILURES])
@pytest.mark.parametrize("path", READ)
def test_reading_says_what_is_wrong(place: Place, fake: OpenAIAdmin, path: str, fault: Fault, message: str) -> None:
    """One sentence, and never a part of what is there."""
    place.project()
    fake.faults.fail_next("GET", path, fault)
    with pytest.raises(TargetError, match=message):
        place.read()
    assert len(place.read()) == 1


def test_a_throttled_reading_goes_on(place: Place, fake: OpenAIAdmin) -> None:
    """What was read before is not asked for again; the next reading asks for everything."""
    for number in range(9):
        place.post("", name=f"p{number}")
    fake.journal.clear()
    fake.faults.fail_next("GET", "*/proj_00000005/api_keys", Status(429, retry_after=1))
    with pytest.raises(Busy):
        place.read()
    assert len(place.read()) == 9
    assert len(fake.journal) == 1 + 9 + 1
    place.read()
    assert len(fake.journal) == 2 * (1 + 9) + 1


def test_a_reading_does_not_go_on_for_ever() -> None:
    """After some minutes what was read is old."""
    times = [0.0]
    resumed = Resumed(lambda: times[0])
    resumed.begin()
    assert [resumed.once("x", lambda answer=answer: answer) for answer in (1, 2)] == [1, 1]
    times[0] += LONGEST
    resumed.begin()
    assert resumed.once("x", lambda: 2) == 1
    times[0] += 1
    resumed.begin()
    assert resumed.once("x", lambda: 2) == 2


def test_nothing_is_set_and_null(place: Place, fake: OpenAIAdmin, monkeypatch: pytest.MonkeyPatch) -> None:
    """404 and null both say that there is no bound."""
    made = place.project(models=None, **{"budgets.project.monthly": None, "alerts.project.monthly": None})
    assert (made.models, made.budgets) == (None, {})
    answer = fake.answer
    monkeypatch.setattr(
        fake,
        "answer",
        lambda request: (
            Reply.of(200, None) if request.path.endswith(("permissions", "spend_limit")) else answer(request)
        ),
    )
    assert made == place.found(made.id)


def test_a_wrong_credential(fake: OpenAIAdmin, tmp_path: Path) -> None:
    """One message that names the setting, and does not show the credential."""
    place = Place(fake, tmp_path, "sk-wrong-wrong")
    with pytest.raises(Unreadable, match="does not accept the credential for this: HTTP 401") as caught:
        place.read()
    with pytest.raises(WriteRefused, match="check `credentials_from`"):
        place.project()
    assert "sk-wrong" not in f"{caught.value!r}{place.reader!r}{place.writer!r}"


def test_both_shapes_of_errors(place: Place, fake: OpenAIAdmin, monkeypatch: pytest.MonkeyPatch) -> None:
    """`error.message` and a bare `message` are told, and anything else is not."""
    for body, expected in (({"code": 404, "message": "so"}, "HTTP 404: so"), ([1], "HTTP 404"), ({}, "HTTP 404")):
        monkeypatch.setattr(fake, "answer", lambda request, body=body: Reply.of(404, body))
        with pytest.raises(TargetError, match=f"{expected}$"):
            place.read()


@pytest.mark.parametrize(
    ("variable", "environ", "expected"),
    [
        (None, {}, "needs `credentials_from`"),
        ("ADMIN", {}, "environment variable `ADMIN`"),
        ("ADMIN", {"ADMIN": ""}, "environment variable `ADMIN`"),
    ],
)
def test_settings_that_cannot_be_used(
    variable: str | None, environ: dict[str, str], expected: str, tmp_path: Path
) -> None:
    """Found before anything is asked."""
    for opening in (TYPE.open_reader, TYPE.open_writer):
        with pytest.raises(SettingsInvalid, match=expected):
            opening(declared(variable), Context("acme", tmp_path, environ))


def test_the_same_organization_is_known_by_its_oldest_project(place: Place, fake: OpenAIAdmin, tmp_path: Path) -> None:
    """All have one address, and one may have several admin keys; `url` is needed by nobody."""
    assert place.identity == "openai:api.openai.com/v1"
    place.read()
    assert place.identity == "openai:api.openai.com/v1"
    first = place.post("", name="Default")["id"]
    fake.clock.advance(seconds=5)
    place.post("", name="another")
    place.read()
    assert f"openai:api.openai.com/v1/{first}" == place.identity
    reader = TYPE.open_reader(declared(url="https://eu.api.test/v1/"), Context("acme", tmp_path, {"ADMIN": "x"}))
    assert (reader.identity, reader.version) == ("openai:eu.api.test/v1", "")


def test_keys_do_what_is_declared_and_no_more(place: Place, fake: OpenAIAdmin) -> None:
    """A key calls its models at its rate while it is in force."""
    place.project(models=("gpt-4o",), **{"model_caps.requests_per_minute.gpt-4o": 2})
    made = place.key()
    value = place.values[made.id]
    assert [place.call(value, model).status_code for model in ("gpt-4o", "gpt-4o-mini")] == [200, 403]
    assert [place.call(value).status_code for _ in range(2)] == [200, 429]
    fake.clock.advance(minutes=2)
    assert place.call(value).status_code == 200
    place.changed(place.found(KeyPlace.of(made.id).project), {"models": ()})
    assert place.call(value).status_code == 403
    place.changed(place.found(KeyPlace.of(made.id).project), {"models": ("gpt-4o",)})
    reading = place.key("ranker-read", scopes=("api.all.read",))
    assert place.call(place.values[reading.id]).status_code == 403
    fake.clock.advance(days=71)
    assert place.call(value).status_code == 401


def test_when_keys_were_used(place: Place, fake: OpenAIAdmin) -> None:
    """Each by the id that it is read with; of one that nobody called there is no time, and of no key a price."""
    place.project()
    used, idle = place.key(), place.key("ranker-dev")
    assert place.call(place.values[used.id]).status_code == 200
    at = fake.clock().replace(microsecond=0)
    fake.clock.advance(days=40)
    assert isinstance(place.reader, ActivityReader)
    assert place.reader.activity() == {used.id: Activity(at), idle.id: Activity(None)}
    fake.faults.fail_next("GET", "*/api_keys", Status(500))
    with pytest.raises(TargetError, match="HTTP 500"):
        place.reader.activity()


def test_money_runs_out(place: Place, fake: OpenAIAdmin) -> None:
    """Calls are refused once the limit of the project is spent."""
    fake.cents = 60
    place.project(**{"budgets.project.monthly": usd(100)})
    value = place.values[place.key().id]
    assert [place.call(value).status_code for _ in range(3)] == [200, 200, 429]


def test_values_are_seen_nowhere(place: Place) -> None:
    """Neither what was issued nor the admin key is in any text form, nor in the notes."""
    place.project()
    made = place.create(wish("ranker-prod", "key", KEY), "n1")
    texts = f"{made!r}{place.reader!r}{place.writer!r}{place.inventory!r}{place.read()!r}"
    assert place.values[made.id] not in texts
    assert ADMIN not in texts
    assert MAIL in texts


def test_a_model_that_is_gone_has_no_limit_to_restore(place: Place, fake: OpenAIAdmin) -> None:
    """The note about it goes, and nothing is sent."""
    made = place.project(models=None)
    del fake.models["gpt-4o"]
    assert place.changed(made, {"model_caps.requests_per_minute.gpt-4o": None}).model_caps == {}
    assert not any(name.startswith("rate:") for name in place.inventory)


def test_damaged_notes_are_none(place: Place) -> None:
    """What they said is declared anew."""
    place.project()
    made = place.key()
    for name in place.inventory:
        place.inventory[name] = "{"
    seen = place.found(made.id)
    assert (None, made.marker) == (seen.scopes, seen.marker)
    assert place.changed(seen, {"scopes": ("chat",), "expires": LATER}).properties == KEY
