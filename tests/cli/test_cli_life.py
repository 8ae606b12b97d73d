"""The life of a key on a real local target: a new value, and an end at once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import Run, changed

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
    assert (ran.code, "because `seen in a public log`: remove it from" in ran.out) == (1, True)


def test_revoked_is_not_drift(applied: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until git follows, everybody who asks hears who revoked the key, when, why and what must follow, and no word of
    drift; the exit codes say that something needs mending, and that nothing drifted. Then all is well."""
    monkeypatch.setenv("REMIT_ACTOR", "olga")
    applied("revoke", "ranker-prod", "--reason", "seen in a public log", "--yes")
    for command, code in (("plan",), 1), (("status",), 1), (("drift",), 0), (("apply", "--yes"), 1), (("drift",), 0):
        ran = applied(*command)
        assert (ran.code, ran.err) == (code, "")
        assert re.search(
            r"it was revoked at 20\S+Z by `olga`, because `seen in a public log`: "
            r"remove it from \S*keys\.yaml:\d+:\d+, or set `suspended: true` there",
            ran.out,
        )
        assert "ranker-prod has drifted" not in ran.out
        assert command[0] != "status" or "0 pending, 0 held, 0 drifted" in ran.out
    document = json.loads(applied("drift", "--json").out)
    assert (document["ok"], document["drifted"]) == (True, [])
    assert [(each["target"], each["key"]) for each in document["revoked"]] == [("store", "ranker-prod")]
    changed(place / "policies/keys.yaml", "spec:\n", "spec:\n  suspended: true\n")
    for command in (("apply", "--yes"), ("plan",), ("status",), ("drift",)):
        ran = applied(*command)
        assert (ran.code, "revoked" in ran.out) == (0, False)
    assert not accepted(place, value(place))


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
