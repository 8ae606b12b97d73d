"""`remit audit`: what happened, whether it holds, and who approved."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from command_line import Run
from syrupy.assertion import SnapshotAssertion

from remit.cli import _auditing as auditing
from remit.ledger import Event, open_ledger
from remit.ledger import _migrate as migrating

pytest_plugins = ("command_fixtures",)

COMMIT = "4f1c0de9a7b35d2286e1f0c3b9d8a7e65f4c3b2a"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def audited(place: Path) -> Path:
    """Three events in the ledger of `place`; one with an escape code in its text."""
    with open_ledger(place / ".remit/ledger.db").writing() as writing:
        writing.append(Event(NOW, "created", "workflow", target="store", key="ranker-prod", run="7", commit=COMMIT))
        writing.approve(COMMIT, "fay", NOW + timedelta(minutes=1), "change \x1b[31m1207")
        writing.append(Event(NOW + timedelta(minutes=2), "failed", "workflow", target="store", cause="no answer"))
    return place


CASES: Sequence[tuple[str, int, Sequence[str]]] = (
    ("all", 0, ("log",)),
    ("newest", 0, ("log", "--newest", "1")),
    ("key", 0, ("log", "--key", "ranker-prod", "--all")),
    ("time", 0, ("log", "--since", "2026-11-23T12:01:00Z", "--until", "2026-11-23T13:02:00+01:00")),
    ("none", 0, ("log", "--kind", "deleted")),
    ("after", 0, ("log", "--after", "2")),
    ("lines", 0, ("log", "--json")),
    ("no-lines", 0, ("log", "--json", "--actor", "nobody")),
    ("verify", 0, ("verify",)),
    ("verify-json", 0, ("verify", "--json")),
    ("anchor", 0, ("verify", "--anchor", f"0:{'0' * 64}")),
    ("other-anchor", 3, ("verify", "--anchor", f"2:{'f' * 64}")),
    ("migrate", 0, ("migrate",)),
    ("migrate-json", 0, ("migrate", "--json")),
    ("help", 0, ()),
)


@pytest.mark.parametrize(("code", "words"), [each[1:] for each in CASES], ids=[each[0] for each in CASES])
def test_rendered(run: Run, audited: Path, snapshot: SnapshotAssertion, code: int, words: Sequence[str]) -> None:
    """What is printed in a pipe is stable, newest last, and holds no escape codes of others."""
    ran = run("audit", *words)
    assert (ran.code, ran.err) == (code, "")
    assert "\x1b" not in ran.out
    assert ran.out == snapshot


def test_lines_are_evidence(run: Run, audited: Path) -> None:
    """With --json each line is the row of one event: its hash can be computed from the line alone."""
    lines = [json.loads(line) for line in run("audit", "log", "--json").out.splitlines()]
    assert [each["seq"] for each in lines] == [1, 2, 3]
    for line in lines:
        told = line.pop("hash")
        text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert told == sha256(text.encode()).hexdigest()


def test_broken(run: Run, audited: Path) -> None:
    """A chain that was tampered with ends in exit code 3, with the number and what still holds."""
    with closing(sqlite3.connect(audited / ".remit/ledger.db")) as connection, connection:
        connection.execute("DROP TRIGGER events_stay")
        connection.execute("UPDATE events SET actor = 'eve' WHERE seq = 2")
    ran = run("audit", "verify")
    assert (ran.code, ran.out.splitlines()[0]) == (
        3,
        "the audit chain is broken: event 2 was altered after it was written",
    )
    assert ran.out.splitlines()[1].startswith("it holds up to event 1: 1:")
    document = json.loads(run("audit", "verify", "--json").out)
    assert (document["ok"], document["events"], document["fault"]["number"]) == (False, 1, 2)


def test_approve(run: Run, place: Path) -> None:
    """An approval is recorded in the ledger that the command line means, and can be listed."""
    ran = run("audit", "approve", COMMIT, "--by", " fay ", "--note", "change 1207")
    assert (ran.code, ran.out) == (0, f"recorded as event 1: `fay` approved {COMMIT}\n")
    document = json.loads(run("audit", "approve", COMMIT, "--by", "bo", "--json").out)
    assert (document["approval"]["by"], document["approval"]["seq"]) == ("bo", 2)
    approvals = open_ledger(place / ".remit/ledger.db").approvals(COMMIT)
    assert [(each.by, each.note) for each in approvals] == [("fay", "change 1207"), ("bo", None)]


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (("approve", "main", "--by", "fay"), "error: `COMMIT` takes the whole id"),
        (("approve", COMMIT[:12], "--by", "fay"), "error: `COMMIT` takes the whole id"),
        (("approve", COMMIT, "--by", " "), "error: `--by` takes the name"),
        (("verify", "--anchor", "12"), "error: `--anchor` takes a line"),
        (("log", "--since", "yesterday"), "error: "),
        (("forget",), "error: "),
    ],
)
def test_misuse(run: Run, place: Path, words: Sequence[str], start: str) -> None:
    """A command line that makes no sense is refused, and nothing is written."""
    ran = run("audit", *words)
    assert (ran.code, ran.out) == (64, "")
    assert ran.err.startswith(start)
    assert not (place / ".remit").exists()


def test_place(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`REMIT_LEDGER` names another ledger, for plan and apply, too; what it cannot be is said without showing it."""
    monkeypatch.setenv("REMIT_LEDGER", f"sqlite:///{place}/elsewhere.db")
    assert run("apply", "--yes").code == 0
    assert (place / "elsewhere.db").exists()
    assert not (place / ".remit/ledger.db").exists()
    assert run("plan").code == 0
    monkeypatch.setenv("REMIT_LEDGER", "mysql://ana:hunter2@db/remit")
    for words in (("audit", "log"), ("plan",), ("apply", "--yes")):
        ran = run(*words)
        assert (ran.code, "cannot be kept in `mysql`" in ran.err, "hunter2" in ran.err) == (1, True, False)


@pytest.mark.parametrize(
    ("words", "expected"),
    [((), "4  2026-11-23T12:03:00Z  deleted  workflow\n"), (("--json",), '"kind": "deleted"')],
)
def test_follow(run: Run, audited: Path, monkeypatch: pytest.MonkeyPatch, words: Sequence[str], expected: str) -> None:
    """--follow goes on with what is added, each once, until somebody stops it."""
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt
        if len(pauses) == 1:
            with open_ledger(audited / ".remit/ledger.db").writing() as writing:
                writing.append(Event(NOW + timedelta(minutes=3), "deleted", "workflow"))

    monkeypatch.setattr(auditing.time, "sleep", sleep)
    ran = run("audit", "log", "--follow", "--newest", "1", *words)
    assert ran.code == 130
    assert ran.out.count(expected) == 1


WRITING = [
    ("apply", "--yes"),
    ("reconcile", "--once"),
    ("revoke", "ranker-prod", "--reason", "leaked", "--yes"),
    ("audit", "migrate"),
]


@pytest.mark.parametrize("words", WRITING, ids=lambda words: " ".join(words[:2]))
def test_ledger_of_an_older_version(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch, words: Sequence[str]
) -> None:
    """What only reads says how to bring it up to date; what may write does so by itself."""
    with monkeypatch.context() as before:
        before.setattr(migrating, "MIGRATIONS", migrating.MIGRATIONS[:1])
        open_ledger(place / ".remit/ledger.db").migrate()
    ran = run("plan")
    assert (ran.code, ran.err.count("\n"), "`remit audit migrate`" in ran.err) == (1, 1, True)
    assert run(*words).code == 0
    assert run("audit", "verify").code == 0
