"""What may be wrong with targets, plans and the ledger: one clear message, exit code 1, nothing written."""

from __future__ import annotations

import json
import re
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from command_line import Run, changed
from fakes import Fault, Html, Loopback, Reply, Request, Status
from fakes.litellm import LiteLLM
from sqlalchemy.exc import OperationalError

from remit.ledger import Event, Writing, open_ledger
from remit.reconcile import State
from remit.targets.local import KeyStore

pytest_plugins = ("command_fixtures",)

MASTER = "sk-master-1234"


def proxied(place: Path, url: str) -> None:
    """The store is a LiteLLM proxy."""
    spec = f"type: litellm, url: '{url}', credentials_from: LITELLM_KEY"
    changed(place / "policies/organization.yaml", "type: local, path: store.db", spec)


@dataclass(frozen=True)
class Bad:
    """What is wrong with a proxy, and what is said about it."""

    words: str
    credential: str | None = MASTER
    fault: Fault | None = None
    version: str = "1.106.2"

    def proxy(self) -> LiteLLM:
        fake = LiteLLM(master_key=MASTER, version=self.version)
        fake.faults.rates = ((1.0, self.fault),) if self.fault else ()
        return fake


@dataclass(frozen=True)
class Clocked:
    """Answers by a clock that is wrong."""

    away: timedelta

    def play(self, request: Request, serve: Callable[[int], Reply]) -> Reply:
        """Serve, and tell the time."""
        return serve(0).also({"date": format_datetime(datetime.now(UTC) + self.away, usegmt=True)})


PROXIES = [
    Bad("`LITELLM_KEY`", credential=None),
    Bad("HTTP 401", credential="sk-wrong-credential"),
    Bad("answered with a web page", fault=Html(200)),
    Bad("HTTP 403", fault=Status(403)),
    Bad("is LiteLLM 1.42.0, which is not supported: run 1.106 or newer, before 2.0", version="1.42.0"),
    Bad("is LiteLLM 2.1.0-rc.1, which is not supported", version="2.1.0-rc.1"),
    Bad("does not say its version", version=""),
    Bad("does not say its version", version="main-latest"),
    Bad("is 24h0m ahead of the one here", fault=Clocked(timedelta(days=1))),
    Bad("is 24h0m behind the one here", fault=Clocked(timedelta(days=-1))),
]


@pytest.mark.parametrize("bad", PROXIES, ids=[f"{number}-{each.words}" for number, each in enumerate(PROXIES)])
def test_proxy_that_cannot_be_used(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch, bad: Bad) -> None:
    """Said with what to do, by plan, and by apply in its plan and its end; nothing is written, as the ledger knows."""
    monkeypatch.delenv("LITELLM_KEY", raising=False)
    if bad.credential is not None:
        monkeypatch.setenv("LITELLM_KEY", bad.credential)
    fake = bad.proxy()
    with Loopback(fake.exchange) as server:
        proxied(place, server.url)
        for command, times in ((("plan",), 1), (("apply", "--yes"), 2)):
            ran = run(*command)
            assert (ran.code, (ran.out + ran.err).count(bad.words)) == (1, times), ran
            assert bad.credential is None or bad.credential not in ran.out + ran.err
    assert fake.journal.writes == ()
    assert not list(open_ledger(place / ".remit/ledger.db").events())


def test_a_clock_that_goes_wrong_later(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between planning and applying: nothing is done; once it is right again, the same plan is applied."""
    monkeypatch.setenv("LITELLM_KEY", MASTER)
    fake = LiteLLM(master_key=MASTER, models={"mini": 0.0, "grand": 0.0})
    with Loopback(fake.exchange) as server:
        proxied(place, server.url)
        assert run("plan", "--out", "plan.json").code == 2
        fake.faults.rates = ((1.0, Clocked(timedelta(days=1))),)
        ran = run("apply", "plan.json", "--yes")
        assert (ran.code, "24h0m ahead" in ran.out + ran.err) == (1, True)
        assert fake.journal.writes == ()
        fake.faults.heal()
        ran = run("apply", "plan.json", "--yes")
        assert ran.code == 0, ran


def content(path: Path) -> list[str]:
    """All of a database; its bytes may change when its log is written back."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def outdate(place: Path) -> list[str]:
    """A newer version has the ledger now; gives its content."""
    with closing(sqlite3.connect(place / ".remit/ledger.db")) as connection, connection:
        connection.execute("UPDATE schema_version SET version = 99")
    return content(place / ".remit/ledger.db")


def test_ledger_from_a_newer_version(run: Run, place: Path) -> None:
    """What a newer version wrote is not touched by an older one, nor is the target."""
    run("apply", "--yes")
    outdate(place)
    before = content(place / ".remit/store.db")
    changed(place / "policies/keys.yaml", "500 USD", "400 USD")
    ran = run("apply", "--yes")
    assert ran.code == 1
    assert "has version 99" in ran.err
    assert ran.err.count("\n") == 1
    assert content(place / ".remit/store.db") == before


REVOKE = ("revoke", "ranker-prod", "--reason", "leaked", "--yes")
READING = [
    ("plan",),
    ("apply", "--yes"),
    ("drift",),
    ("status",),
    ("keys",),
    REVOKE,
    ("audit", "log"),
    ("audit", "verify"),
    ("audit", "migrate"),
    ("lease", "list"),
    ("lease", "release", "store", "--force", "--reason", "x"),
]


@pytest.mark.parametrize("words", READING, ids=lambda words: " ".join(words[:2]))
def test_every_command_refuses_a_newer_ledger(run: Run, place: Path, words: Sequence[str]) -> None:
    """One sentence with both versions and what to do, and the ledger is as it was; `revoke` revokes all the same."""
    run("apply", "--yes")
    before = outdate(place)
    ran = run(*words)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert re.search(r"has version 99, and this Remit knows versions up to \d+: upgrade Remit$", ran.err.strip())
    assert content(place / ".remit/ledger.db") == before
    value = (place / ".remit/keys/ranker-prod").read_text()
    assert (KeyStore(place / ".remit/store.db").authenticate(value) is None) == (words == REVOKE)


def test_reconcile_refuses_a_newer_ledger(run: Run, place: Path) -> None:
    """A turn that cannot be made is one line of the log, and `--once` exits with 1."""
    run("apply", "--yes")
    outdate(place)
    process = started(place, "reconcile", "--once")
    told = [json.loads(line) for line in process.communicate()[1].splitlines()]
    assert process.returncode == 1
    assert [each["event"] for each in told] == ["failed", "turn"]
    assert "has version 99" in told[0]["message"]


def started(place: Path, *words: str, limit: int | None = None) -> subprocess.Popen[str]:
    """A process of its own, of which no file may grow beyond `limit` bytes."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "remit", *words]
    return subprocess.Popen(command, cwd=place, stdout=-1, stderr=-1, text=True, preexec_fn=limited)


def many(place: Path, count: int = 12) -> None:
    """More keys, so that a run takes a while; one run may make them all."""
    text = (place / "policies/keys.yaml").read_text()
    for number in range(count):
        (place / f"policies/key-{number}.yaml").write_text(text.replace("ranker-prod", f"key-{number}"))


def as_declared(run: Run, place: Path, count: int) -> None:
    """Every key is there once with the value that was delivered, and the chain holds."""
    assert [run(*words).code for words in (("plan",), ("drift",), ("audit", "verify"))] == [0, 0, 0]
    values = [path.read_text() for path in (place / ".remit/keys").iterdir()]
    store = KeyStore(place / ".remit/store.db")
    found = [store.authenticate(value) for value in values]
    assert (len(values), len({each.key for each in found if each is not None})) == (count, count)


@pytest.mark.parametrize("limit", [40_000, 120_000, 200_000])
def test_disk_that_fills_up(run: Run, place: Path, limit: int) -> None:
    """At the start or in the middle: one sentence, exit code 1. With room again, and once its lease was released, the
    next run goes on, and nothing is there twice."""
    many(place)
    process = started(place, "apply", "--yes", limit=limit)
    _, err = process.communicate()
    assert (process.returncode, err.count("\n")) == (1, 1)
    assert re.match(
        r"error: the ledger `ledger\.db` cannot be used: the disk (is full|refused to read or write): ", err
    )
    assert run("lease", "release", "store", "--force", "--reason", "its disk was full").code == 0
    assert run("apply", "--yes").code == 0
    as_declared(run, place, 13)


def test_two_runs_at_once(run: Run, place: Path) -> None:
    """Of two processes that apply the same, one does it; the other does as well or is told by one sentence why not."""
    many(place)
    processes = [started(place, "apply", "--yes") for _ in range(2)]
    ends = [(*process.communicate(), process.returncode) for process in processes]
    assert 0 in [code for _, _, code in ends]
    for out, err, code in ends:
        told = out.count("is being applied by") + err.count("the plan is stale")
        assert (code, told) in ((0, 0), (1, 1)), (out, err)
        assert err.count("\n") <= 1
    as_declared(run, place, 13)


def test_another_run_at_work(run: Run, place: Path) -> None:
    """The target is left to whoever has it, who is named."""
    State(place / ".remit").lease("store", "runner-7", datetime.now(UTC), timedelta(minutes=10))
    ran = run("apply", "--yes")
    assert ran.code == 1
    assert "runner-7" in ran.out + ran.err
    assert not (place / ".remit/store.db").exists()


def test_full_disk(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the ledger cannot be told is not done."""

    def full(self: Writing, event: Event) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(Writing, "append", full)
    ran = run("apply", "--yes")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert ran.err.startswith("error: ")
    assert not (place / ".remit/store.db").exists()
    assert not list(open_ledger(place / ".remit/ledger.db").events())
