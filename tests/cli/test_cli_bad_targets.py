"""What may be wrong with targets, plans and the ledger: one clear message, exit code 1, nothing written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import Run, changed
from fakes import Html, Loopback, Status
from fakes.litellm import LiteLLM
from sqlalchemy.exc import OperationalError

from remit.ledger import Event, Writing, open_ledger
from remit.reconcile import State

pytest_plugins = ("command_fixtures",)

MASTER = "sk-master-1234"


def proxied(place: Path, url: str) -> None:
    """The store is a LiteLLM proxy."""
    spec = f"type: litellm, url: '{url}', credentials_from: LITELLM_KEY"
    changed(place / "policies/organization.yaml", "type: local, path: store.db", spec)


def _html(fake: LiteLLM) -> None:
    fake.faults.rates = ((1.0, Html(200)),)


def _forbidden(fake: LiteLLM) -> None:
    fake.faults.rates = ((1.0, Status(403)),)


def _sound(fake: LiteLLM) -> None:
    """Nothing is wrong with it."""


PROXIES: list[tuple[Callable[[LiteLLM], None], str | None, str]] = [
    (_sound, None, "`LITELLM_KEY`"),
    (_sound, "sk-wrong-credential", "HTTP 40"),
    (_html, MASTER, "is no JSON"),
    (_forbidden, MASTER, "HTTP 403"),
]


@pytest.mark.parametrize(("broken", "credential", "words"), PROXIES)
def test_proxy_that_cannot_be_used(
    run: Run,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    broken: Callable[[LiteLLM], None],
    credential: str | None,
    words: str,
) -> None:
    """No credential, a wrong one, a page instead of JSON, no rights: said by plan and apply, and nothing is written."""
    monkeypatch.delenv("LITELLM_KEY", raising=False)
    monkeypatch.setattr("remit.reconcile._planner.time.sleep", lambda seconds: None)
    if credential is not None:
        monkeypatch.setenv("LITELLM_KEY", credential)
    fake = LiteLLM(master_key=MASTER)
    broken(fake)
    with Loopback(fake.exchange) as server:
        proxied(place, server.url)
        for command in (("plan",), ("apply", "--yes")):
            ran = run(*command)
            assert ran.code == 1
            assert words in ran.out + ran.err
            assert credential is None or credential not in ran.out + ran.err
    assert fake.journal.writes == ()


def test_ledger_from_a_newer_version(run: Run, place: Path) -> None:
    """What a newer version wrote is not touched by an older one."""
    run("apply", "--yes")
    with sqlite3.connect(place / ".remit/ledger.db") as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    before = (place / ".remit/store.db").read_bytes()
    changed(place / "policies/keys.yaml", "500 USD", "400 USD")
    ran = run("apply", "--yes")
    assert ran.code == 1
    assert "has version 99" in ran.err
    assert ran.err.count("\n") == 1
    assert (place / ".remit/store.db").read_bytes() == before


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
