"""The life of a key on a real local target: a new value, and an end at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from remit.targets.local import KeyStore

pytest_plugins = ("command_fixtures",)


def value(place: Path) -> str:
    return (place / ".remit/keys/ranker-prod").read_text()


def accepted(place: Path, presented: str) -> bool:
    """Whether an application that embeds the store lets the value in."""
    return KeyStore(place / ".remit/store.db").authenticate(presented) is not None


@pytest.fixture
def applied(run: Run) -> Run:
    assert run("apply", "--yes").code == 0
    return run


def test_new_value(applied: Run, place: Path) -> None:
    """`apply --rotate` delivers a new value, and both work for a while."""
    former = value(place)
    assert applied("plan", "--rotate", "ranker-prod").code == 2
    ran = applied("apply", "--rotate", "ranker-prod", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert "store/ranker-prod: rotate: in force, value delivered to file:keys/ranker-prod" in ran.out
    assert value(place) != former
    assert [accepted(place, each) for each in (former, value(place))] == [True, True]
    assert applied("plan").code == 0


def test_new_value_for_nobody(applied: Run) -> None:
    """A key that is not declared cannot be rotated, and a plan file has said already what it does."""
    assert applied("plan", "--rotate", "nobody").code == 64
    applied("plan", "--out", "plan.json")
    assert applied("apply", "plan.json", "--rotate", "ranker-prod").code == 64


def test_revoke(applied: Run, place: Path) -> None:
    """The value does not work any more, the next run leaves it so, and the change that git needs is named."""
    ran = applied("revoke", "ranker-prod", "--reason", "seen in a public log", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "store/ranker-prod: revoked"
    assert "set `suspended: true` for `ranker-prod` at" in ran.out
    assert not accepted(place, value(place))
    applied("apply", "--yes")
    assert not accepted(place, value(place))
    ran = applied("plan")
    assert (ran.code, "was revoked at once and is still declared" in ran.out) == (1, True)


def test_revoke_as_json(applied: Run) -> None:
    """The same as a document."""
    ran = applied("revoke", "ranker-prod", "--reason", "leaked", "--yes", "--json")
    found = json.loads(ran.out)
    assert found["targets"] == [{"target": "store", "status": "revoked", "message": ""}]


def test_revoke_nobody(applied: Run) -> None:
    """A key that is not declared is an error, with the names that are close."""
    ran = applied("revoke", "ranker-prd", "--reason", "leaked", "--yes")
    assert (ran.code, "ranker-prod" in ran.err) == (1, True)


@pytest.mark.parametrize(("answer", "code", "works"), [("y\n", 0, False), ("n\n", 2, True)])
def test_revoke_asks(applied: Run, place: Path, monkeypatch, answer: str, code: int, works: bool) -> None:
    """On a terminal it asks; elsewhere it needs `--yes`."""
    assert applied("revoke", "ranker-prod", "--reason", "leaked").code == 64
    monkeypatch.setattr("remit.cli._consent.is_watched", lambda: True)
    ran = applied("revoke", "ranker-prod", "--reason", "leaked", stdin=answer)
    assert (ran.code, accepted(place, value(place))) == (code, works)


def test_coverage(run: Run) -> None:
    """Who enforces what is said for every target, with counts; asked for as a document, too, or of the target."""
    ran = run("coverage")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "store"
    assert "  enabled: native (1 key)" in ran.out
    assert ran.out.splitlines()[-1].endswith("native")
    document = json.loads(run("coverage", "--json", "--ask").out)
    assert {row["support"] for row in document["coverage"]} == {"native", "evaluate-only"}
    assert run("coverage", "--target", "nowhere").code == 64
