"""A run that is killed at any instant leaves nothing that the next run does not put right."""

from __future__ import annotations

import hashlib
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from litellm_place import emptied
from live.governed import Governed, called
from live.litellm_proxy import LiveProxy

from remit.decide import bundle_at
from remit.ledger import Ledger, open_ledger
from remit.reconcile import apply_plan, plan_bundle

pytestmark = pytest.mark.live

ROUNDS = 50
LONGEST = 1.2
"""Seconds from the first write to the ledger to after the end of a run, on a slow machine."""
SHORTER, LONGER = 0.85, 1.1
"""How the span of instants follows the machine: after a run that had ended before, and after one that was cut."""
OVERLAP = 1.1
TEAMS = ("search", "care")
VALUE = re.compile(rb"sk-[A-Za-z0-9_-]{20,}")
MASTER = b"sk-master-1234"


@dataclass
class Days:
    """One round after the other: other keys are declared, a run is killed, the next one mends it."""

    governed: Governed
    admin: httpx2.Client
    chance: random.Random
    texts: dict[str, str] = field(default_factory=dict)
    values: set[str] = field(default_factory=set)
    cut: int = 0
    span: float = LONGEST

    @property
    def ledger(self) -> Ledger:
        return open_ledger(self.governed.place / ".remit" / "ledger.db")

    def declare(self, number: int) -> list[str]:
        """Two new keys, two of before with other bounds, and those older no more. Gives the keys to rotate."""
        for old in (number - 2, number - 3):
            for index in range(2):
                path = self.governed.place / "policies" / f"key-k{old}-{index}.yaml"
                path.unlink(missing_ok=True)
        for day in (number - 1, number):
            for index, team in enumerate(TEAMS):
                if day >= 0:
                    rate = str(600 + number * (1 if index else -1))
                    limits = f"{{requests_per_minute: {rate}}}"
                    self.governed.key(f"k{day}-{index}", team, limits=limits, rotate_overlap="1s")
        return [f"k{number - 1}-0"] if number % 3 == 2 else []

    def kill(self, rotate: list[str]) -> None:
        """Start a run, and end it at a random instant of its work as nobody can prevent."""
        before = self.written()
        words = [word for key in rotate for word in ("--rotate", key)]
        process = self.governed.start("apply", "--yes", *words)
        deadline = time.monotonic() + 30
        while self.written() == before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(self.chance.uniform(0, self.span))
        is_cut = process.poll() is None
        self.cut += is_cut
        self.span = min(LONGEST, self.span * (LONGER if is_cut else SHORTER))
        process.send_signal(signal.SIGKILL)
        self.keep(process)

    def written(self) -> tuple[float, int]:
        """Changes whenever the ledger is written to."""
        wal = self.governed.place / ".remit" / "ledger.db-wal"
        return (wal.stat().st_mtime, wal.stat().st_size) if wal.exists() else (0.0, 0)

    def keep(self, process: subprocess.Popen[str]) -> None:
        """What it printed, for the search for values."""
        out, err = process.communicate(timeout=60)
        self.texts[f"output {len(self.texts)}"] = out + err

    def mend(self) -> None:
        """A person gives back what the dead run held, and the next runs do what is left."""
        for lease in self.ledger.leases():
            with self.ledger.writing() as writing:
                writing.release(lease.target, lease.holder)
        self.settle()
        if any("~" in alias for alias in self.aliases().values()):
            time.sleep(OVERLAP)
            self.settle()

    def settle(self) -> None:
        """Runs until nothing is left to do, which takes one, or two where a value was never delivered."""
        state, environ = self.governed.place / ".remit", self.governed.environ
        bundle = bundle_at(self.governed.place / "policies", None)
        for _ in range(3):
            plan = plan_bundle(bundle, state_dir=state, environ=environ)
            if plan.empty and plan.ok:
                return
            outcome = apply_plan(plan, bundle, state_dir=state, environ=environ)
            self.texts[f"plan {len(self.texts)}"] = repr((plan, outcome))
            assert outcome.ok, outcome
        raise AssertionError("it does not come to rest")

    def objects(self) -> dict[str, str]:
        """Slots by the id of what is on the proxy, keys and teams."""
        teams = {row["team_id"]: f"team:{row['team_alias']}" for row in self.admin.get("/team/list").json()}
        return {name: slot.partition("~")[0] for name, slot in (self.aliases() | teams).items()}

    def aliases(self) -> dict[str, str]:
        """What the keys on the proxy are called, by their hash."""
        query = {"size": 100, "return_full_object": True}
        return {row["token"]: row["key_alias"] for row in self.admin.get("/key/list", params=query).json()["keys"]}

    def accounted(self, before: dict[str, str], after: dict[str, str], since: int) -> None:
        """Whatever came or went since was announced in the ledger, and what came is known by its id."""
        events = [entry.event for entry in self.ledger.events(since)]
        announced = {(event.key, event.note) for event in events if event.kind == "intended"}
        answers = {event.answer for event in events}
        assert {after[name] for name in after.keys() - before} <= {key for key, verb in announced if verb == "create"}
        assert {before[name] for name in before.keys() - after} <= {key for key, verb in announced if verb == "delete"}
        assert after.keys() - before.keys() <= answers

    def delivered(self, after: dict[str, str]) -> None:
        """Every key is there once, under the value that was delivered, which works."""
        declared = {path.stem.removeprefix("key-") for path in (self.governed.place / "policies").glob("key-*")}
        keys = {name: slot for name, slot in after.items() if ":" not in slot}
        assert sorted(keys.values()) == sorted(declared)
        for token, key in keys.items():
            value = self.governed.value(key)
            self.values.add(value)
            assert token == hashlib.sha256(value.encode()).hexdigest()
            assert called(self.governed.proxy, value) == 200


@pytest.fixture
def days(live_litellm: LiveProxy, tmp_path: Path) -> Iterator[Days]:
    """Two teams on an empty proxy."""
    place = tmp_path / "governance"
    place.mkdir()
    governed = Governed(place, live_litellm)
    for team in TEAMS:
        governed.team(team)
    with live_litellm.client() as admin:
        emptied(admin)
        yield Days(governed, admin, random.Random(20261125))
        emptied(admin)


def test_killed_at_any_instant(days: Days) -> None:
    """Afterwards all is as declared: no key twice, no value lost, none leaked, and the ledger knows of everything."""
    for number in range(ROUNDS):
        before, since = days.objects(), days.ledger.head.seq
        days.kill(days.declare(number))
        days.mend()
        after = days.objects()
        days.delivered(after)
        days.accounted(before, after, since)
    assert days.cut >= ROUNDS // 4
    assert days.governed.ledger_verifies()
    found = dict(days.governed.texts())
    found |= {name: text.encode() for name, text in days.texts.items()}
    leaks = {name: VALUE.findall(data) for name, data in found.items()}
    assert {name: values for name, values in leaks.items() if set(values) - {MASTER}} == {}
    assert not [name for name, data in found.items() for value in days.values if value.encode() in data]
