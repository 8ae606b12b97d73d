"""Every target that there is, in one world of reconcile, with what goes wrong between it and Remit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from fuzz.administered import Administered
from fuzz.farside import MODELS, Adapted, Proxied, Simulated
from reconcile.simulated import NOW, ORGANIZATION, World, entitlement, target

from remit.bundle import Entitlement
from remit.reconcile import Run
from remit.targets import Capabilities, Context, Created, Kind, Marker, Reader, TargetObject, Writer
from remit.targets.local import TYPE as LOCAL
from remit.targets.local import KeyStore


@dataclass(frozen=True)
class Dial:
    """A property of keys that a target holds and that people change on both sides, with a number for its value."""

    name: str
    declared: Callable[[int], dict[str, object]]
    seen: Callable[[TargetObject], object]
    value: Callable[[int], object]


RATE = Dial(
    "caps.requests_per_minute",
    lambda number: {"caps": {"requests_per_minute": number}},
    lambda found: found.caps.get("requests_per_minute"),
    lambda number: number,
)
END = Dial(
    "expires",
    lambda number: {"caps": {}, "budgets": {}, "expires": NOW + timedelta(days=number)},
    lambda found: found.expires,
    lambda number: NOW + timedelta(days=number),
)
"""Where a rate is of the project."""


@dataclass
class Between:
    """Passes calls on. `faults` come before the call, `after` it is done; `distort` is what is read of each object."""

    reader: Reader
    writer: Writer
    works: Callable[[str], bool]
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    after: dict[str, list[Exception]] = field(default_factory=dict)
    distort: Callable[[TargetObject], TargetObject] = lambda found: found
    calls: list[str] = field(default_factory=list)
    hook: Callable[[str], None] = lambda verb: None
    spaces: tuple[Kind, ...] = ()
    dial: Dial = RATE
    removes: str = "delete"
    bounded: str = "key"

    def key(self, name: str = "a", number: int = 600, **changes: object) -> Entitlement:
        """A declared key, with its dial at a number."""
        return key(name, **{**self.dial.declared(number), **changes})

    def many(self, count: int, **changes: object) -> list[Entitlement]:
        return [self.key(f"k{number}", **changes) for number in range(count)]

    def at(self, alias: str, number: int) -> bool:
        """Whether the dial of a key is at a number."""
        return self.dial.seen(self.keys()[alias]) == self.dial.value(number)

    @property
    def identity(self) -> str:
        return f"{self.reader.identity}#{id(self.reader)}"

    @property
    def version(self) -> str:
        return self.reader.version

    @property
    def capabilities(self) -> Capabilities:
        return replace(self.reader.capabilities, concurrency=1)

    def read(self) -> tuple[TargetObject, ...]:
        return tuple(self.distort(each) for each in self._passed("read", self.reader.read))

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        return self._passed("create", lambda: self.writer.create(wanted, nonce))

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        self._passed("update", lambda: self.writer.update(found, wanted, changed))

    def disable(self, found: TargetObject) -> None:
        self._passed("disable", lambda: self.writer.disable(found))

    def delete(self, found: TargetObject) -> None:
        self._passed("delete", lambda: self.writer.delete(found))

    def _passed(self, verb: str, call: Callable[[], object]) -> object:
        self.calls.append(verb)
        self.hook(verb)
        if self.faults.get(verb):
            raise self.faults[verb].pop(0)
        made = call()
        if self.after.get(verb):
            raise self.after[verb].pop(0)
        return made

    @property
    def writes(self) -> list[str]:
        """The calls that may have changed something."""
        return [each for each in self.calls if each != "read"]

    # What a person does, past Remit

    def keys(self) -> dict[str, TargetObject]:
        """The keys that are really there, by alias."""
        return {each.alias: each for each in self.reader.read() if each.kind == "key"}

    def turn(self, alias: str, number: int) -> None:
        """Somebody turns the dial of a key."""
        found = self.keys()[alias]
        wanted = found.with_properties({**found.properties, self.dial.name: self.dial.value(number)})
        self.writer.update(found, wanted, frozenset((self.dial.name,)))

    def make(self, alias: str, marker: str = "") -> TargetObject:
        """A key made by hand, with a marker as somebody wrote or copied it."""
        self.writer.create(TargetObject(alias), f"0f-{alias}")
        found = self.keys()[alias]
        self.writer.update(found, replace(found, marker=marker), frozenset(("marker",)))
        return self.keys()[alias]

    def remove(self, alias: str) -> None:
        self.writer.delete(self.keys()[alias])


@dataclass
class Organised(Between):
    """OpenAI: what a person does there, Remit's notes know nothing of."""

    def turn(self, alias: str, number: int) -> None:
        self._far.expire(self.keys()[alias].id, self.dial.value(number))

    def make(self, alias: str, marker: str = "") -> TargetObject:
        before = self.keys()
        self._far.by_hand(TargetObject(alias, marker=marker), "")
        return next(each for name, each in self.keys().items() if name not in before)

    def remove(self, alias: str) -> None:
        self._far.by_hand(None, self.keys()[alias].id)

    @property
    def _far(self) -> Administered:
        assert isinstance(self.reader, Administered)
        return self.reader


def simulated(directory: Path) -> Between:
    far = Simulated()
    return Between(far, far, lambda value: bool(far.working(value)))


def local(directory: Path) -> Between:
    declared, context = target(type="local", path="store.db"), Context(ORGANIZATION, directory)
    store = directory / "store.db"

    def works(value: str) -> bool:
        return store.exists() and KeyStore(store).authenticate(value) is not None

    return Between(LOCAL.open_reader(declared, context), LOCAL.open_writer(declared, context), works)


def litellm(directory: Path) -> Between:
    far = Proxied()
    return Between(far, far, lambda value: bool(far.working(value)), spaces=far.spaces)


def openai(directory: Path) -> Between:
    """To disable a key is to delete it there, and nearly all that bounds it is of its project."""
    far, rest = Administered(directory, MODELS), {"dial": END, "removes": "disable", "bounded": "project"}
    return Organised(far, far, lambda value: bool(far.working(value)), spaces=far.spaces, **rest)


TARGETS: dict[str, Callable[[Path], Between]] = {
    "simulated": simulated,
    "local": local,
    "litellm": litellm,
    "openai": openai,
}


class Place(World):
    """Each run is a process of its own, with writers of its own."""

    def run(self, **changes: object) -> Run:
        for each in self.gateways.values():
            if isinstance(each.writer, Adapted):
                each.writer.restart()
        return super().run(**changes)


def world_of(name: str, directory: Path, **spec: object) -> tuple[World, Between]:
    """A world with one target."""
    between = TARGETS[name](directory)
    spaces = {"gateway": between.spaces}
    return Place(directory, gateways={"gateway": between}, specs={"gateway": spec}, spaces=spaces), between


def key(name: str = "a", **changes: object) -> Entitlement:
    """What every one of the targets can hold."""
    return entitlement(name, **{"caps": {"requests_per_minute": 600}, "expires": None, **changes})


def copied(alias: str) -> str:
    """Our marker, of another object."""
    return str(Marker(ORGANIZATION, alias, "another-object"))
