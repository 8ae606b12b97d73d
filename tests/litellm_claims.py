"""What the LiteLLM adapter must do, tried on the fake in every run and on a real proxy among the live tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from litellm_place import BARE, FULL, LATER, TEAM, VALUES, Place, marked, usd

from remit.resources import Money
from remit.targets import TargetObject, Value, WriteRefused

NULLS: list[tuple[str, dict[str, Any], dict[str, Value | None]]] = [
    ("absent keeps", {}, {}),
    ("null clears a limit", {"rpm_limit": None}, {"caps.requests_per_minute": None}),
    ("null clears the amount", {"max_budget": None}, {"budgets.key.monthly": None}),
    (
        "null clears the window",
        {"budget_duration": None},
        {"budgets.key.monthly": None, "budgets.key.once": usd("500")},
    ),
    ("null clears the end", {"duration": None}, {"expires": None}),
    ("null keeps what is in metadata", {"model_rpm_limit": None}, {}),
    ("{} clears it", {"model_rpm_limit": {}}, {"model_caps.requests_per_minute.gpt-4o": None}),
    ("[] clears budget windows", {"budget_limits": []}, {"budgets.key.daily": None}),
    ("[] is every model", {"models": []}, {"models": None}),
    ("[] is every route", {"allowed_routes": []}, {"scopes": None}),
    (
        "metadata is replaced whole",
        {"metadata": {"theirs": 1}},
        dict.fromkeys(
            (
                "project",
                "environment",
                "purposes",
                "data_classes",
                "model_caps.requests_per_minute.gpt-4o",
                "model_caps.tokens_per_minute.gpt-4o",
                "user_caps.requests_per_minute",
                "user_caps.tokens_per_minute",
            )
        ),
    ),
    (
        "an empty name is no budget for users",
        {"end_user_budget_id": ""},
        {"user_caps.requests_per_minute": None, "user_caps.tokens_per_minute": None},
    ),
]
"""(name, what somebody sends, what changes of a full key): absent, null and empty on `/key/update`."""
CASES = [(name, value) for name, value in VALUES]


# not by their values: some of them are so many days from now
CASE_IDS = [f"{number}-{name}" for number, (name, _) in enumerate(CASES)]


@pytest.mark.parametrize(("name", "value"), CASES, ids=CASE_IDS)
def test_a_property_comes_back_as_it_was_created(place: Place, name: str, value: Value) -> None:
    """Declared, written, read: equal, and marked with its own id."""
    wanted = place.key(**{name: value})
    found = place.made(wanted)
    assert marked(wanted, found.id) == found


@pytest.mark.parametrize(("name", "value"), CASES, ids=CASE_IDS)
def test_a_property_comes_back_as_it_was_changed(place: Place, name: str, value: Value) -> None:
    """Set on a full key and, where it may be missing, cleared again, while everything else stays."""
    found = place.made(place.key(**FULL))
    after = place.changed(found, {name: value})
    assert {**found.properties, name: value} == after.properties
    if name not in BARE:
        cleared = place.changed(after, {name: None})
        assert {each: value for each, value in found.properties.items() if each != name} == cleared.properties


@pytest.mark.parametrize(("name", "sent", "expected"), NULLS, ids=[case[0] for case in NULLS])
def test_absent_null_and_empty(
    place: Place, name: str, sent: dict[str, Any], expected: dict[str, Value | None]
) -> None:
    """What somebody's update does to a full key is seen, and the next update puts it back."""
    found = place.made(place.key(**FULL))
    seen = place.hand_edit(found, **sent)
    after = {**found.properties, **expected}
    if name == "metadata is replaced whole":
        # what was declared went with it: the routes and the instant are still in force, and told as they are
        assert seen.properties["scopes"] == found.properties["scopes"]
        after["expires"] = seen.properties["expires"]
        assert abs(seen.expires - LATER) < timedelta(seconds=5)  # type: ignore[operator]
    assert {each: value for each, value in after.items() if value is not None} == seen.properties
    wrong = {each for each in after if seen.properties.get(each) != found.properties.get(each)} | {"marker"}
    place.writer.update(seen, found, frozenset(wrong))
    assert found == place.found(found.id)


def test_everything_at_once(place: Place) -> None:
    """A full key comes back whole, and so does one with nothing but a team and a model."""
    for wanted in (place.key(**FULL), place.key()):
        found = place.made(wanted)
        assert marked(wanted, found.id) == found


def test_an_alias_is_there_once(place: Place) -> None:
    """A second key of the same name is refused, and the first stays as it is."""
    wanted = place.key()
    found = place.made(wanted)
    with pytest.raises(WriteRefused, match="already exists"):
        place.writer.create(replace(wanted, models=("gpt-4o-mini",)), uuid4().hex)
    assert found == place.found(found.id)


def test_creating_twice_is_creating_once(place: Place) -> None:
    """The same intent gives the same key, and the same value."""
    wanted, nonce = place.key(), uuid4().hex
    first, second = (place.writer.create(wanted, nonce) for _ in range(2))
    assert first == second
    assert [first.id] == [each.id for each in place.reader.read() if each.alias == wanted.alias]


def test_disable_enable_and_delete(place: Place) -> None:
    """A key is blocked, let in again, and gone; doing so twice is no error, and it can be made anew."""
    found = place.made(place.key(**FULL))
    for _ in range(2):
        place.writer.disable(found)
        assert replace(found, enabled=False) == place.found(found.id)
    assert found == place.changed(place.found(found.id), {"enabled": True})
    for _ in range(2):
        place.writer.delete(found)
        assert found.id not in {each.id for each in place.reader.read()}
    place.writer.disable(found)
    with pytest.raises(WriteRefused):
        place.changed(found, {"project": "other"})
    assert found.alias == place.made(replace(found, id="", marker="")).alias


def test_time_does_not_move_the_end(place: Place) -> None:
    """A change of something else sends no duration, which would be counted from then on."""
    found = place.made(place.key(**FULL))
    before = place.row(found.id)["expires"]
    place.changed(found, {"caps.requests_per_minute": 5, "purposes": ("x",)})
    assert before == place.row(found.id)["expires"]


def test_what_others_wrote_stays(place: Place) -> None:
    """Metadata and budget windows of others outlive every change of ours."""
    found = place.made(place.key())
    windows = [{"budget_duration": "7d", "max_budget": 70}, {"budget_duration": "1d", "max_budget": 10}]
    metadata = {**place.row(found.id)["metadata"], "theirs": {"a": [1]}, "model_rpm_limit": {"gpt-4o": 9}}
    seen = place.hand_edit(found, metadata=metadata, budget_limits=windows)
    place.changed(seen, {"purposes": ("support",), "budgets.key.daily": usd("20")})
    row = place.row(found.id)
    assert row["metadata"]["theirs"] == {"a": [1]}
    assert row["metadata"]["model_rpm_limit"] == {"gpt-4o": 9}
    assert {each["budget_duration"]: each["max_budget"] for each in row["budget_limits"]} == {"7d": 70, "1d": 20}


USER_RATES = {"user_caps.requests_per_minute": 6, "user_caps.tokens_per_minute": 600}


@pytest.mark.parametrize(
    "edit",
    [
        ("/budget/update", {"rpm_limit": 1000, "tpm_limit": None}, {"user_caps.requests_per_minute": 1000}),
        ("/budget/delete", {}, {}),
    ],
    ids=["changed", "deleted"],
)
def test_a_budget_for_users_is_put_right(place: Place, edit: tuple[str, dict[str, Any], dict[str, Value]]) -> None:
    """What somebody makes of it, or that it is gone, is seen on the key, and the next update puts it back."""
    path, body, seen = edit
    found = place.made(place.key(**USER_RATES))
    name = place.row(found.id)["metadata"]["end_user_budget_id"]
    assert name == "remit-acme-user-6rpm-600tpm"
    field = "id" if path == "/budget/delete" else "budget_id"
    place.admin.post(path, json={field: name, **body}).raise_for_status()
    edited = place.found(found.id)
    assert dict(edited.user_caps) == {each.removeprefix("user_caps."): value for each, value in seen.items()}
    place.writer.update(edited, found, frozenset(USER_RATES))
    assert found == place.found(found.id)


def test_budgets_for_users_are_shared(place: Place) -> None:
    """Keys that allow their users the same name one budget; another limit is another budget."""
    keys = [place.made(place.key(**USER_RATES)) for _ in range(2)]
    keys.append(place.changed(keys[0], {"user_caps.tokens_per_minute": None}))
    names = [place.row(each.id)["metadata"]["end_user_budget_id"] for each in keys]
    assert names == ["remit-acme-user-6rpm", "remit-acme-user-6rpm-600tpm", "remit-acme-user-6rpm"]
    assert place.found(keys[1].id) == keys[1]


def test_each_user_of_a_key(place: Place) -> None:
    """Counted apart, over all keys together; a call that names nobody is not counted, and other keys do not count."""
    limit = {"user_caps.requests_per_minute": 2}
    value, other, free = place.value(**limit), place.value(**limit), place.value()
    ana, ben = (uuid4().hex for _ in range(2))
    assert [place.call(value, user) for user in (ana, ana, ana, ben, "", "", "")] == [200, 200, 429, 200, 200, 200, 200]
    assert [place.call(other, user) for user in (ana, ben, ben)] == [429, 200, 429]
    assert place.call(free, ana) == 200


def test_a_model_that_the_proxy_does_not_have(place: Place) -> None:
    """Refused before anything is written; what a key has already can still be taken away from."""
    with pytest.raises(WriteRefused, match="serves no model called `gpt-5o`"):
        place.made(place.key(models=("gpt-4o", "gpt-5o")))
    found = place.made(place.key())
    with pytest.raises(WriteRefused, match="gpt-5o"):
        place.changed(found, {"models": ("gpt-5o",)})
    stale = place.hand_edit(found, models=["gpt-4o", "was-there-once"])
    assert place.changed(stale, {"models": ("was-there-once",)}).models == ("was-there-once",)


def test_a_team_there_and_back(place: Place) -> None:
    """Made twice it is one; its models, its budgets and whether it works come back; its metadata is merged."""
    wanted = TargetObject(
        alias=f"t-{uuid4().hex[:8]}",
        kind="team",
        models=("gpt-4o",),
        budgets={"team.monthly": usd("900"), "team.daily": usd("40")},
    )
    wanted = replace(wanted, team=wanted.alias)
    first, second = (place.writer.create(wanted, uuid4().hex) for _ in range(2))
    found = place.found(first.id)
    assert (first, marked(wanted, first.id)) == (second, found)
    place.admin.patch(f"/team/{found.id}", json={"metadata": {"theirs": 1}}).raise_for_status()
    changes: list[dict[str, Value | None]] = [
        {"models": ()},
        {"models": ("gpt-4o", "gpt-4o-mini")},
        {"budgets.team.monthly": None},
        {"budgets.team.monthly": usd("0"), "budgets.team.daily": None},
        {"enabled": False},
        {"enabled": True},
    ]
    for change in changes:
        before = place.found(found.id).properties
        expected = {name: value for name, value in {**before, **change}.items() if value is not None}
        assert expected == place.changed(place.found(found.id), change).properties
    place.writer.update(place.found(found.id), replace(found, marker="remit:acme/team:x#y"), frozenset(("marker",)))
    row = place.admin.get("/team/info", params={"team_id": found.id}).json()["team_info"]
    assert row["metadata"] == {"theirs": 1, "managed_by": "remit", "remit_marker": "remit:acme/team:x#y"}
    place.writer.disable(found)
    assert not place.found(found.id).enabled


def test_a_team_with_keys_stays(place: Place) -> None:
    """LiteLLM would delete the keys along with it; one without keys goes, and going twice is no error."""
    wanted = replace(TEAM, alias=f"t-{uuid4().hex[:8]}")
    team = place.made(replace(wanted, team=wanted.alias))
    key = place.made(place.key(team=team.alias))
    with pytest.raises(WriteRefused, match="still holds 1 keys"):
        place.writer.delete(team)
    place.writer.delete(key)
    for _ in range(2):
        place.writer.delete(team)
        assert team.id not in {each.id for each in place.reader.read()}


def test_teams_of_one_alias(place: Place) -> None:
    """A key gets into ours, also once ours is renamed; teams of others are told apart by their id."""
    name = f"t-{uuid4().hex[:8]}"
    ours = place.made(replace(TEAM, alias=name, team=name))
    theirs = place.admin.post("/team/new", json={"team_alias": name}).json()["team_id"]
    place.admin.patch(f"/team/{ours.id}", json={"team_alias": "renamed"}).raise_for_status()
    key = place.made(place.key(team=name))
    assert (name, ours.id) == (key.team, place.row(key.id)["team_id"])
    assert theirs == place.hand_edit(key, team_id=theirs).team
    with pytest.raises(WriteRefused, match="no team is called `nowhere`"):
        place.made(place.key(team="nowhere"))


def test_a_key_moves_to_a_team_with_other_models(place: Place) -> None:
    """LiteLLM judges a move by the models that the key has so far, so these change before."""
    name = f"t-{uuid4().hex[:8]}"
    place.made(replace(TEAM, alias=name, team=name, models=("gpt-4o-mini",)))
    found = place.made(place.key())
    refused = place.admin.post("/key/update", json={"key": found.id, "team_id": f"remit-acme-{name}"})
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "team_model_access_denied")
    moved = place.changed(found, {"team": name, "models": ("gpt-4o-mini",)})
    assert (moved.team, moved.models) == (name, ("gpt-4o-mini",))


def test_money_of_another_sort(place: Place) -> None:
    """Amounts are not converted."""
    with pytest.raises(WriteRefused, match="EUR"):
        place.made(place.key(**{"budgets.key.monthly": Money(5_000_000, "EUR")}))


def test_sessions_of_the_admin_page_are_not_seen(place: Place) -> None:
    """They are keys in a team of their own."""
    made = place.admin.post("/key/generate", json={"team_id": "litellm-dashboard", "key": f"sk-{uuid4().hex}"}).json()
    assert made["token"] not in {each.id for each in place.reader.read()}


def test_no_enterprise_route_is_called(place: Place) -> None:
    """It says which version it is, and that it has no licence."""
    place.reader.read()
    assert place.reader.version.endswith(", community")
