"""A counterpart that keeps state, notes what it is asked, and breaks on demand."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from fakes._clock import Clock
from fakes._faults import Faults
from fakes._inprocess import InProcess
from fakes._journal import Entry, Journal
from fakes._tables import Tables
from fakes._wire import Reply, Request


class Fake(ABC):
    """Subclasses answer requests from `tables`; requests are served one at a time."""

    def __init__(self, clock: Clock | None = None, faults: Faults | None = None) -> None:
        self.clock = clock or Clock()
        self.faults = faults or Faults()
        self.journal = Journal()
        self.tables = Tables()
        self.violations: list[str] = []
        self._lock = threading.Lock()

    @abstractmethod
    def answer(self, request: Request) -> Reply:
        """What a sound vendor answers, with its effect on `tables`."""

    def exchange(self, request: Request) -> Reply:
        """One request with whatever goes wrong on its way. Raises `Broken` where no whole reply gets through."""
        with self._lock:
            return self._exchange(request)

    def client(self, **options: object) -> httpx2.Client:
        """A client that reaches this fake within the process, by any host name."""
        settings = {"base_url": "http://fake.test", **options}
        return httpx2.Client(transport=self.transport(), **settings)  # type: ignore[arg-type]

    def transport(self) -> InProcess:
        """What an httpx2 client needs to reach this fake within the process."""
        return InProcess(self.exchange)

    def _exchange(self, request: Request) -> Reply:
        fault = self.faults.pick(request)
        served = _Served(self, request)
        status: int | None = None
        try:
            reply = fault.play(request, served) if fault else served(0)
            status = reply.status
        finally:
            self.journal.add(Entry(request, status, served.effects, repr(fault) if fault else None))
        return reply

    @contextmanager
    def past(self, writes: int) -> Iterator[None]:
        """Within it, `tables` are those of some changes ago."""
        present = self.tables
        self.tables = present.ago(writes) if writes else present
        try:
            yield
        finally:
            self.tables = present


class _Served:
    def __init__(self, fake: Fake, request: Request) -> None:
        self._fake, self._request, self.effects = fake, request, 0

    def __call__(self, writes_ago: int) -> Reply:
        before = self._fake.tables.revision
        with self._fake.past(writes_ago):
            reply = self._fake.answer(self._request)
        self.effects += self._fake.tables.revision != before
        return reply
