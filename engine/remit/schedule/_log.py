"""What a process says of itself: one JSON object a line, for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TextIO

from remit.resources import masked

Fact = str | int | float | bool | None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Log:
    """Lines on `stream`. What looks like the value of a key is blotted out, wherever it comes from."""

    stream: TextIO
    clock: Callable[[], datetime] = _now
    lock: Lock = field(default_factory=Lock, repr=False)

    def info(self, event: str, **facts: Fact) -> None:
        """Something went as it should."""
        self._write("info", event, facts)

    def warning(self, event: str, **facts: Fact) -> None:
        """Somebody should look."""
        self._write("warning", event, facts)

    def error(self, event: str, **facts: Fact) -> None:
        """Something did not work."""
        self._write("error", event, facts)

    def _write(self, level: str, event: str, facts: dict[str, Fact]) -> None:
        at = self.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        shown = {name: masked(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        line = json.dumps({"at": at, "level": level, "event": event, **shown})
        with self.lock:
            self.stream.write(line + "\n")
            self.stream.flush()
