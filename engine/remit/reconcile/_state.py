"""What Remit remembers between runs: intents, what was last applied, and who is at work. No value of a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, Text, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import SQLAlchemyError

from remit.reconcile import _messages as messages
from remit.reconcile._errors import LeaseHeld, StateFailed
from remit.targets import TargetError, TargetObject
from remit.targets.sqlite import open_sqlite

FILE = "reconcile.db"
METADATA = MetaData()

INTENTS = Table(
    "intents",
    METADATA,
    Column("target", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("nonce", String, nullable=False),
    Column("plan", String, nullable=False),
)
APPLIED = Table(
    "applied",
    METADATA,
    Column("target", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("object", Text, nullable=False),
    Column("bundle", String, nullable=False),
    Column("commit", String),
)
LEASES = Table(
    "leases",
    METADATA,
    Column("target", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("expires", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was last written: the target's id and exactly the properties that Remit answered for."""

    key: TargetObject
    bundle: str
    commit: str | None


@dataclass(frozen=True, slots=True)
class TargetMemory:
    """By key: what was applied, and the nonce of each creation whose value is not known to be delivered."""

    applied: Mapping[str, Applied] = field(default_factory=dict)
    intents: Mapping[str, str] = field(default_factory=dict)


Memory = Mapping[str, TargetMemory]
NOTHING = TargetMemory()


class State:
    """The file `reconcile.db` in `directory`, made when first written. Every call may raise StateFailed."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE

    def memory(self) -> Memory:
        """Everything about every target; reading changes nothing."""
        if not self._path.exists():
            return {}
        with self._reading() as connection:
            applied = connection.execute(select(APPLIED)).all()
            intents = connection.execute(select(INTENTS)).all()
        known: dict[str, tuple[dict[str, Applied], dict[str, str]]] = {}
        for row in applied:
            found = Applied(_decoded(row.object), row.bundle, row.commit)
            known.setdefault(row.target, ({}, {}))[0][row.key] = found
        for row in intents:
            known.setdefault(row.target, ({}, {}))[1][row.key] = row.nonce
        return {target: TargetMemory(*each) for target, each in known.items()}

    def intend(self, target: str, key: str, nonce: str, plan: str) -> None:
        """A key is about to be created: on disk before it happens."""
        row = {"target": target, "key": key, "nonce": nonce, "plan": plan}
        with self._writing() as connection:
            connection.execute(
                upsert(INTENTS).values(row).on_conflict_do_update(index_elements=["target", "key"], set_=row)
            )

    def record(self, target: str, key: str, applied: Applied) -> None:
        """The key is as `applied` says, and whoever needs its value has it."""
        row: dict[str, str | None] = {"target": target, "key": key, "object": applied.key.to_json()}
        row |= {"bundle": applied.bundle, "commit": applied.commit}
        with self._writing() as connection:
            connection.execute(
                upsert(APPLIED).values(row).on_conflict_do_update(index_elements=["target", "key"], set_=row)
            )
            connection.execute(delete(INTENTS).where(INTENTS.c.target == target, INTENTS.c.key == key))

    def forget(self, target: str, key: str) -> None:
        """The key is gone."""
        with self._writing() as connection:
            for table in (APPLIED, INTENTS):
                connection.execute(delete(table).where(table.c.target == target, table.c.key == key))

    def lease(self, target: str, holder: str, now: datetime, span: timedelta) -> None:
        """Take the target, or keep it, until `now + span`. Raises LeaseHeld while another holder has it."""
        with self._writing() as connection:
            found = connection.execute(select(LEASES).where(LEASES.c.target == target)).one_or_none()
            if found is not None and found.holder != holder:
                until = datetime.fromisoformat(found.expires)
                if now < until:
                    raise LeaseHeld(target, found.holder, until)
            connection.execute(delete(LEASES).where(LEASES.c.target == target))
            expires = (now + span).astimezone(UTC).isoformat()
            connection.execute(insert(LEASES).values(target=target, holder=holder, expires=expires))

    def release(self, target: str, holder: str) -> None:
        """Give the target back, if `holder` still has it."""
        with self._writing() as connection:
            connection.execute(delete(LEASES).where(LEASES.c.target == target, LEASES.c.holder == holder))

    @cached_property
    def _engine(self) -> Engine:
        engine = open_sqlite(self._path, keep_open=True)
        METADATA.create_all(engine)
        return engine

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _failures(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _failures(), open_sqlite(self._path, read_only=True).begin() as connection:
            yield connection


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except TargetError as error:
        raise StateFailed(messages.state_failed(error.message)) from None
    except SQLAlchemyError as error:
        raise StateFailed(messages.state_failed(type(error).__name__)) from error


def _decoded(text: str) -> TargetObject:
    try:
        return TargetObject.from_json(text)
    except ValueError:
        raise StateFailed(messages.state_failed("a row is damaged")) from None
