"""The chain: any change to what was written is found, and where."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ledger_samples import NOW, copied, event, filled, forced, verified

from remit.ledger import GENESIS, Event, Head, LedgerDamaged, open_ledger
from remit.ledger._chain import digest
from remit.ledger._event import FIELDS

COUNT = 6
COLUMNS = ("seq", "prev", "hash", *FIELDS)
Connection = sqlite3.Connection


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of COUNT events that nobody touched."""
    path = tmp_path_factory.mktemp("whole") / "ledger.db"
    filled(path, COUNT).close()
    return path


VALUES = st.one_of(
    st.none(),
    st.integers(-3, COUNT + 3),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.sampled_from([GENESIS, "2026-11-23T12:01:00Z", "created", "ana", "gateway", "key-1", "key-2", '{"n":1}']),
)


def _row(connection: Connection, seq: int) -> tuple[object, ...]:
    typed = ", ".join(f'typeof("{name}"), "{name}"' for name in COLUMNS)
    return tuple(connection.execute(f"SELECT {typed} FROM events WHERE seq = ?", (seq,)).fetchone() or ())


@settings(max_examples=150, deadline=None)
@given(seq=st.integers(1, COUNT), column=st.sampled_from(COLUMNS), value=VALUES)
def test_any_edit_of_an_event_is_found(whole: Path, seq: int, column: str, value: object) -> None:
    """Whatever one column of one event becomes, the chain breaks there, or the database refuses."""
    with TemporaryDirectory() as directory:
        path = copied(whole, Path(directory))
        try:
            with forced(path) as connection:
                before = _row(connection, seq)
                connection.execute(f'UPDATE events SET "{column}" = ? WHERE seq = ?', (value, seq))
                assume(_row(connection, seq) != before)
                moved_before_all = connection.execute("SELECT count(*) FROM events WHERE seq < 1").fetchone()[0]
        except (sqlite3.IntegrityError, sqlite3.OperationalError):
            assert verified(path) is None
            return
        assert verified(path) == (1 if moved_before_all else seq)


@settings(max_examples=40, deadline=None)
@given(seq=st.integers(1, COUNT), column=st.sampled_from(FIELDS))
def test_text_as_bytes_is_found(whole: Path, seq: int, column: str) -> None:
    """The same content as bytes, or text that is no UTF-8, is another content."""
    for change in (f'CAST("{column}" AS BLOB)', "CAST(x'fffe' AS TEXT)", f'"{column}" || char(0)'):
        with TemporaryDirectory() as directory:
            path = copied(whole, Path(directory))
            with forced(path) as connection:
                connection.execute(f'UPDATE events SET "{column}" = {change} WHERE seq = ? AND "{column}" != 0', (seq,))
                changed = connection.execute("SELECT changes()").fetchone()[0]
            assert verified(path) == (seq if changed else None)


def _run(*statements: str) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return change


def _resealed(connection: Connection, seq: int) -> str:
    """Make an event fit itself, as somebody would who knows the formula."""
    connection.row_factory = sqlite3.Row
    row = connection.execute("SELECT * FROM events WHERE seq = ?", (seq,)).fetchone()
    made = digest(seq, row["prev"], {name: row[name] for name in FIELDS})
    connection.execute("UPDATE events SET hash = ? WHERE seq = ?", (made, seq))
    return made


def _replaced(connection: Connection) -> None:
    connection.execute("UPDATE events SET actor = 'eve' WHERE seq = 3")
    _resealed(connection, 3)


def _rewritten(connection: Connection) -> None:
    """Everything from event 3 on, and the head: the chain of another history."""
    connection.execute("UPDATE events SET actor = 'eve' WHERE seq = 3")
    for seq in range(3, COUNT + 1):
        made = _resealed(connection, seq)
        connection.execute("UPDATE events SET prev = ? WHERE seq = ?", (made, seq + 1))
    connection.execute("UPDATE head SET hash = ?", (made,))


def _cut(connection: Connection) -> None:
    """The last event, and the head moved back to the one before."""
    connection.execute("UPDATE head SET seq = 5, hash = (SELECT prev FROM events WHERE seq = 6)")
    connection.execute("DELETE FROM events WHERE seq = 6")


SWAP = ("UPDATE events SET seq = -1 WHERE seq = 2", "UPDATE events SET seq = 2 WHERE seq = 3")
EVERY = ", ".join(f'"{name}"' for name in FIELDS)
BREAKS: Sequence[tuple[str, Callable[[Connection], None], int, str]] = (
    ("removed", _run("DELETE FROM events WHERE seq = 3"), 3, "event 3 is missing"),
    ("removed first", _run("DELETE FROM events WHERE seq = 1"), 1, "event 1 is missing"),
    ("truncated", _run("DELETE FROM events WHERE seq > 4"), 5, "removed from its end"),
    ("emptied", _run("DELETE FROM events"), 1, "removed from its end"),
    ("swapped", _run(*SWAP, "UPDATE events SET seq = 3 WHERE seq = -1"), 2, "does not follow"),
    ("replaced", _replaced, 4, "does not follow event 3"),
    ("before the first", _run(f"INSERT INTO events SELECT 0, prev, hash, {EVERY} FROM events WHERE seq = 1"), 1, ""),
    ("behind the last", _run(f"INSERT INTO events SELECT 7, prev, hash, {EVERY} FROM events WHERE seq = 1"), 7, ""),
    ("moved up", _run("UPDATE events SET seq = 9 WHERE seq = 6"), 6, "event 6 is missing"),
    ("head's hash", _run(f"UPDATE head SET hash = '{GENESIS}'"), 6, "recorded end of the chain"),
    ("head back", _run("UPDATE head SET seq = 4"), 6, "recorded end of the chain"),
    ("head on", _run("UPDATE head SET seq = 8"), 7, "event 8 was written"),
    ("no head", _run("DELETE FROM head"), 6, "recorded end of the chain"),
)


@pytest.mark.parametrize(("change", "seq", "words"), [each[1:] for each in BREAKS], ids=[each[0] for each in BREAKS])
def test_break(whole: Path, tmp_path: Path, change: Callable[[Connection], None], seq: int, words: str) -> None:
    """Removing, inserting, moving, replacing and cutting are found at the first number that does not hold."""
    path = copied(whole, tmp_path)
    with forced(path) as connection:
        change(connection)
    found = open_ledger(path).verify()
    assert found.fault is not None
    assert (found.ok, found.fault.seq, found.head.seq) == (False, seq, found.events)
    assert words in found.fault.message


@pytest.mark.parametrize(("change", "seq"), [(_rewritten, 6), (_cut, 6)])
def test_anchor(whole: Path, tmp_path: Path, change: Callable[[Connection], None], seq: int) -> None:
    """Who rewrites everything behind a point is found by a head that was kept elsewhere, and only by that."""
    path = copied(whole, tmp_path)
    anchor = open_ledger(path).head
    with forced(path) as connection:
        change(connection)
    assert open_ledger(path).verify().ok
    found = open_ledger(path).verify(Head.parse(str(anchor)))
    assert found.fault is not None
    assert found.fault.seq == seq


@pytest.mark.parametrize("seq", [0, 1, 4, COUNT])
def test_anchor_that_holds(whole: Path, seq: int) -> None:
    """Every point of the chain is an anchor that holds later, and no other hash is."""
    ledger = open_ledger(whole)
    head = Head(seq, {0: GENESIS, **{each.seq: each.hash for each in ledger.events()}}[seq])
    assert ledger.verify(head).ok
    assert not ledger.verify(Head(seq, "f" * 64)).ok


def test_formula(whole: Path) -> None:
    """The hash is what the reference says, computed here from what any reader of the database sees."""
    with sqlite3.connect(whole) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM events ORDER BY seq").fetchall()
    prev = "0" * 64
    for row in rows:
        content = {name: value for name, value in dict(row).items() if name != "hash" and value is not None}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert (row["prev"], row["hash"]) == (prev, sha256(text.encode()).hexdigest())
        prev = row["hash"]


def test_known_hash() -> None:
    """The formula never changes: ledgers outlive versions."""
    row = Event(NOW, "created", "ana", target="gateway", key="ranker-prod", after='{"enabled":true}').row()
    assert digest(1, GENESIS, row) == "7493ce22ea90af3d8594ac5668ec61433268cbf34b9d6386b1b7f0e775efae8e"


TEXT = st.text(st.characters(codec=None), max_size=20)


@settings(max_examples=60, deadline=None)
@given(texts=st.dictionaries(st.sampled_from(FIELDS[3:]), TEXT), actor=TEXT.filter(bool), at=st.datetimes())
def test_any_event_is_kept(texts: dict[str, str], actor: str, at) -> None:
    """Any text and any instant comes back as it is, but for what no database keeps, and the chain holds."""
    written = Event(at.replace(tzinfo=NOW.tzinfo), "failed", actor, **texts)
    with TemporaryDirectory() as directory:
        ledger = open_ledger(Path(directory) / "ledger.db")
        with ledger.writing() as writing:
            writing.append(written)
        assert [each.event for each in ledger.events()] == [written]
        assert ledger.verify().ok
        ledger.close()


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_no_database_keeps(text: str) -> None:
    """NUL and half of a pair become the replacement character: an odd answer stops no audit."""
    assert event(1, answer=text).answer == "a\ufffdb"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "Created it"}, "lower-case words"),
        ({"actor": ""}, "needs an actor"),
        ({"at": NOW.replace(tzinfo=None)}, "needs a time zone"),
    ],
)
def test_event_that_says_nothing(changed: dict[str, str], words: str) -> None:
    """An event has a kind, an actor and an instant."""
    with pytest.raises(ValueError, match=words):
        Event(**{"at": NOW, "kind": "created", "actor": "ana", **changed})


@pytest.mark.parametrize("text", ["", "1", "1:abc", f"01:{GENESIS}", f"-1:{GENESIS}", f"x:{GENESIS}"])
def test_not_an_anchor(text: str) -> None:
    """An anchor is a number and a whole hash."""
    with pytest.raises(ValueError, match="an anchor is"):
        Head.parse(text)


@pytest.mark.parametrize(("column", "value"), [("at", "noon"), ("kind", "No Kind"), ("note", b"x")])
def test_events_that_cannot_be_read(whole: Path, tmp_path: Path, column: str, value: object) -> None:
    """A field that no event can have stops the reading, with the number."""
    path = copied(whole, tmp_path)
    with forced(path) as connection:
        connection.execute(f'UPDATE events SET "{column}" = ? WHERE seq = 3', (value,))
    with pytest.raises(LedgerDamaged, match="event 3 cannot be read"):
        list(open_ledger(path).events())
