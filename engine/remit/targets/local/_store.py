"""Who presents this value? What an application asks on every request."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from remit.resources import Money
from remit.targets import _messages as messages
from remit.targets._errors import Unreadable
from remit.targets._object import TargetObject
from remit.targets.local._files import open_store
from remit.targets.local._tables import KEYS
from remit.targets.local._value import NOBODY, Digest, split

_LOOK_UP = select(KEYS.c.alias, KEYS.c.salt, KEYS.c.hash, KEYS.c.object)


class KeyStoreError(Unreadable):
    """The store cannot be read: nobody is authenticated."""


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The key whose value was presented, and what it was given. `budgets` is by pool, as in `key.monthly`."""

    key: str
    team: str | None
    project: str | None
    environment: str | None
    models: tuple[str, ...]
    scopes: tuple[str, ...]
    purposes: tuple[str, ...]
    data_classes: tuple[str, ...]
    caps: Mapping[str, int]
    user_caps: Mapping[str, int]
    budgets: Mapping[str, Money]
    expires: datetime | None


class _Stored(NamedTuple):
    alias: str
    digest: Digest
    text: str


class KeyStore:
    """The keys in the file at `path`, read only. Safe for threads and for processes, forked ones too."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._engine: Engine | None = None
        self._process = 0

    def authenticate(self, value: str, *, now: datetime | None = None) -> Authenticated | None:
        """The key that `value` belongs to, or None when it is unknown, disabled or expired at `now`.

        `now` is aware, and the present instant when not given. Raises KeyStoreError when the store cannot be
        read and ValueError for a naive `now`: the caller then serves nobody.
        """
        instant = datetime.now(UTC) if now is None else now
        if instant.tzinfo is None:
            raise ValueError(messages.naive_now())
        parts = split(value)
        if parts is None:
            return None
        key_id, secret = parts
        stored = self._stored(key_id)
        if not (stored.digest if stored else NOBODY).fits(secret) or stored is None:
            return None
        return _live(self._object(stored.text, key_id), stored.alias, instant)

    def _stored(self, key_id: str) -> _Stored | None:
        try:
            with self._connected().connect() as connection:
                row = connection.execute(_LOOK_UP.where(KEYS.c.id == key_id)).one_or_none()
        except Unreadable as error:
            raise KeyStoreError(error.message) from None
        except SQLAlchemyError as error:
            raise KeyStoreError(messages.store_failed(self._path.name, type(error).__name__)) from None
        return _Stored(row.alias, Digest(row.salt, row.hash), row.object) if row else None

    def _connected(self) -> Engine:
        """SQLite's connections must not cross a fork, so each process opens its own."""
        if self._engine is None or self._process != os.getpid():
            if self._engine is not None:
                self._engine.dispose(close=False)
            self._engine, self._process = open_store(self._path, read_only=True, keep_open=True), os.getpid()
        return self._engine

    def _object(self, text: str, key_id: str) -> TargetObject:
        try:
            return TargetObject.from_json(text)
        except ValueError:
            raise KeyStoreError(messages.store_damaged(self._path.name, key_id)) from None


def _live(key: TargetObject, alias: str, now: datetime) -> Authenticated | None:
    """A list that the store lacks grants nothing."""
    if not key.enabled or (key.expires is not None and now >= key.expires):
        return None
    return Authenticated(
        key=alias,
        team=key.team,
        project=key.project,
        environment=key.environment,
        models=key.models or (),
        scopes=key.scopes or (),
        purposes=key.purposes or (),
        data_classes=key.data_classes or (),
        caps=key.caps,
        user_caps=key.user_caps,
        budgets=key.budgets,
        expires=key.expires,
    )
