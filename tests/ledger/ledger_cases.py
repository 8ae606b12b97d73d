"""What a ledger must do in every database: functions of an empty one, to be run on each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ledger_samples import MINUTE, NOW, event
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from remit.ledger import (
    GENESIS,
    Event,
    Head,
    Intent,
    Lease,
    LeaseGone,
    LeaseTaken,
    Ledger,
    Record,
    TargetRecords,
    Try,
    Writing,
    open_ledger,
)

WORKER = Path(__file__).parent / "ledger_worker.py"
Place = Path | str


def reading_creates_nothing(place: Place) -> None:
    """A ledger that was never written is empty, and stays so."""
    ledger = open_ledger(place)
    assert (ledger.memory(), ledger.leases(), ledger.head, list(ledger.events())) == ({}, (), Head(0, GENESIS), [])
    assert ledger.verify().ok
    assert not ledger.verify(Head(1, "f" * 64)).ok
    assert list(ledger.events(newest=3)) == []
    assert not Path(str(place)).exists()


def everything_is_remembered(place: Place) -> None:
    """Records, intents, notes and attempts come back by target, and go when told."""
    with open_ledger(place).writing() as writing:
        writing.intend("one", "a", "nonce-1", "sha256:1")
        writing.intend("one", "a", "nonce-2", "sha256:2")
        writing.intend("one", "b", "nonce-3", "sha256:2")
        writing.record("one", "b", '{"b":1}', "sha256:3", None)
        writing.record("one", "b", '{"b":2}', "sha256:4", "c0ffee")
        writing.note("one", "rpm", "600")
        writing.note("one", "tpm", "1")
        writing.note("one", "tpm", "2")
        writing.unnote("one", "rpm")
        writing.attempted("two", "c0ffee", NOW)
        writing.succeeded("two", "c0ffee", NOW + MINUTE)
        writing.attempted("two", "decade", NOW + 2 * MINUTE)
        writing.record("three", "gone", "{}", "sha256:5", None)
        writing.intend("three", "gone", "nonce-4", "sha256:6")
        writing.forget("three", "gone")
    assert open_ledger(place).memory() == {
        "one": TargetRecords(
            {"b": Record('{"b":2}', "sha256:4", "c0ffee")}, {"a": Intent("nonce-2", "sha256:2")}, {"tpm": "2"}
        ),
        "two": TargetRecords(attempted=Try("decade", NOW + 2 * MINUTE), succeeded=Try("c0ffee", NOW + MINUTE)),
    }


def all_or_nothing(place: Place) -> None:
    """What fails in the middle leaves nothing, and the next event takes the number."""
    ledger = open_ledger(place)
    with pytest.raises(ValueError, match="time zone"), ledger.writing() as writing:
        _spoil(writing)
    assert (ledger.memory(), ledger.head) == ({}, Head(0, GENESIS))
    with ledger.writing() as writing:
        first, second = writing.append(event(1)), writing.append(event(2))
    assert (first.seq, second.seq, second.prev) == (1, 2, first.hash)
    assert ledger.head == Head(2, second.hash)
    assert ledger.verify(Head(1, first.hash)).ok


def _spoil(writing: Writing) -> None:
    """Write, then fail."""
    writing.append(event(1))
    writing.note("one", "a", "{}")
    writing.attempted("one", "c0ffee", NOW.replace(tzinfo=None))


def events_by_property(place: Place) -> None:
    """Each filter keeps what it says, oldest first; `newest` counts from the end."""
    ledger = open_ledger(place)
    with ledger.writing() as writing:
        for number in range(1, 9):
            who = "bo" if number > 5 else "ana"
            target = "two" if number % 2 else "one"
            writing.append(event(number, actor=who, target=target, kind="deleted" if number == 8 else "created"))
        writing.append(Event(NOW, "failed", "ana", run="run-1", commit="c0ffee", cause="no answer"))
    cases: Sequence[tuple[dict[str, object], list[int]]] = (
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"after": 6}, [7, 8, 9]),
        ({"target": "one"}, [2, 4, 6, 8]),
        ({"target": "one", "actor": "bo", "kind": "created"}, [6]),
        ({"key": "key-3"}, [3]),
        ({"run": "run-1"}, [9]),
        ({"commit": "c0ffee"}, [9]),
        ({"since": NOW + 3 * MINUTE, "until": NOW + 5 * MINUTE}, [3, 4]),
        ({"newest": 2}, [8, 9]),
        ({"newest": 2, "target": "two"}, [5, 7]),
        ({"newest": 0}, []),
        ({"kind": "nothing"}, []),
    )
    for query, expected in cases:
        assert (query, expected) == (query, [each.seq for each in ledger.events(**query)])  # type: ignore[arg-type]
    assert next(iter(ledger.events(after=2))).event == event(3, actor="ana", target="two")


def more_than_a_page(place: Place) -> None:
    """Many events are read page by page, none twice, none left out, also what is added meanwhile."""
    ledger = open_ledger(place)
    with ledger.writing() as writing:
        for number in range(1, 1201):
            writing.append(event(number))
    reading = ledger.events()
    assert next(reading).seq == 1
    with ledger.writing() as writing:
        writing.append(event(1201))
    assert [each.seq for each in reading] == list(range(2, 1202))
    assert ledger.verify().events == 1201


def approvals_are_events(place: Place) -> None:
    """An approval is kept with who, when and why, in the chain, and found by its commit."""
    ledger = open_ledger(place)
    with ledger.writing() as writing:
        writing.append(event(1))
        made = writing.approve("c0ffee", "fay", NOW, "for the launch")
        writing.approve("decade", "bo", NOW)
    assert ledger.approvals("c0ffee") == (made,)
    assert (made.by, made.at, made.note, made.seq) == ("fay", NOW, "for the launch", 2)
    assert [each.event.kind for each in ledger.events(after=1)] == ["approved", "approved"]


def leases(place: Place) -> None:
    """One holder at a time: kept, refused, given back by its holder alone, and free when it ends."""
    ledger, span = open_ledger(place), 10 * MINUTE

    def take(holder: str, minutes: int) -> None:
        with ledger.writing() as writing:
            writing.lease("one", holder, NOW + minutes * MINUTE, span)

    def give(holder: str) -> None:
        with ledger.writing() as writing:
            writing.release("one", holder)

    take("first", 0)
    take("first", 5)
    with pytest.raises(LeaseTaken) as caught:
        take("second", 14)
    assert (caught.value.target, caught.value.holder, caught.value.until) == ("one", "first", NOW + 15 * MINUTE)
    give("second")
    assert ledger.leases() == (Lease("one", "first", NOW + 15 * MINUTE, NOW),)
    take("second", 15)
    assert ledger.leases() == (Lease("one", "second", NOW + 25 * MINUTE, NOW + 15 * MINUTE),)
    give("second")
    assert ledger.leases() == ()


def a_lease_is_required(place: Place) -> None:
    """What needs a lease is not written without it; one that has ended is its holder's until another takes it."""
    ledger = open_ledger(place)

    def append_as(holder: str) -> None:
        with ledger.writing() as writing:
            writing.append(event(1))
            writing.require("one", holder)

    def refused(holder: str) -> None:
        with pytest.raises(LeaseGone) as caught:
            append_as(holder)
        assert (caught.value.target, ledger.head.seq) == ("one", 0)

    refused("first")
    with ledger.writing() as writing:
        writing.lease("one", "second", NOW - 60 * MINUTE, MINUTE)
    refused("first")
    append_as("second")


def threads_share_one_chain(place: Place) -> None:
    """Threads of one process lose nothing."""
    ledger = open_ledger(place)

    def write(number: int) -> int:
        with ledger.writing() as writing:
            return writing.append(event(number)).seq

    with ThreadPoolExecutor(8) as pool:
        kept = sorted(pool.map(write, range(80)))
    assert kept == list(range(1, 81))
    assert (ledger.verify().ok, ledger.verify().events) == (True, 80)


def _work(verb: str, place: Place, count: int) -> list[list[int]]:
    """What each of three processes says it did."""
    command = [sys.executable, str(WORKER), verb, str(place)]
    running = [
        subprocess.Popen([*command, name, str(count)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("first", "second", "third")
    ]
    done = [(each, *each.communicate()) for each in running]
    assert [(each.returncode, err) for each, _, err in done] == [(0, "")] * 3
    return [[int(line) for line in out.split()] for _, out, _ in done]


def processes_share_one_chain(place: Place) -> None:
    """Processes that create and write the same ledger at once make one chain of all that they said was kept."""
    kept = _work("append", place, 40)
    ledger = open_ledger(place)
    assert sorted(seq for each in kept for seq in each) == list(range(1, 121))
    found = ledger.verify()
    assert (found.fault, found.events) == (None, 120)
    assert len(ledger.memory()["gateway"].applied) == 120


def processes_never_share_a_lease(place: Place) -> None:
    """Of processes that want the same targets, each target has exactly one that got it."""
    taken = _work("lease", place, 30)
    assert sorted(number for each in taken for number in each) == list(range(30))
    held = {each.target: each.holder for each in open_ledger(place).leases()}
    for name, numbers in zip(("first", "second", "third"), taken, strict=True):
        assert {held[f"target-{number}"] for number in numbers} <= {name}


REFUSED = (
    "UPDATE events SET actor = 'eve' WHERE seq = 1",
    "DELETE FROM events WHERE seq = 2",
    "DELETE FROM events",
    "INSERT INTO events (seq, prev, hash, \"at\", kind, actor) VALUES (9, 'x', 'x', 'x', 'x', 'x')",
    "INSERT INTO events (seq, prev, hash, \"at\", kind, actor) VALUES (3, 'x', 'x', 'x', 'x', 'x')",
    "UPDATE head SET seq = 1",
    "UPDATE head SET hash = 'x'",
    "DELETE FROM head",
)


def the_database_refuses(place: Place) -> None:
    """Plain statements that would alter, remove or insert events, or move the head, are refused."""
    ledger = open_ledger(place)
    for number in (1, 2):
        with ledger.writing() as writing:
            writing.append(event(number))
    for statement in REFUSED:
        with pytest.raises(DBAPIError), raw(ledger) as connection:
            connection.execute(text(statement))
    assert ledger.verify().ok


def raw(ledger: Ledger):
    """A transaction in which errors are those of the driver."""
    database = ledger._database
    engine = getattr(database, "_writer", None) or database._engine  # type: ignore[attr-defined]
    return engine.get().begin()


def a_closed_ledger_opens_again(place: Place) -> None:
    """Closing gives connections back; whoever goes on gets new ones."""
    ledger = open_ledger(place)
    ledger.close()
    for number in (1, 2):
        with ledger.writing() as writing:
            writing.append(event(number))
        assert ledger.head.seq == number
        ledger.close()


CASES: Sequence[Callable[[Place], None]] = (
    reading_creates_nothing,
    everything_is_remembered,
    all_or_nothing,
    events_by_property,
    more_than_a_page,
    approvals_are_events,
    leases,
    a_lease_is_required,
    threads_share_one_chain,
    processes_share_one_chain,
    processes_never_share_a_lease,
    the_database_refuses,
    a_closed_ledger_opens_again,
)
