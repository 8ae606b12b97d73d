"""The state of a fake, and its past."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

Row = Mapping[str, Any]
_PAST = 32


class Tables:
    """Named tables of rows. A row is replaced and never altered, so that a look at the past is a shallow copy."""

    def __init__(self) -> None:
        self._now: dict[str, dict[str, Row]] = {}
        self._past: deque[dict[str, dict[str, Row]]] = deque(maxlen=_PAST)
        self._serials: dict[str, int] = {}
        self.revision = 0

    def get(self, table: str, name: str) -> Row | None:
        """The row of that name, or None."""
        return self._now.get(table, {}).get(name)

    def rows(self, table: str) -> Iterator[tuple[str, Row]]:
        """All rows in the order of their creation."""
        return iter(list(self._now.get(table, {}).items()))

    def put(self, table: str, name: str, row: Row) -> Row:
        """Create or replace a row. Writing what is there already counts as no change."""
        frozen = MappingProxyType(dict(row))
        if self.get(table, name) != frozen:
            self._remember()
            self._now[table] = {**self._now.get(table, {}), name: frozen}
        return frozen

    def change(self, table: str, name: str, /, **fields: Any) -> Row:
        """Replace some fields of a row that is there."""
        return self.put(table, name, {**self._now[table][name], **fields})

    def remove(self, table: str, name: str) -> None:
        """Delete a row that is there."""
        self._remember()
        self._now[table] = {key: row for key, row in self._now[table].items() if key != name}

    def serial(self, kind: str) -> int:
        """The next number of a kind, from 1."""
        self._serials[kind] = self._serials.get(kind, 0) + 1
        return self._serials[kind]

    def ago(self, writes: int) -> Tables:
        """The state before the last `writes` changes, or the oldest that is remembered."""
        past = Tables()
        if writes and self._past:
            past._now = dict(self._past[-min(writes, len(self._past))])
        elif not writes:
            past._now = dict(self._now)
        return past

    def _remember(self) -> None:
        self.revision += 1
        self._past.append(dict(self._now))
