"""What a run of reconcile talks to, with faults drawn from a seed, and looked at from outside by a `Watch`."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

import httpx2
from fakes import Clock, Dropped, Duplicated, Fake, Faults, Html, Refused, Stale, Status, Timeout, Truncated
from fakes._inprocess import InProcess
from fakes._wire import Reply, Request
from fakes.litellm import LiteLLM
from reconcile.simulated import NOW, ORGANIZATION, Fuse, Gateway, target

from remit.resources import Target
from remit.targets import (
    Busy,
    Capabilities,
    Context,
    Created,
    Kind,
    OutcomeUnknown,
    TargetObject,
    TargetType,
    Unreadable,
    WriteRefused,
)
from remit.targets.litellm._target import LiteLLMTarget

Objects = dict[str, TargetObject]
T = TypeVar("T")
OnEffect = Callable[[Objects, Objects], None]


class FarSide(Protocol):
    """What only a test may do at a target; it is a reader and a writer besides."""

    on_effect: OnEffect
    spaces: tuple[Kind, ...]

    def truth(self) -> Objects:
        """What is really there, by id."""
        ...

    def working(self, value: str) -> str:
        """The id of the object that a value belongs to."""
        ...

    def by_hand(self, object_: TargetObject | None, object_id: str) -> None:
        """Somebody puts, changes, or (None) removes an object."""
        ...

    def break_(self, seed: int, rate: float) -> None:
        """From now on calls fail."""
        ...

    def heal(self) -> None:
        """And from now on none does."""
        ...

    def later(self, seconds: float) -> None:
        """Time goes by."""
        ...

    def restart(self) -> None:
        """The next process begins."""
        ...


def _nothing(before: Objects, after: Objects) -> None:
    """Nobody looks."""


@dataclass
class Simulated(Gateway):
    """The invented gateway. `rate` is how many of the calls go wrong, one way or the other."""

    rate: float = 0.0
    luck: random.Random = field(default_factory=random.Random)
    past: list[Objects] = field(default_factory=lambda: [{}])
    on_effect: OnEffect = _nothing
    spaces: tuple[Kind, ...] = ()

    def truth(self) -> Objects:
        return dict(self.objects)

    def working(self, value: str) -> str:
        return next((name for name, each in self.values.items() if each == value), "")

    def by_hand(self, object_: TargetObject | None, object_id: str) -> None:
        if object_ is None:
            self.objects.pop(object_id, None)
            self.values.pop(object_id, None)
        else:
            self.objects[object_id] = object_
        self.past.append(self.truth())

    def break_(self, seed: int, rate: float) -> None:
        self.luck, self.rate = random.Random(seed), rate

    def heal(self) -> None:
        self.rate = 0.0

    def later(self, seconds: float) -> None:
        """It has no clock."""

    def restart(self) -> None:
        """It remembers nothing of a process."""

    def read(self) -> tuple[TargetObject, ...]:
        fault = self._drawn()
        if fault == "stale":
            return tuple(self.past[-min(len(self.past), self.luck.randint(1, 4))].values())
        if fault:
            raise self.luck.choice((Busy("busy", 1.0), Unreadable("cut off"), Busy("busy"), Busy("busy", 900.0)))
        return super().read()

    def create(self, key: TargetObject, nonce: str) -> Created:
        return self._troubled(lambda: super(Simulated, self).create(key, nonce), OutcomeUnknown("no answer"))

    def update(self, found: TargetObject, key: TargetObject, changed: frozenset[str]) -> None:
        if found.id not in self.objects:
            raise WriteRefused("gone")
        self._troubled(lambda: super(Simulated, self).update(found, key, changed), Busy("no answer"))

    def disable(self, found: TargetObject) -> None:
        self._troubled(lambda: super(Simulated, self).disable(found), Busy("no answer"))

    def delete(self, found: TargetObject) -> None:
        self._troubled(lambda: super(Simulated, self).delete(found), Busy("no answer"))

    def _troubled(self, call: Callable[[], T], lost: Exception) -> T:
        """One call with whatever goes wrong before or after it; `lost` is what it raises when no answer came."""
        fault = self._drawn()
        if fault == "before":
            raise self.luck.choice((Busy("busy", 2.0), Busy("busy"), Busy("busy", 900.0)))
        if fault == "refused":
            raise WriteRefused("not today")
        made = self._effective(call)
        if fault == "twice":
            made = self._effective(call)
        if fault == "after":
            raise lost
        return made

    def _effective(self, call: Callable[[], T]) -> T:
        before = self.truth()
        try:
            return call()
        finally:
            after = self.truth()
            if after != before:
                self.past.append(after)
                self.on_effect(before, after)

    def _drawn(self) -> str:
        if self.luck.random() >= self.rate:
            return ""
        return self.luck.choice(("before", "refused", "after", "twice", "stale"))


MASTER = "sk-master-1234"
MODELS = ("nimbus-huge", "nimbus-large", "nimbus-small", "gpt-4o", "gpt-4o-mini", "mock-model")


_RATES = (
    Status(429, retry_after=3),
    Status(429, retry_after=900),
    Status(429),
    Status(500),
    Status(500, after_effect=True),
    Status(503, retry_after=1),
    Timeout(),
    Timeout(after_effect=True),
    Dropped(),
    Refused(),
    Truncated(),
    Truncated(declared=False),
    Html(),
    Html(200, after_effect=True),
    Stale(2),
    Duplicated(),
)


class Adapted:
    """A real adapter, on a fake of its vendor. Each run has a reader and a writer of its own, as each process has.

    `adapter` makes its type for a transport; `context` is a new one for every reader and writer.
    """

    def __init__(
        self,
        fake: Fake,
        declared: Target,
        adapter: Callable[[InProcess], TargetType],
        context: Callable[[], Context],
    ) -> None:
        self.fake, self.on_effect, self.fuse, self.numbers = fake, _nothing, Fuse(), 0
        self._declared, self._context = declared, context
        self._faulty = adapter(InProcess(self._exchange))
        self._clean = adapter(InProcess(fake.answer)).open_reader(declared, context())
        self.restart()

    @property
    def identity(self) -> str:
        return self._reader.identity

    @property
    def version(self) -> str:
        return self._reader.version

    @property
    def capabilities(self) -> Capabilities:
        """One call at a time, so that a seed means the same run."""
        return replace(self._reader.capabilities, concurrency=1)

    def restart(self) -> None:
        """Another process."""
        self._reader = self._faulty.open_reader(self._declared, self._context())
        self._writer = self._faulty.open_writer(self._declared, self._context())

    def read(self) -> tuple[TargetObject, ...]:
        return self._reader.read()

    def create(self, key: TargetObject, nonce: str) -> Created:
        return self._writer.create(key, nonce)

    def update(self, found: TargetObject, key: TargetObject, changed: frozenset[str]) -> None:
        self._writer.update(found, key, changed)

    def disable(self, found: TargetObject) -> None:
        self._writer.disable(found)

    def delete(self, found: TargetObject) -> None:
        self._writer.delete(found)

    def truth(self) -> Objects:
        return {each.id: each for each in self._clean.read()}

    def break_(self, seed: int, rate: float) -> None:
        self.fake.faults = Faults(seed, tuple((rate / len(_RATES), fault) for fault in _RATES))

    def heal(self) -> None:
        self.fake.faults.heal()

    def later(self, seconds: float) -> None:
        self.fake.clock.advance(seconds=seconds)

    def admin(self) -> httpx2.Client:
        """A client of a person who administers it, without faults."""
        token = {"Authorization": f"Bearer {MASTER}"}
        return httpx2.Client(transport=InProcess(self.fake.answer), base_url="http://fake.test", headers=token)

    def _exchange(self, request: Request) -> Reply:
        """The process may die before and after every call that changes something."""
        if request.reads:
            return self.fake.exchange(request)
        where = f"{request.method} {request.path}"
        self.fuse.burn(f"before {where}")
        before, revision = self.truth(), self.fake.tables.revision
        try:
            return self.fake.exchange(request)
        finally:
            if self.fake.tables.revision != revision:
                self.on_effect(before, self.truth())
            self.fuse.burn(f"after {where}")


class Proxied(Adapted):
    """LiteLLM."""

    spaces: tuple[Kind, ...] = ("team",)

    def __init__(self) -> None:
        fake = LiteLLM(clock=Clock(NOW), master_key=MASTER, models=dict.fromkeys(MODELS, 0.001))
        declared = target("gateway", type="litellm", url="http://fake.test", credentials_from="LITELLM_KEY")
        super().__init__(fake, declared, LiteLLMTarget, lambda: Context(ORGANIZATION, Path(), {"LITELLM_KEY": MASTER}))

    def restart(self) -> None:
        super().restart()
        self._writer.clock = self.fake.clock

    def working(self, value: str) -> str:
        token = sha256(value.encode()).hexdigest()
        return token if self.fake.tables.get("keys", token) else ""

    def by_hand(self, object_: TargetObject | None, object_id: str) -> None:
        """Through the admin API, as a person would."""
        with self.admin() as client:
            if object_ is None:
                client.post("/key/delete", json={"keys": [object_id]})
            elif self.fake.tables.get("keys", object_id) is None:
                self.numbers += 1
                body = {"key": f"sk-by-hand-{self.numbers:024}", "key_alias": object_.alias}
                client.post("/key/generate", json={**body, "metadata": {"remit_marker": object_.marker}})
            else:
                body = {"rpm_limit": object_.caps.get("requests_per_minute"), "models": list(object_.models or ())}
                client.post("/key/update", json={"key": object_id, **body})
                client.post(f"/key/{'un' if object_.enabled else ''}block", json={"key": object_id})
