"""Killed at every durable write, as by `kill -9`: a real process, the real `local` target, the real file sink."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from simulated import NOW, ORGANIZATION, World, entitlement, keys, target
from sqlalchemy import Engine, event

from remit.reconcile import Run, State
from remit.secrets import SINKS, Sink
from remit.targets import Context, Created, TargetObject
from remit.targets.local import TYPE, KeyStore

BEFORE = keys("gone", "mixed", "off", "turn")
AFTER = [
    entitlement("mixed", models=("nimbus-huge", "nimbus-small"), caps={"requests_per_minute": 6}),
    entitlement("new"),
    entitlement("off", suspended=True),
    entitlement("turn"),
]
PARTS = 3
"""The boundaries are shared out among as many tests, which can run side by side."""
WORKING = {"mixed", "new", "turn"}


@dataclass
class Store:
    """Reader and writer of one key store."""

    directory: Path

    def __post_init__(self) -> None:
        declared, context = target(type="local"), Context(ORGANIZATION, self.directory)
        self.reader, self.writer = TYPE.open_reader(declared, context), TYPE.open_writer(declared, context)
        self.identity, self.version = self.reader.identity, self.reader.version
        self.capabilities = self.reader.capabilities

    def read(self) -> tuple[TargetObject, ...]:
        return self.reader.read()

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        return self.writer.create(wanted, nonce)

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        self.writer.update(found, wanted, changed)

    def disable(self, found: TargetObject) -> None:
        self.writer.disable(found)

    def delete(self, found: TargetObject) -> None:
        self.writer.delete(found)


@dataclass
class Files(World):
    """A world that is in files, all of it."""

    deadline: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.gateways = {"gateway": Store(self.directory)}

    def sink(self, name: str) -> Sink:
        return Watched(SINKS.load(name), self.deadline)

    def run(self, **changes: object) -> Run:
        return super().run(state=State(self.directory), **changes)

    def working(self) -> set[str]:
        """The keys whose delivered value is accepted."""
        store = KeyStore(self.directory / "local.db")
        values = {path.name: path.read_text().strip() for path in (self.directory / "keys").iterdir()}
        found = {name: store.authenticate(value, now=self.now) for name, value in values.items()}
        return {name for name, each in found.items() if each is not None and each.key.partition("~")[0] == name}


@dataclass
class Watched:
    """A sink with a boundary before and after each delivery."""

    sink: Sink
    deadline: Callable[[], None]

    def address(self, *arguments: object) -> str:
        return self.sink.address(*arguments)

    def deliver(self, *arguments: object) -> object:
        self.deadline()
        receipt = self.sink.deliver(*arguments)
        self.deadline()
        return receipt


def prepared(directory: Path) -> Files:
    world = Files(directory).declare(*BEFORE)
    assert world.apply().ok
    assert world.working() == {each.key for each in BEFORE}
    return world


def changed(directory: Path) -> Files:
    """The same world as another process sees it, with another commit."""
    world = Files(directory).declare(*AFTER)
    world.rotate = ("turn",)
    return world


def apart(act: Callable[[Callable[[], None]], None], after: int) -> int:
    """The status of a process that acts, and is killed at boundary `after`; else the number of boundaries."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    passed = 0

    def boundary(*ignored: object) -> None:
        nonlocal passed
        passed += 1
        if passed > after:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        event.listen(Engine, "commit", boundary)
        act(boundary)
    finally:
        os._exit(passed)


def applied(directory: Path) -> Callable[[Callable[[], None]], None]:
    def act(deadline: Callable[[], None]) -> None:
        world = changed(directory)
        world.deadline = deadline
        assert world.apply().ok

    return act


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_every_write(memory_path: Path, part: int) -> None:
    """Whenever it dies, what was delivered works, the chain holds, and one run later all is as declared."""
    prepared(memory_path / "before")
    total = apart(applied(shutil.copytree(memory_path / "before", memory_path / "counting")), 10**9) >> 8
    assert total > 30
    for after in range(part, total, PARTS):
        directory = shutil.copytree(memory_path / "before", memory_path / str(after))
        assert apart(applied(directory), after) == signal.SIGKILL
        world = changed(directory)
        assert State(directory).ledger.verify().ok, after
        assert world.working() >= {"mixed", "turn"}, after
        world.rotate = ()
        world.now = NOW
        world.kill()
        made = world.apply()
        assert made.ok, (after, made)
        assert world.working() == WORKING, after
        assert (world.plan().empty, world.plan().problems) == (True, ()), after
        assert State(directory).ledger.verify().ok, after
        aliases = {each.alias.partition("~")[0] for each in world.gateways["gateway"].read()}
        assert aliases == {*WORKING, "off"}, after
        shutil.rmtree(directory)


@pytest.mark.parametrize("key", ["new", "turn"])
def test_a_value_is_in_its_file_only(memory_path: Path, key: str) -> None:
    """Nothing else in the state directory holds it, whole or in part."""
    prepared(memory_path)
    assert changed(memory_path).apply().ok
    value = (memory_path / "keys" / key).read_bytes().strip()
    others = [path for path in memory_path.rglob("*") if path.is_file() and path.name != key]
    assert others
    assert not [path.name for path in others if value in path.read_bytes() or value[-20:] in path.read_bytes()]
