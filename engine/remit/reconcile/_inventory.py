"""What targets ask to be remembered, kept in the ledger among the notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field

from remit.reconcile import _messages as messages
from remit.reconcile._errors import StateFailed
from remit.reconcile._memory import NOTHING
from remit.reconcile._state import State

_PREFIX = "inventory:"


@dataclass
class KeptInventory(MutableMapping[str, str]):
    """The inventory of one target, changed in the ledger at once. Going through it reads the ledger anew.

    Every call may raise StateFailed.
    """

    state: State
    target: str
    _seen: dict[str, str] | None = field(default=None, repr=False)

    def __getitem__(self, name: str) -> str:
        return self._known()[name]

    def __iter__(self) -> Iterator[str]:
        self._seen = None
        return iter(dict(self._known()))

    def __len__(self) -> int:
        return len(self._known())

    def __setitem__(self, name: str, value: str) -> None:
        self.state.note(self.target, _PREFIX + name, value)
        self._known()[name] = value

    def __delitem__(self, name: str) -> None:
        del self._known()[name]
        self.state.unnote(self.target, _PREFIX + name)

    def _known(self) -> dict[str, str]:
        if self._seen is None:
            self._seen = _inventory(self.state.memory().get(self.target, NOTHING).notes)
        return self._seen


class ReadInventory(KeptInventory):
    """The same for those who must not change anything. Raises TypeError when they try."""

    def __setitem__(self, name: str, value: str) -> None:
        raise TypeError(messages.read_only_inventory(self.target))

    def __delitem__(self, name: str) -> None:
        raise TypeError(messages.read_only_inventory(self.target))


class ForgivingInventory(KeptInventory):
    """The same where a ledger that fails must not keep a key from being revoked."""

    def __setitem__(self, name: str, value: str) -> None:
        with suppress(StateFailed):
            super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        with suppress(StateFailed):
            super().__delitem__(name)

    def _known(self) -> dict[str, str]:
        try:
            return super()._known()
        except StateFailed:
            return {}


def _inventory(notes: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(_PREFIX): text for name, text in notes.items() if name.startswith(_PREFIX)}
