"""The embedded key store: authentication, secrecy, files, concurrency."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.ledger import open_sqlite
from remit.resources import Money, Target
from remit.targets import TARGET_TYPES, Context, Marker, SettingsInvalid, TargetObject, Unreadable, WriteRefused
from remit.targets.local import KeyStore, KeyStoreError
from remit.targets.local._value import NOBODY, Digest, issue, split

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = TargetObject(
    alias="ranker-prod",
    team="search",
    project="ranker",
    environment="prod",
    models=("nimbus-small",),
    scopes=("chat",),
    purposes=("product-search",),
    data_classes=("public",),
    caps={"requests_per_minute": 6},
    user_caps={"requests_per_day": 2},
    budgets={"key.monthly": Money(5, "USD")},
    expires=NOW + timedelta(days=1),
)


def known(key_id: str) -> TargetObject:
    """The object as a reader knows it; a writer needs nothing but its id."""
    return TargetObject("ranker-prod", key_id)


def declared(**spec: object) -> Target:
    body = {"apiVersion": "remit/v1", "kind": "Target", "metadata": {"name": "here"}, "spec": {"type": "local", **spec}}
    return Target.model_validate(body)


def opened(directory: Path, **spec: object):
    """(reader, writer) of a store below `directory`."""
    context, kind = Context("meridian", directory), TARGET_TYPES.load("local")
    return kind.open_reader(declared(**spec), context), kind.open_writer(declared(**spec), context)


@pytest.fixture
def store(tmp_path: Path):
    return opened(tmp_path)


def made(store, key: TargetObject = KEY):
    """(id, value) of a key created in the store."""
    created = store[1].create(key, "00ff")
    return created.id, created.value.reveal()


def test_create_and_read(store) -> None:
    """What was created is read back with every property, its own id, and a marker naming that id."""
    key_id, _ = made(store)
    (found,) = store[0].read()
    assert found.properties == KEY.properties
    assert (found.id, Marker.parse(found.marker)) == (key_id, Marker("meridian", "ranker-prod", key_id))


def test_reading_makes_no_file(tmp_path: Path) -> None:
    """A store that does not exist is empty, and stays away."""
    reader, _ = opened(tmp_path / "state")
    assert reader.read() == ()
    assert not (tmp_path / "state").exists()
    assert (reader.identity, reader.version) == ("local:local.db", "1")
    assert reader.capabilities.of("models").support == "evaluate-only"
    assert reader.capabilities.of("expires").support == "native"


def test_authenticate(store, tmp_path: Path) -> None:
    """The value leads to its key and everything that was given to it."""
    _, value = made(store)
    found = KeyStore(tmp_path / "local.db").authenticate(value, now=NOW)
    assert found is not None
    assert (found.key, found.team, found.project, found.environment) == ("ranker-prod", "search", "ranker", "prod")
    assert (found.models, found.scopes) == (("nimbus-small",), ("chat",))
    assert (found.purposes, found.data_classes) == (("product-search",), ("public",))
    assert (found.caps, found.user_caps) == ({"requests_per_minute": 6}, {"requests_per_day": 2})
    assert (found.budgets, found.expires) == ({"key.monthly": Money(5, "USD")}, KEY.expires)


def test_missing_lists_grant_nothing(store, tmp_path: Path) -> None:
    """A key without lists may do nothing, not anything."""
    _, value = made(store, TargetObject("bare"))
    found = KeyStore(tmp_path / "local.db").authenticate(value)
    assert (found.models, found.scopes, found.purposes, found.data_classes) == ((), (), (), ())


DENIED = [
    ("empty", lambda v: ""),
    ("nothing", lambda v: None),
    ("bytes", lambda v: v.encode()),
    ("prefix only", lambda v: "rk_"),
    ("other prefix", lambda v: "sk" + v[2:]),
    ("unknown id", lambda v: "rk_0000000000000000_" + v.rsplit("_", 1)[1]),
    ("other secret", lambda v: v[:-1] + ("a" if v[-1] != "a" else "b")),
    ("longer", lambda v: v + "0"),
    ("shorter", lambda v: v[:-1]),
    ("other case", lambda v: v.swapcase()),
    ("space", lambda v: v + " "),
    ("NUL", lambda v: v + "\0"),
    ("not ASCII", lambda v: v + "é"),
    ("lone surrogate", lambda v: v + "\ud800"),
    ("huge", lambda v: v + "0" * 10_000_000),
    ("SQL", lambda v: "rk_' OR 1=1 --_x"),
    ("underscores", lambda v: v.replace("rk_", "rk__")),
]


@pytest.mark.parametrize("change", [row[1] for row in DENIED], ids=[row[0] for row in DENIED])
def test_denied(store, tmp_path: Path, change) -> None:
    """Anything but the exact value is nobody."""
    _, value = made(store)
    assert KeyStore(tmp_path / "local.db").authenticate(change(value), now=NOW) is None


@given(st.text())
def test_any_text_is_nobody(text: str) -> None:
    """Splitting never fails, and no text has the digest of nobody."""
    parts = split(text)
    assert parts is None or all(part.isalnum() for part in parts)
    assert not NOBODY.fits(text.encode("utf-8", "replace").decode())


INSTANTS = [(timedelta(days=1, microseconds=-1), True), (timedelta(days=1), False), (timedelta(days=2), False)]


@pytest.mark.parametrize(("later", "valid"), INSTANTS)
def test_expiry(store, tmp_path: Path, later, valid) -> None:
    """`expires` is the first instant at which the key is no longer valid."""
    _, value = made(store)
    assert (KeyStore(tmp_path / "local.db").authenticate(value, now=NOW + later) is not None) is valid


def test_naive_now(store, tmp_path: Path) -> None:
    """A time without a zone is a mistake of the caller."""
    _, value = made(store)
    with pytest.raises(ValueError, match="time zone"):
        KeyStore(tmp_path / "local.db").authenticate(value, now=NOW.replace(tzinfo=None))


def test_disable_update_delete(store, tmp_path: Path) -> None:
    """Changes hold from the next call on, for a store that is open already; repeating them is success."""
    reader, writer = store
    key_id, value = made(store)
    keys = KeyStore(tmp_path / "local.db")
    for _ in range(2):
        writer.disable(known(key_id))
        assert keys.authenticate(value, now=NOW) is None
    writer.update(
        known(key_id),
        TargetObject("ranker-prod", models=(), caps={"requests_per_minute": 9}),
        frozenset({"enabled", "models"}),
    )
    found = keys.authenticate(value, now=NOW)
    assert (found.models, found.caps) == ((), {"requests_per_minute": 6})
    writer.update(known(key_id), TargetObject("ranker-prod"), frozenset({"caps.requests_per_minute"}))
    assert keys.authenticate(value, now=NOW).caps == {}
    for _ in range(2):
        writer.delete(known(key_id))
        writer.disable(known(key_id))
        assert keys.authenticate(value, now=NOW) is None
    assert reader.read() == ()
    with pytest.raises(WriteRefused, match="not there any more"):
        writer.update(known(key_id), KEY, frozenset({"models"}))


def test_update_of_alias_and_marker(store, tmp_path: Path) -> None:
    """Name and marker change only when they are named."""
    reader, writer = store
    key_id, value = made(store)
    writer.update(known(key_id), TargetObject("other", marker="remit:x/y#z"), frozenset())
    assert reader.read()[0].alias == "ranker-prod"
    writer.update(known(key_id), TargetObject("other", marker="remit:x/y#z"), frozenset({"alias", "marker"}))
    assert (reader.read()[0].alias, reader.read()[0].marker) == ("other", "remit:x/y#z")
    assert KeyStore(tmp_path / "local.db").authenticate(value, now=NOW).key == "other"


def test_alias_is_unique(store) -> None:
    """A second key of the same name is refused."""
    made(store)
    with pytest.raises(WriteRefused, match="`ranker-prod` exists already"):
        made(store)


def test_values_are_not_stored(store, tmp_path: Path) -> None:
    """No file holds the value or its secret part, and equal secrets have different hashes."""
    _, value = made(store)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert value.split("_")[2].encode() not in stored
    assert Digest.of("same", b"a" * 16).hash != Digest.of("same", b"b" * 16).hash


def test_values_are_random() -> None:
    """256 random bits, all of one length, never twice; the repr of what was issued hides the value."""
    issued = [issue() for _ in range(500)]
    assert len({each.value.reveal() for each in issued}) == len({each.key_id for each in issued}) == 500
    assert {len(each.value.reveal()) for each in issued} == {3 + 16 + 1 + 43}
    assert issued[0].value.reveal() not in repr(issued[0])


def test_modes(store, tmp_path: Path) -> None:
    """Only the owner can read any file of the store, also one that was too open before."""
    os.chmod(tmp_path, 0o755)
    (tmp_path / "local.db").touch(mode=0o644)
    made(store)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}


PATHS = ["../x.db", "/tmp/x.db", "a/../../x.db", "a//b", "./x", "a/"]


@pytest.mark.parametrize("path", PATHS)
def test_path_outside(tmp_path: Path, path) -> None:
    """A store outside the state directory is refused before anything is opened."""
    with pytest.raises(SettingsInvalid, match="relative path"):
        opened(tmp_path, path=path)


def test_nested_path(tmp_path: Path) -> None:
    """A store may lie in a directory of its own."""
    made(opened(tmp_path, path="dr/keys.db"))
    assert (tmp_path / "dr" / "keys.db").is_file()


def test_links_are_refused(tmp_path: Path) -> None:
    """A link in the place of the store is neither written nor read."""
    (tmp_path / "else.db").touch()
    (tmp_path / "local.db").symlink_to(tmp_path / "else.db")
    reader, writer = opened(tmp_path)
    with pytest.raises(Unreadable):
        writer.create(KEY, "00ff")
    with pytest.raises(Unreadable, match="symbolic link"):
        reader.read()
    with pytest.raises(KeyStoreError, match="symbolic link"):
        KeyStore(tmp_path / "local.db").authenticate(issue().value.reveal())
    assert (tmp_path / "else.db").read_bytes() == b""


def test_damaged_store(tmp_path: Path) -> None:
    """A file that is no store fails closed, for reading, writing and authenticating."""
    (tmp_path / "local.db").write_bytes(b"no database at all, just some text" * 50)
    reader, writer = opened(tmp_path)
    with pytest.raises(Unreadable):
        reader.read()
    with pytest.raises((Unreadable, WriteRefused)):
        writer.create(KEY, "00ff")
    with pytest.raises(KeyStoreError):
        KeyStore(tmp_path / "local.db").authenticate(issue().value.reveal())


def test_locked_store(store, tmp_path: Path) -> None:
    """A store that breaks between two writes is a refusal of the target, told without the statement."""
    made(store)
    with open_sqlite(tmp_path / "local.db").begin() as connection:
        connection.exec_driver_sql("DROP TABLE keys")
    with pytest.raises(WriteRefused, match=r"the key store `local\.db` failed: OperationalError"):
        store[1].create(KEY, "00ff")


def test_damaged_row(store, tmp_path: Path) -> None:
    """A row that cannot be understood authenticates nobody, and makes the target unreadable."""
    key_id, value = made(store)
    with open_sqlite(tmp_path / "local.db").begin() as connection:
        connection.exec_driver_sql("UPDATE keys SET object = '{}'")
    with pytest.raises(KeyStoreError, match=key_id):
        KeyStore(tmp_path / "local.db").authenticate(value, now=NOW)
    with pytest.raises(Unreadable, match=key_id):
        store[0].read()


def test_no_store(tmp_path: Path) -> None:
    """Without a store nobody is authenticated, and none is made."""
    with pytest.raises(KeyStoreError):
        KeyStore(tmp_path / "local.db").authenticate(issue().value.reveal())
    assert not list(tmp_path.iterdir())


def test_threads(store, tmp_path: Path) -> None:
    """Threads authenticate while another writes; each sees the key before or after, never half."""
    key_id, value = made(store)
    keys, seen, failed = KeyStore(tmp_path / "local.db"), [], []

    def ask() -> None:
        try:
            seen.extend(keys.authenticate(value, now=NOW) for _ in range(30))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for cap in range(20):
        store[1].update(
            known(key_id),
            TargetObject("ranker-prod", caps={"requests_per_minute": cap}),
            frozenset({"caps.requests_per_minute"}),
        )
    for thread in threads:
        thread.join()
    assert (failed, len(seen), None in seen) == ([], 120, False)


WRITE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from remit.targets import TargetObject
from remit.targets.local import LocalWriter
writer = LocalWriter(Path(sys.argv[1]), "local.db", "meridian")
for number in range(15):
    writer.create(TargetObject(f"{sys.argv[2]}-{number}"), "00ff")
"""


def test_processes(tmp_path: Path) -> None:
    """Two processes create keys in one store at once, and none is lost."""
    engine = Path(__file__).parents[2] / "engine"
    arguments = [[sys.executable, "-c", WRITE, str(tmp_path / "local.db"), name, str(engine)] for name in ("a", "b")]
    running = [subprocess.Popen(each) for each in arguments]
    assert [each.wait(timeout=60) for each in running] == [0, 0]
    assert len(opened(tmp_path)[0].read()) == 30


def test_fork(store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that was used before a fork works in the child, on a connection of its own."""
    _, value = made(store)
    keys = KeyStore(tmp_path / "local.db")
    assert keys.authenticate(value, now=NOW)
    child = os.fork()
    if child == 0:
        os._exit(0 if keys.authenticate(value, now=NOW) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert keys.authenticate(value, now=NOW)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert keys.authenticate(value, now=NOW)
