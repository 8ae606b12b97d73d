"""An organisation in front of a real LiteLLM proxy, from nothing to in sync and through its days."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from litellm_place import emptied
from live.governed import Governed, called
from live.litellm_proxy import LiveProxy

pytestmark = pytest.mark.live


@pytest.fixture
def admin(live_litellm: LiveProxy) -> Iterator[httpx2.Client]:
    """An administrator's client of an empty proxy."""
    with live_litellm.client() as client:
        emptied(client)
        yield client
        emptied(client)


@pytest.fixture
def governed(admin: httpx2.Client, live_litellm: LiveProxy, tmp_path: Path) -> Governed:
    """Three teams with four keys, on an empty proxy."""
    place = tmp_path / "governance"
    place.mkdir()
    made = Governed(place, live_litellm)
    for team in ("search", "care", "maps"):
        made.team(team)
    made.key("ranker", "search", limits="{requests_per_minute: 2}")
    made.key("helper", "care", budget="{monthly: 0.001 USD}", rotate_overlap="4s")
    made.key("sorter", "care", budget="{daily: 0.001 USD}", models="[gpt-4o, gpt-4o-mini]")
    made.key("tiles", "maps", limits="{tokens_per_minute: 100, parallel_requests: 5}", scopes="[chat]")
    return made


def _in_sync(governed: Governed) -> None:
    ran = governed.run("plan")
    assert (ran.code, "every target is as declared" in ran.out) == (0, True), ran


def test_from_nothing_to_in_force(governed: Governed) -> None:
    """Planned, applied, in sync; each key does what it may, and is refused what it may not, with the right status."""
    proxy = governed.proxy
    assert governed.run("plan", "--out", "plan.json").code == 2
    applied = governed.run("apply", "plan.json", "--yes")
    assert (applied.code, applied.err) == (0, ""), applied
    _in_sync(governed)
    ranker, helper, sorter, tiles = (governed.value(key) for key in ("ranker", "helper", "sorter", "tiles"))
    assert [called(proxy, ranker) for _ in range(3)] == [200, 200, 429]
    assert called(proxy, ranker, "gpt-4o-mini") == 403
    assert [called(proxy, helper) for _ in range(3)] == [200, 200, 422]
    assert [called(proxy, sorter) for _ in range(3)] == [200, 200, 422]
    assert [called(proxy, tiles, route=route) for route in ("embeddings", "chat/completions")] == [403, 200]
    # the tokens of a call are counted a moment after its answer
    assert 429 in [called(proxy, tiles) for _ in range(5)]


def test_each_user_of_a_key_is_bounded(governed: Governed) -> None:
    """Every user of the key apart; another limit holds at once, and without one nobody is bounded."""
    proxy, ana, ben = governed.proxy, uuid4().hex, uuid4().hex
    # a call that was refused counts, too
    for limit in (2, 5):
        governed.key("helper", "care", user_limits=f"{{requests_per_minute: {limit}}}")
        assert governed.run("apply", "--yes").code == 0
        _in_sync(governed)
        assert [called(proxy, governed.value("helper"), user=ana) for _ in range(3)] == [200, 200, 429]
    assert called(proxy, governed.value("helper"), user=ben) == 200
    governed.key("helper", "care")
    assert governed.run("apply", "--yes").code == 0
    _in_sync(governed)
    assert called(proxy, governed.value("helper"), user=ana) == 200


def test_a_rotated_key_and_a_revoked_one(governed: Governed) -> None:
    """Both values work until the grace ends, then only the new one; what is revoked stops at once, and stays so."""
    proxy = governed.proxy
    governed.key("helper", "care", rotate_overlap="8s")
    assert governed.run("apply", "--yes").code == 0
    former = governed.value("helper")
    assert governed.run("apply", "--yes", "--rotate", "helper").code == 0
    rotated = time.monotonic()
    current = governed.value("helper")
    assert (former != current, called(proxy, former), called(proxy, current)) == (True, 200, 200)
    _in_sync(governed)
    time.sleep(max(0.0, 8.5 - (time.monotonic() - rotated)))
    assert governed.run("plan").code == 2
    assert governed.run("apply", "--yes").code == 0
    assert (called(proxy, former), called(proxy, current)) == (401, 200)
    assert governed.run("revoke", "helper", "--reason", "seen in a log", "--yes").code == 0
    assert called(proxy, current) == 401
    assert (governed.run("apply", "--yes").code, called(proxy, current)) == (1, 401)
    governed.key("helper", "care", suspended="true")
    assert governed.run("apply", "--yes").code == 0
    _in_sync(governed)
    governed.remove("key-helper")
    assert governed.run("apply", "--yes").code == 0
    _in_sync(governed)
    assert governed.ledger_verifies()


def test_hand_edits_are_seen_and_repaired(governed: Governed, admin: httpx2.Client) -> None:
    """Whatever somebody changes on the proxy is drift, and the next run puts it back; their own keys stay theirs."""
    assert governed.run("apply", "--yes").code == 0
    keys = {row["key_alias"]: row["token"] for row in _rows(admin)}
    theirs = admin.post("/key/generate", json={"key_alias": "by-hand", "user_id": "default_user_id"}).json()["token"]
    for body in (
        {"key": keys["ranker"], "rpm_limit": 1000, "models": []},
        {"key": keys["helper"], "max_budget": None, "metadata": {}, "allowed_routes": []},
        # LiteLLM itself refuses a team that lacks a model of the key
        {"key": keys["sorter"], "models": ["gpt-4o"]},
        {"key": keys["sorter"], "budget_limits": [], "duration": None, "team_id": "remit-acme-maps"},
        {"key": keys["tiles"], "blocked": True, "key_alias": "renamed"},
    ):
        reply = admin.post("/key/update", json=body)
        assert reply.status_code == 200, reply.text
    admin.patch("/team/remit-acme-maps", json={"team_alias": "other", "max_budget": 10_000}).raise_for_status()
    drift = governed.run("plan")
    assert drift.code == 1
    for line in ("ranker has drifted: caps.requests_per_minute, models", "tiles has drifted", "team:maps has drifted"):
        assert line in drift.out
    # without its marker a key is a stranger that has the name
    assert "problem gateway/helper" in drift.out
    governed.target(adopt=True)
    assert governed.run("apply", "--yes").code == 0
    _in_sync(governed)
    assert called(governed.proxy, governed.value("ranker"), "gpt-4o-mini") == 403
    assert called(governed.proxy, governed.value("tiles")) == 200
    assert theirs in {row["token"] for row in _rows(admin)}


def test_a_key_moves_with_its_declaration(governed: Governed, admin: httpx2.Client) -> None:
    """To another team, with other models: it keeps its value, and what its former team bought stays there."""
    assert governed.run("apply", "--yes").code == 0
    value = governed.value("sorter")
    governed.key("sorter", "maps", models="[gpt-4o-mini]")
    governed.key("tiles", "care", models="[gpt-4o-mini]")
    moved = governed.run("apply", "--yes")
    assert moved.code == 0, moved
    _in_sync(governed)
    teams = {row["key_alias"]: row["team_id"] for row in _rows(admin)}
    assert (teams["sorter"], teams["tiles"]) == ("remit-acme-maps", "remit-acme-care")
    assert [called(governed.proxy, value, model) for model in ("gpt-4o", "gpt-4o-mini")] == [403, 200]


def test_what_was_made_by_hand_is_adopted(governed: Governed, admin: httpx2.Client) -> None:
    """Only with `adopt`: then the key keeps its value and gets the declared bounds."""
    value = "sk-made-by-hand-0123456789"
    admin.post("/key/generate", json={"key": value, "key_alias": "ranker", "metadata": {"theirs": 1}})
    admin.post("/team/new", json={"team_id": "old", "team_alias": "search"})
    refused = governed.run("apply", "--yes")
    assert refused.code == 1
    assert "problem gateway/ranker" in refused.out
    governed.target(adopt=True)
    adopted = governed.run("apply", "--yes")
    assert adopted.code == 0, adopted
    _in_sync(governed)
    assert [called(governed.proxy, value, model) for model in ("gpt-4o", "gpt-4o-mini")] == [200, 403]
    row = next(row for row in _rows(admin) if row["key_alias"] == "ranker")
    assert (row["team_id"], row["metadata"]["theirs"]) == ("old", 1)


def test_one_message_for_what_is_wrong(governed: Governed) -> None:
    """A wrong credential, a model that is not served, an address of something else: said, and nothing written."""
    governed.proxy = LiveProxy(governed.proxy.url, "sk-wrong-wrong-wrong")
    wrong = governed.run("plan")
    assert (wrong.code, "does not accept the credential" in wrong.out + wrong.err) == (1, True)
    assert "sk-wrong" not in wrong.out + wrong.err
    governed.proxy = LiveProxy(governed.proxy.url)
    model = (
        "apiVersion: remit/v1\nkind: Model\nmetadata: {name: gpt-6}\nspec: {provider: x, upstream: z, tier: premium}\n"
    )
    governed.write("gpt-6", model)
    governed.key("ranker", "search", models="[gpt-6]")
    applied = governed.run("apply", "--yes")
    assert applied.code == 1
    assert "serves no model called `gpt-6`" in applied.out + applied.err


def _rows(admin: httpx2.Client) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = admin.get("/key/list", params={"size": 100, "return_full_object": True}).json()[
        "keys"
    ]
    return rows
