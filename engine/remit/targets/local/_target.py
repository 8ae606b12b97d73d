"""Reading and changing the key store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from remit.resources import Target
from remit.targets import _messages as messages
from remit.targets._capabilities import Capabilities, Capability
from remit.targets._contract import Context, Created
from remit.targets._errors import Unreadable, WriteRefused
from remit.targets._marker import Marker
from remit.targets._object import Kind, TargetObject
from remit.targets.local._files import below, open_store
from remit.targets.local._tables import KEYS, METADATA
from remit.targets.local._value import issue

DEFAULT_PATH = "local.db"
_BY_EVALUATE = Capability("evaluate-only", "the store keeps it; `evaluate` enforces it", kept=True)
_LABEL = Capability("native", "kept as it is declared")

CAPABILITIES = Capabilities(
    {
        "enabled": Capability("native"),
        "expires": Capability("native"),
        **dict.fromkeys(("team", "project", "environment"), _LABEL),
        **dict.fromkeys(
            (
                "models",
                "scopes",
                "purposes",
                "data_classes",
                "caps",
                "user_caps",
                "model_caps",
                "budgets",
                "alerts",
            ),
            _BY_EVALUATE,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LocalReader:
    """Reads the store at `path`; a store that does not exist yet is empty."""

    path: Path
    name: str

    @property
    def identity(self) -> str:
        """The path below the state directory."""
        return f"local:{self.name}"

    @property
    def version(self) -> str:
        """The version of the layout of the store."""
        return "1"

    @property
    def capabilities(self) -> Capabilities:
        """The same for every store."""
        return CAPABILITIES

    def read(self) -> tuple[TargetObject, ...]:
        """Every key. Raises Unreadable."""
        if not self.path.exists():
            return ()
        try:
            with open_store(self.path, read_only=True).connect() as connection:
                rows = connection.execute(select(KEYS.c.id, KEYS.c.object).order_by(KEYS.c.alias)).all()
        except SQLAlchemyError as error:
            raise Unreadable(messages.store_failed(self.name, type(error).__name__)) from error
        return tuple(_decoded(row.object, self.name, row.id) for row in rows)


@dataclass(frozen=True)
class LocalWriter:
    """Changes the store at `path`, which it creates when it first writes."""

    path: Path
    name: str
    organization: str

    @cached_property
    def _engine(self) -> Engine:
        engine = open_store(self.path, keep_open=True)
        METADATA.create_all(engine)
        return engine

    def create(self, wanted: TargetObject, nonce: str) -> Created:  # noqa: ARG002 - the id is chosen here
        """Insert the key under a fresh id. Raises WriteRefused when the alias is taken."""
        issued = issue()
        marker = Marker(self.organization, wanted.slot, issued.key_id)
        made = replace(wanted, id=issued.key_id, marker=str(marker))
        row = {"id": made.id, "alias": made.alias, "salt": issued.digest.salt, "hash": issued.digest.hash}
        with self._transaction() as connection:
            try:
                connection.execute(insert(KEYS).values(**row, object=made.to_json()))
            except IntegrityError:
                raise WriteRefused(messages.alias_taken(wanted.alias)) from None
        return Created(issued.key_id, issued.value)

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Change the named properties. Raises WriteRefused when the key is gone."""

        def changed_by(stored: TargetObject) -> TargetObject:
            made = stored.overlaid(wanted, changed)
            return replace(made, marker=wanted.marker) if "marker" in changed else made

        if not self._rewrite(found.id, changed_by, alias=wanted.alias if "alias" in changed else None):
            raise WriteRefused(messages.object_gone(wanted.alias))

    def disable(self, found: TargetObject) -> None:
        """No value of this key is accepted any more."""
        self._rewrite(found.id, lambda stored: replace(stored, enabled=False))

    def delete(self, found: TargetObject) -> None:
        """Forget the key and the hash of its value."""
        with self._transaction() as connection:
            connection.execute(delete(KEYS).where(KEYS.c.id == found.id))

    def _rewrite(
        self, object_id: str, change: Callable[[TargetObject], TargetObject], alias: str | None = None
    ) -> bool:
        with self._transaction() as connection:
            text = connection.execute(select(KEYS.c.object).where(KEYS.c.id == object_id)).scalar_one_or_none()
            if text is None:
                return False
            made = change(_decoded(text, self.name, object_id))
            made = made if alias is None else replace(made, alias=alias)
            row = update(KEYS).where(KEYS.c.id == object_id).values(alias=made.alias, object=made.to_json())
            connection.execute(row)
            return True

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise WriteRefused(messages.store_failed(self.name, type(error).__name__)) from None


class LocalTarget:
    """`type: local`; `path:` is the file, below the state directory (`local.db` when not given)."""

    spaces: frozenset[Kind] = frozenset()
    capabilities = CAPABILITIES

    def open_reader(self, target: Target, context: Context) -> LocalReader:
        """Raises SettingsInvalid when `path` leaves the state directory."""
        name = target.spec.path or DEFAULT_PATH
        return LocalReader(below(context.state_dir, name), name)

    def open_writer(self, target: Target, context: Context) -> LocalWriter:
        """Raises SettingsInvalid when `path` leaves the state directory."""
        name = target.spec.path or DEFAULT_PATH
        return LocalWriter(below(context.state_dir, name), name, context.organization)


def _decoded(text: str, name: str, key_id: str) -> TargetObject:
    try:
        return TargetObject.from_json(text)
    except ValueError:
        raise Unreadable(messages.store_damaged(name, key_id)) from None


TYPE = LocalTarget()
