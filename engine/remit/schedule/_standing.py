"""What the process knows of itself, for those who ask from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal

from remit.reconcile import TargetStatus

Ending = Literal["ok", "incomplete", "blocked", "failed"]
"""`ok`: every target is as declared. `incomplete`: something is held, failed, or somebody else's turn. `blocked`: a
limit forbids it. `failed`: there was no run."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How one turn ended.

    `rejected`: why the newest policies were not used, or empty. `unfetched`: why nobody knows the newest, or empty.
    """

    ending: Ending
    began: datetime
    ended: datetime
    commit: str | None = None
    bundle: str = ""
    rejected: str = ""
    targets: tuple[TargetStatus, ...] = ()
    failures: Mapping[str, int] = field(default_factory=dict)
    unfetched: str = ""

    @property
    def span(self) -> timedelta:
        """How long it took."""
        return self.ended - self.began


@dataclass(slots=True)
class Standing:
    """Safe for threads. `patience`: after how long without a turn the process counts as stuck."""

    patience: timedelta
    began: datetime
    last: Turn | None = None
    endings: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    stopping: bool = False
    _lock: Lock = field(default_factory=Lock, repr=False)

    def turned(self, turn: Turn) -> None:
        """A turn has ended."""
        with self._lock:
            self.last = turn
            self.endings[turn.ending] += 1
            self.failures.update(turn.failures)

    def stop(self) -> None:
        """No further turn begins."""
        self.stopping = True

    def alive(self, now: datetime) -> bool:
        """Whether turns still happen."""
        since = self.last.ended if self.last is not None else self.began
        return now - since <= self.patience

    @property
    def ready(self) -> bool:
        """Whether there are policies, and a run over them has ended."""
        return not self.stopping and self.last is not None and bool(self.last.bundle)

    def counts(self) -> tuple[Turn | None, Iterable[tuple[str, int]], Iterable[tuple[str, int]]]:
        """(the last turn, how many ended how, failures by target), all of one instant."""
        with self._lock:
            return self.last, tuple(sorted(self.endings.items())), tuple(sorted(self.failures.items()))
