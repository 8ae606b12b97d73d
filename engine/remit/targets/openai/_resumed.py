"""A long reading that is interrupted goes on where it was, for a target that throttles would never let it end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

_T = TypeVar("_T")
LONGEST = 300.0


@dataclass
class Resumed:
    """What was read in the last minutes of a reading that did not come to its end, by name. `clock` in seconds."""

    clock: Callable[[], float] = time.monotonic
    _began: float = 0.0
    _seen: dict[str, object] = field(default_factory=dict)

    def begin(self) -> None:
        """Go on, or begin anew where that is too long ago."""
        if not self._seen or self.clock() - self._began > LONGEST:
            self.end()

    def once(self, name: str, read: Callable[[], _T]) -> _T:
        """What `read` answered in this reading."""
        if name not in self._seen:
            self._seen[name] = read()
        return cast("_T", self._seen[name])

    def end(self) -> None:
        """Everything was read, so that the next reading begins anew."""
        self._seen.clear()
        self._began = self.clock()
