"""What a target cannot change on a key that is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from remit.reconcile._change import Change, PropertyChange
from remit.targets import Capabilities, TargetObject

_NAMES = ("alias", "marker")


@dataclass(frozen=True, slots=True)
class Fixed:
    """What of a change cannot be made at `at`, and has to wait for a new value."""

    capabilities: Capabilities
    at: datetime

    def of(self, change: Change) -> tuple[PropertyChange, ...]:
        """Nothing can be changed on a key that has expired there, where an expiry cannot be taken back."""
        before = change.before
        if before is None or before.kind != "key":
            return ()
        named = tuple(each for each in change.properties if each.name not in _NAMES)
        return named if self.lapsed(before) else tuple(self._fixed(change, named))

    def lapsed(self, key: TargetObject) -> bool:
        """Whether it works no more, and never will."""
        moved = self.capabilities.of("expires").changing != "free"
        return moved and key.expires is not None and key.expires <= self.at

    def _fixed(self, change: Change, named: tuple[PropertyChange, ...]) -> Iterator[PropertyChange]:
        after = change.after.properties if change.after is not None else {}
        for each in named:
            changing = self.capabilities.of(each.name).changing
            if changing == "fixed" or (changing == "moved" and each.name not in after):
                yield each
