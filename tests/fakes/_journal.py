"""What a fake was asked, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from fakes._wire import Request


@dataclass(frozen=True, slots=True)
class Entry:
    """One request: `status` is None where no reply got through; `effects` counts how often it changed the state."""

    request: Request
    status: int | None
    effects: int
    fault: str | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether it is of this method and path; `*` stands for anything in both."""
        return fnmatchcase(self.request.method, method) and fnmatchcase(self.request.path, path)


class Journal:
    """All requests in order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self.entries))

    def __len__(self) -> int:
        return len(self.entries)

    def add(self, entry: Entry) -> None:
        """Note one more."""
        self.entries.append(entry)

    def clear(self) -> None:
        """Forget all, for instance between two runs of a reconciler."""
        self.entries.clear()

    def of(self, method: str = "*", path: str = "*") -> tuple[Entry, ...]:
        """The entries of a method and a path, patterns allowed."""
        return tuple(entry for entry in self.entries if entry.matches(method, path))

    @property
    def reads(self) -> tuple[Entry, ...]:
        """The requests that promise to change nothing."""
        return tuple(entry for entry in self.entries if entry.request.reads)

    @property
    def writes(self) -> tuple[Entry, ...]:
        """The other requests, whether they had an effect or not."""
        return tuple(entry for entry in self.entries if not entry.request.reads)

    @property
    def effective(self) -> tuple[Entry, ...]:
        """The writes that changed the state at least once."""
        return tuple(entry for entry in self.writes if entry.effects)
