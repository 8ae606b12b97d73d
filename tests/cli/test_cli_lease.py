"""`remit lease`: which run is at work, and giving back what a killed one holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import Run

from remit.ledger import open_ledger
from remit.reconcile import State

pytest_plugins = ("command_fixtures",)

WHY = ("--reason", "the runner was shut down")


@pytest.fixture
def held(place: Path) -> Path:
    """`store` is held by a run on another machine."""
    State(place / ".remit").lease("store", "runner-7:412:0a1b", datetime.now(UTC), timedelta(minutes=10))
    return place


def test_list(run: Run, held: Path) -> None:
    """Holder, host, process, since when and until when."""
    ran = run("lease", "list")
    heading, row = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert heading.split() == ["Target", "Holder", "Host", "Process", "Since", "Until"]
    assert row.split()[:4] == ["store", "runner-7:412:0a1b", "runner-7", "412"]
    (document,) = json.loads(run("lease", "list", "--json").out)["leases"]
    assert (document["target"], document["pid"], document["process"]) == ("store", 412, "unknown")
    assert document["since"] < document["until"]


def test_list_nothing(run: Run, place: Path) -> None:
    """Nobody is at work, and looking makes no ledger."""
    assert (run("lease", "list").out, (place / ".remit").exists()) == ("no run is at work\n", False)


def test_refused_run_names_the_remedy(run: Run, held: Path) -> None:
    """The remedy that `apply` names works: then the target is applied."""
    ran = run("apply", "--yes")
    assert (ran.code, "`remit lease release store`" in ran.out) == (1, True)
    assert run("lease", "release", "store", "--force", *WHY).code == 0
    assert run("apply", "--yes").code == 0


def test_release(run: Run, held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A live lease needs `--force`; who took it away and why is in the chain; a second time there is nothing to do."""
    monkeypatch.setenv("REMIT_ACTOR", "olga")
    ran = run("lease", "release", "store", *WHY)
    assert (ran.code, ran.err.count("\n"), "add `--force`" in ran.err) == (1, 1, True)
    assert len(open_ledger(held / ".remit/ledger.db").leases()) == 1
    ran = run("lease", "release", "store", "--force", *WHY)
    assert (ran.code, ran.out) == (0, "`store` is free: `runner-7:412:0a1b` writes nothing more to it\n")
    row = run("audit", "log", "--kind", "released").out.splitlines()[1]
    assert row.split()[2:] == [
        "released",
        "store",
        "olga",
        "runner-7:412:0a1b:",
        "the",
        "runner",
        "was",
        "shut",
        "down",
    ]
    ran = run("lease", "release", "store", *WHY)
    assert (ran.code, ran.out) == (0, "nobody holds `store`: there is nothing to release\n")


def test_release_as_json(run: Run, held: Path) -> None:
    """Whose lease it was."""
    document = json.loads(run("lease", "release", "store", "--force", "--json", *WHY).out)
    assert document["released"]["holder"] == "runner-7:412:0a1b"
    assert json.loads(run("lease", "release", "store", "--json", *WHY).out)["released"] is None


def test_release_needs_a_reason(run: Run, held: Path) -> None:
    """Without one, or with an empty one, the lease stays."""
    assert run("lease", "release", "store", "--force").code == 64
    assert run("lease", "release", "store", "--force", "--reason", " ").code == 1
    assert len(open_ledger(held / ".remit/ledger.db").leases()) == 1


def test_group(run: Run) -> None:
    """Alone it shows its commands."""
    ran = run("lease")
    assert (ran.code, "release" in ran.out) == (0, True)
