"""The file of a ledger: private, durable, versioned, and what is said when it cannot be used."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from ledger_cases import WORKER
from ledger_samples import MINUTE, NOW, event, filled, forced
from sqlalchemy import text

from remit.ledger import (
    Intent,
    Lease,
    LeaseTaken,
    LedgerDamaged,
    LedgerError,
    LedgerFailed,
    LedgerNewer,
    LedgerOlder,
    Record,
    ledger_place,
    open_ledger,
    open_sqlite,
)
from remit.ledger import _causes as causes
from remit.ledger import _file as file
from remit.ledger import _migrate as migrating
from remit.ledger import _sqlite as sqlite
from remit.ledger._migrations import MIGRATIONS, SQLITE, Migration


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.db"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_reads_it(path: Path) -> None:
    """The file, its log and its directory are private from the start, and a file that was not becomes so."""
    ledger = filled(path, 1)
    assert {_mode(each) for each in path.parent.iterdir()} == {0o600}
    assert _mode(path.parent) == 0o700
    ledger.close()
    path.chmod(0o644)
    filled(path, 1)
    assert _mode(path) == 0o600


def test_a_link_is_refused(path: Path, tmp_path: Path) -> None:
    """Neither reading nor writing follows a link, also one that leads nowhere."""
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere.db")
    for action in (open_ledger(path).memory, open_ledger(path).migrate):
        with pytest.raises(LedgerFailed, match="symbolic link"):
            action()
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_directory_that_cannot_be(tmp_path: Path) -> None:
    """Where a file stands in the way of the directory, that is what is said."""
    (tmp_path / "state").write_text("")
    with pytest.raises(LedgerFailed, match=r"Not a directory|File exists"):
        open_ledger(tmp_path / "state" / "ledger.db").migrate()


def test_a_directory_in_its_place(path: Path) -> None:
    """A directory with the name of the file is no database."""
    path.mkdir(parents=True)
    with pytest.raises(LedgerFailed, match="cannot be used"):
        open_ledger(path).memory()
    with pytest.raises(LedgerFailed, match="cannot be opened"):
        open_sqlite(path)


def test_opening_twice_keeps_the_locks(path: Path) -> None:
    """A writer that opens beside a reader of the same process does not make its log look abandoned to others."""
    filled(path, 1).close()
    with open_sqlite(path, read_only=True).connect() as reader:
        assert reader.execute(text("SELECT count(*) FROM events")).scalar_one() == 1
        open_sqlite(path).dispose()
        subprocess.run([sys.executable, str(WORKER), "append", str(path), "other", "2"], check=True, stdout=-3)
        assert Path(f"{path}-wal").stat().st_size > 0


def test_two_that_create_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes second when the file is created uses the one that is there; a link put there instead is refused."""
    path.parent.mkdir()
    path.touch()
    monkeypatch.setattr(type(path), "exists", lambda self: False)
    sqlite._create(path)
    path.unlink()
    path.symlink_to(path.with_name("other.db"))
    with pytest.raises(LedgerFailed, match="symbolic link"):
        sqlite._create(path)


def test_killed_while_writing(path: Path) -> None:
    """After `kill -9` in the middle of writing, the chain holds, everything that was told is there, and it goes on."""
    command = [sys.executable, str(WORKER), "append", str(path), "victim", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(30)]
        writer.send_signal(signal.SIGKILL)
        told += [int(line) for line in writer.stdout if line.endswith("\n")]
    ledger = open_ledger(path)
    found = ledger.verify()
    assert (writer.returncode, found.fault) == (-signal.SIGKILL, None)
    assert found.events in (told[-1], told[-1] + 1)
    assert len(ledger.memory()["gateway"].applied) == found.events
    with ledger.writing() as writing:
        assert writing.append(event(1)).seq == found.events + 1


def test_disk_full(path: Path) -> None:
    """When no more can be written, that is said, nothing that was told is lost, and the chain holds."""
    filled(path, 1).close()

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    command = [sys.executable, str(WORKER), "append", str(path), "full", "100000"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited)
    assert ran.returncode == 1
    assert ran.stderr.startswith("LedgerFailed: the ledger `ledger.db` cannot be used: the disk ")
    told = [int(line) for line in ran.stdout.split()]
    found = open_ledger(path).verify()
    assert (found.fault, found.events) == (None, told[-1])
    filled(path, 1)
    assert open_ledger(path).verify().events == told[-1] + 1


def test_no_room_in_the_database(path: Path) -> None:
    """A database that may not grow says that the disk is full."""
    ledger = filled(path, 1)
    with ledger._database._writer.get().connect() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(LedgerFailed, match="the disk is full") as caught, ledger.writing() as writing:
        writing.append(event(2, note="x" * 100_000))
    assert caught.value.__cause__ is None
    assert (ledger.head.seq, ledger.verify().ok) == (1, True)


def test_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits too long for another process is told so."""
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.05)
    ledger = filled(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerFailed, match="another process has been writing"), ledger.writing():
            pass
        assert ledger.verify().events == 1


def test_writing_within_writing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction begun inside another of the same ledger fails, and never waits for ever."""
    monkeypatch.setattr(file, "WAIT_SECONDS", 0.05)
    ledger = filled(path, 1)
    with ledger.writing() as writing:
        with pytest.raises(LedgerFailed, match="has been writing"), ledger.writing():
            pass
        writing.append(event(2))
    assert ledger.verify().events == 2


# other content, other versions


def test_no_database(path: Path) -> None:
    """A file that is something else is damaged, read or written, and stays as it is."""
    path.parent.mkdir()
    path.write_bytes(b"not a database, but long enough to be one" * 40)
    before = path.read_bytes()
    for action in (open_ledger(path).memory, open_ledger(path).verify, open_ledger(path).migrate):
        with pytest.raises(LedgerDamaged, match="no database that Remit wrote"):
            action()
    assert path.read_bytes() == before


def test_torn_page(path: Path) -> None:
    """A page that the disk lost stops the reading with a word of why, and is never taken for an empty chain."""
    filled(path, 400).close()
    content = bytearray(path.read_bytes())
    content[4096 * 5 :] = os.urandom(len(content) - 4096 * 5)
    path.write_bytes(content)
    with pytest.raises(LedgerDamaged, match="restore it from a backup"):
        list(open_ledger(path).events())


DAMAGES: list[tuple[str, str, Callable[..., object]]] = [
    ("UPDATE leases SET until = 'soon'", "a row of `leases`", lambda ledger: ledger.leases()),
    ("UPDATE leases SET holder = x'00'", "a row of `leases`", lambda ledger: ledger.leases()),
    ("UPDATE leases SET since = 'once'", "a row of `leases`", lambda ledger: ledger.leases()),
    ("UPDATE leases SET until = 'soon'", "a row of `leases`", lambda ledger: _take(ledger)),
    ("UPDATE attempts SET attempted_at = NULL", "a row of `attempts`", lambda ledger: ledger.memory()),
    ("UPDATE applied SET document = x'00'", "a row of `applied`", lambda ledger: ledger.memory()),
    ("DELETE FROM head", "where the chain ends", lambda ledger: ledger.head),
    ("DELETE FROM head", "where the chain ends", lambda ledger: _take(ledger)),
    ("UPDATE head SET hash = x'00'", "where the chain ends", lambda ledger: ledger.head),
    ("DELETE FROM schema_version", "its version is missing", lambda ledger: ledger.memory()),
    ("UPDATE schema_version SET version = 'one'", "its version is missing", lambda ledger: ledger.migrate()),
]


def _take(ledger) -> None:
    with ledger.writing() as writing:
        writing.lease("one", "second", NOW, MINUTE)


@pytest.mark.parametrize(("statement", "words", "action"), DAMAGES)
def test_damage(path: Path, statement: str, words: str, action: Callable[..., object]) -> None:
    """A row that Remit cannot have written stops what needs it, and names its table."""
    ledger = filled(path, 1)
    with ledger.writing() as writing:
        writing.lease("one", "first", NOW, MINUTE)
        writing.attempted("one", "c0ffee", NOW)
        writing.record("one", "a", "{}", "sha256:0", None)
    ledger.close()
    with forced(path) as connection:
        connection.execute(statement)
    with pytest.raises(LedgerDamaged, match=words):
        action(open_ledger(path))


def test_newer(path: Path) -> None:
    """A ledger of a newer Remit is refused with both versions, and not a byte of it changes."""
    filled(path, 1).close()
    with forced(path) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    before = path.read_bytes()
    for action in (open_ledger(path).memory, open_ledger(path).migrate, lambda: filled(path, 1)):
        with pytest.raises(LedgerNewer, match="has version 99, and this Remit knows versions up to 2") as caught:
            action()
        assert (caught.value.found, caught.value.known) == (99, 2)
    assert path.read_bytes() == before


def test_newer_while_open(path: Path) -> None:
    """A run that goes on while a newer Remit migrates the ledger writes no more."""
    ledger = filled(path, 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE schema_version SET version = 3")
    with pytest.raises(LedgerNewer), ledger.writing():
        pass


@pytest.fixture
def migrations(monkeypatch: pytest.MonkeyPatch) -> tuple[Migration, ...]:
    """Two more versions: each needs the one before."""
    more = (
        *MIGRATIONS,
        Migration(3, {SQLITE: ("CREATE TABLE later (number INTEGER)", "INSERT INTO later VALUES (3)")}),
        Migration(4, {SQLITE: ("UPDATE later SET number = number + 1",)}),
    )
    monkeypatch.setattr(migrating, "MIGRATIONS", more)
    return more


def _versions(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        [(version,)] = connection.execute("SELECT version FROM schema_version")
        [(number,)] = connection.execute("SELECT number FROM later")
    return version, number


def test_migrations_run_in_order(path: Path, migrations: tuple[Migration, ...]) -> None:
    """A new ledger runs through all of them, and a second time through none."""
    filled(path, 1)
    assert _versions(path) == (4, 4)
    filled(path, 1)
    assert _versions(path) == (4, 4)


def test_migration_of_an_old_ledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading an old ledger migrates nothing and says what would; writing does, and keeps what was there."""
    filled(path, 2).close()
    before = path.read_bytes()
    newer = Migration(3, {SQLITE: ("CREATE TABLE later AS SELECT 3 AS number",)})
    monkeypatch.setattr(migrating, "MIGRATIONS", (*MIGRATIONS, newer))
    with pytest.raises(LedgerOlder, match="has version 2, and this Remit reads version 3") as caught:
        open_ledger(path).memory()
    assert (caught.value.found, caught.value.known) == (2, 3)
    assert path.read_bytes() == before
    filled(path, 1)
    assert _versions(path) == (3, 3)
    assert open_ledger(path).verify().events == 3


def test_update(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is about to write brings an old ledger up to date and makes none; one that cannot be stays as it is."""
    open_ledger(path).update()
    assert not path.exists()
    filled(path, 2).close()
    known = MIGRATIONS[-1].version
    broken = Migration(known + 1, {SQLITE: ("UPDATE nothing SET number = 1",)})
    monkeypatch.setattr(migrating, "MIGRATIONS", (*MIGRATIONS, broken))
    open_ledger(path).update()
    with pytest.raises(LedgerOlder):
        open_ledger(path).memory()
    newer = Migration(known + 1, {SQLITE: ("CREATE TABLE later AS SELECT 3 AS number",)})
    monkeypatch.setattr(migrating, "MIGRATIONS", (*MIGRATIONS, newer))
    open_ledger(path).update()
    assert (_versions(path), open_ledger(path).verify().events) == ((known + 1, 3), 2)
    monkeypatch.setattr(migrating, "MIGRATIONS", MIGRATIONS)
    with pytest.raises(LedgerNewer):
        open_ledger(path).update()


def test_leases_of_version_1(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease from before it was kept since when goes on to hold."""
    with monkeypatch.context() as before:
        before.setattr(migrating, "MIGRATIONS", MIGRATIONS[:1])
        open_ledger(path).migrate()
    with forced(path) as connection:
        connection.execute("INSERT INTO leases VALUES ('one', 'host:1:aa', '2026-11-23T12:10:00.000000Z')")
    ledger = open_ledger(path)
    with pytest.raises(LeaseTaken, match="host:1:aa"):
        _take(ledger)
    assert ledger.leases() == (Lease("one", "host:1:aa", NOW + 10 * MINUTE, None),)


def test_migration_that_fails(path: Path, monkeypatch: pytest.MonkeyPatch, migrations: tuple[Migration, ...]) -> None:
    """When one statement fails, nothing of any migration is kept."""
    broken = replace(migrations[-1], statements={SQLITE: ("UPDATE nothing SET number = 1",)})
    monkeypatch.setattr(migrating, "MIGRATIONS", (*migrations[:-1], broken))
    with pytest.raises(LedgerFailed):
        filled(path, 1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    assert open_ledger(path).memory() == {}


# the state of version 0.1.0

FORMER = """
CREATE TABLE intents (target VARCHAR NOT NULL, "key" VARCHAR NOT NULL, nonce VARCHAR NOT NULL, "plan" VARCHAR NOT NULL,
    PRIMARY KEY (target, "key"));
CREATE TABLE applied (target VARCHAR NOT NULL, "key" VARCHAR NOT NULL, object TEXT NOT NULL, bundle VARCHAR NOT NULL,
    "commit" VARCHAR, PRIMARY KEY (target, "key"));
CREATE TABLE leases (target VARCHAR NOT NULL PRIMARY KEY, holder VARCHAR NOT NULL, expires VARCHAR NOT NULL);
INSERT INTO intents VALUES ('one', 'b', 'nonce', 'sha256:1');
INSERT INTO applied VALUES ('one', 'a', '{"alias":"a"}', 'sha256:2', NULL);
INSERT INTO leases VALUES ('one', 'host:1:aa', '2026-11-23T12:10:00+00:00');
"""
REMEMBERED = ({"a": Record('{"alias":"a"}', "sha256:2", None)}, {"b": Intent("nonce", "sha256:1")})


def _former(path: Path, script: str = FORMER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def test_former_state_is_taken_over(path: Path) -> None:
    """It is read while there is no ledger, taken over when there is, once, and its file stays as it was."""
    former = _former(path.with_name("reconcile.db"))
    before = former.read_bytes()
    ledger = open_ledger(path)
    assert (ledger.memory()["one"].applied, ledger.memory()["one"].intents) == REMEMBERED
    assert not path.exists()
    with pytest.raises(LeaseTaken, match="host:1:aa"):
        _take(ledger)
    assert (ledger.memory()["one"].applied, ledger.memory()["one"].intents) == REMEMBERED
    assert ledger.leases() == (Lease("one", "host:1:aa", NOW + 10 * MINUTE),)
    assert [each.event.kind for each in ledger.events()] == ["taken-over"]
    with ledger.writing() as writing:
        writing.forget("one", "a")
    assert open_ledger(path).memory()["one"].applied == {}
    assert former.read_bytes() == before


def test_former_state_elsewhere(path: Path, tmp_path: Path) -> None:
    """Who keeps the ledger elsewhere says where the former state is."""
    former = _former(tmp_path / "reconcile.db", FORMER.partition("INSERT INTO applied")[0])
    ledger = open_ledger(path, former_state=former)
    ledger.migrate()
    assert ledger.memory()["one"].intents == REMEMBERED[1]


def test_former_state_that_is_empty(path: Path) -> None:
    """Nothing to take over is nothing to tell."""
    _former(path.with_name("reconcile.db"), FORMER.partition("INSERT")[0])
    open_ledger(path).migrate()
    assert open_ledger(path).head.seq == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda former: former.write_bytes(b"not a database, but long enough to be one" * 40),
        lambda former: former.rename(former.with_name("x")) and former.symlink_to(former.with_name("x")),
        lambda former: sqlite3.connect(former, isolation_level=None).execute("UPDATE leases SET expires = 'soon'"),
    ],
)
def test_former_state_that_is_damaged(path: Path, spoil: Callable[[Path], object]) -> None:
    """A former state that cannot be read is never taken for none, and no ledger begins without it."""
    spoil(_former(path.with_name("reconcile.db")))
    for action in (open_ledger(path).memory, open_ledger(path).migrate):
        with pytest.raises(LedgerError, match=r"reconcile\.db"):
            action()
    assert open_ledger(path).verify().events == 0


# where it is


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Path("state/ledger.db")),
        ({"REMIT_LEDGER": " "}, Path("state/ledger.db")),
        ({"REMIT_LEDGER": "sqlite:///elsewhere/audit.db"}, "sqlite:///elsewhere/audit.db"),
    ],
)
def test_place(environ: dict[str, str], expected: Path | str) -> None:
    """The environment says where, else the state directory."""
    assert ledger_place(environ, Path("state")) == expected


@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_file_as_text(path: Path, prefix: str) -> None:
    """A file can be given as a path and as a URL."""
    filled(f"{prefix}{path}", 1)
    assert path.exists()


SECRET = "hunter2-of-the-database"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (f"mysql://ana:{SECRET}@db/remit", "cannot be kept in `mysql`"),
        (f"postgresql+pg8000://ana:{SECRET}@db/remit", "cannot be kept in"),
        (f"://ana:{SECRET}@db", "cannot be understood"),
        (f"postgresql://ana:{SECRET}@db:port/remit", "cannot be understood"),
        ("sqlite://", "cannot be understood"),
        ("sqlite:///:memory:", "cannot be understood"),
        ("sqlite://host/file", "cannot be understood"),
        ("sqlite:///file?mode=ro", "cannot be understood"),
    ],
)
def test_place_that_cannot_be(place: str, words: str) -> None:
    """A place that is no ledger is refused, and not shown: it may hold a password."""
    with pytest.raises(LedgerFailed, match=words) as caught:
        open_ledger(place)
    assert SECRET not in caught.value.message
    assert caught.value.__cause__ is None


def test_server_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, what to install is said, and the password is not."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    ledger = open_ledger(f"postgresql://ana:{SECRET}@db/remit")
    with pytest.raises(LedgerFailed, match=r"install `remit\[postgres\]`") as caught:
        ledger.memory()
    assert SECRET not in caught.value.message + repr(ledger)


class _Refusal(Exception):
    """What psycopg raises has the code of the server."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(SECRET)
        self.sqlstate = sqlstate


_Lost = type("OperationalError", (_Refusal,), {"__module__": "psycopg"})


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (_Refusal("53100"), "the disk is full"),
        (_Refusal("25006"), "may only be read"),
        (_Refusal("42501"), "lacks a right"),
        (_Refusal("57P01"), "cannot be reached"),
        (_Refusal("08006"), "cannot be reached"),
        (_Refusal("22021"), "`_Refusal` with code `22021`"),
        (_Lost(None), "cannot be reached"),
        (_Refusal(None), "`_Refusal`"),
    ],
)
def test_cause(error: Exception, words: str) -> None:
    """What the driver says is told in our words; its own may hold anything."""
    told = causes.explained("ledger", error)
    assert isinstance(told, LedgerFailed)
    assert words in told.message
    assert SECRET not in told.message


def test_causes_of_sqlite(tmp_path: Path) -> None:
    """Real refusals of SQLite have words, too."""
    with closing(sqlite3.connect(tmp_path / "a.db")) as made:
        made.execute("CREATE TABLE a (b)")
    cases = (("a.db", "INSERT INTO a VALUES (1)", "may only be read"), ("none.db", "SELECT 1", "cannot be opened"))
    for name, statement, words in cases:
        with pytest.raises(sqlite3.Error) as caught:
            sqlite3.connect(f"file:{tmp_path / name}?mode=ro", uri=True).execute(statement)
        assert words in causes.explained(name, caught.value).message
    broken = sqlite3.OperationalError()
    broken.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    assert "refused to read or write" in causes.explained("ledger", broken).message
    with pytest.raises(sqlite3.Error) as caught:
        sqlite3.connect(":memory:").execute("SELECT nothing")
    assert causes.cause(caught.value) == "`OperationalError` with code `SQLITE_ERROR`"


def test_a_fork_opens_its_own(path: Path) -> None:
    """A process that forks goes on writing, and so does its child; both are in the chain."""
    ledger = filled(path, 1)
    child = os.fork()
    if child == 0:
        try:
            with ledger.writing() as writing:
                writing.append(event(2))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    with ledger.writing() as writing:
        writing.append(event(3))
    assert [each.event.key for each in ledger.events()] == ["key-1", "key-2", "key-3"]
    assert ledger.verify().ok


def test_now_is_aware(path: Path) -> None:
    """An event of another zone is kept as the same instant."""
    with open_ledger(path).writing() as writing:
        kept = writing.append(replace(event(1), at=NOW.astimezone()))
    [found] = open_ledger(path).events()
    assert (found, found.event.at.tzinfo) == (kept, UTC)


def test_kinds_of_a_run_are_documented() -> None:
    """What runs write is in the list that the reference is made from."""
    from remit.ledger import EVENT_KINDS
    from remit.reconcile import _journal as journal

    written = {*journal.DONE.values(), *journal._ENDS.values(), "intended", "delivered", "failed", "verified"}
    assert written <= set(EVENT_KINDS)
