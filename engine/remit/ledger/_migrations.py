"""The layouts of the ledger, one after the other. A migration that was released is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from remit.ledger._chain import GENESIS

SQLITE, POSTGRESQL = "sqlite", "postgresql"

_TABLES = (
    "CREATE TABLE schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL)",
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq {number} NOT NULL, hash TEXT NOT NULL)",
    """CREATE TABLE events (
        seq {number} PRIMARY KEY, prev TEXT NOT NULL, hash TEXT NOT NULL, "at" TEXT{ordered} NOT NULL,
        kind TEXT NOT NULL, actor TEXT NOT NULL, run TEXT, target TEXT, "key" TEXT, "plan" TEXT, bundle TEXT,
        "commit" TEXT, approval TEXT, "before" TEXT, "after" TEXT, answer TEXT, note TEXT, cause TEXT)""",
    'CREATE INDEX events_of_key ON events (target, "key", seq)',
    'CREATE INDEX events_of_commit ON events ("commit", kind, seq)',
    'CREATE INDEX events_in_time ON events ("at")',
    """CREATE TABLE intents (target TEXT NOT NULL, "key" TEXT NOT NULL, nonce TEXT NOT NULL, "plan" TEXT NOT NULL,
        PRIMARY KEY (target, "key"))""",
    """CREATE TABLE applied (target TEXT NOT NULL, "key" TEXT NOT NULL, document TEXT NOT NULL, bundle TEXT NOT NULL,
        "commit" TEXT, PRIMARY KEY (target, "key"))""",
    """CREATE TABLE notes (target TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (target, name))""",
    """CREATE TABLE attempts (target TEXT PRIMARY KEY, attempted TEXT, attempted_at TEXT, succeeded TEXT,
        succeeded_at TEXT)""",
    'CREATE TABLE leases (target TEXT PRIMARY KEY, holder TEXT NOT NULL, "until" TEXT NOT NULL)',
    "INSERT INTO head (one, seq, hash) VALUES (1, 0, '{genesis}')",
)

# Who can change the tables can drop the triggers first: they stop accidents and plain statements, the chain the rest.
_SQLITE_TRIGGERS = (
    """CREATE TRIGGER events_follow BEFORE INSERT ON events
        WHEN NOT EXISTS (SELECT 1 FROM head WHERE NEW.seq = head.seq + 1 AND NEW.prev = head.hash)
        BEGIN SELECT RAISE(ABORT, 'events are only added at the end of the chain'); END""",
    """CREATE TRIGGER events_stay BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER events_remain BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events are never removed'); END""",
    """CREATE TRIGGER head_advances BEFORE UPDATE ON head
        WHEN NOT EXISTS (SELECT 1 FROM events
            WHERE events.seq = OLD.seq + 1 AND NEW.seq = events.seq AND NEW.hash = events.hash AND NEW.one = 1)
        BEGIN SELECT RAISE(ABORT, 'the head only moves to the next event'); END""",
    """CREATE TRIGGER head_remains BEFORE DELETE ON head
        BEGIN SELECT RAISE(ABORT, 'the head is never removed'); END""",
    """CREATE TRIGGER head_is_one BEFORE INSERT ON head
        BEGIN SELECT RAISE(ABORT, 'there is one head'); END""",
)

_POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION remit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the audit chain is only added to'; END $$""",
    """CREATE FUNCTION remit_follow() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM head WHERE NEW.seq = head.seq + 1 AND NEW.prev = head.hash) THEN
                RAISE EXCEPTION 'events are only added at the end of the chain';
            END IF;
            RETURN NEW;
        END $$""",
    """CREATE FUNCTION remit_advance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM events WHERE events.seq = OLD.seq + 1 AND NEW.seq = events.seq
                    AND NEW.hash = events.hash AND NEW.one = 1) THEN
                RAISE EXCEPTION 'the head only moves to the next event';
            END IF;
            RETURN NEW;
        END $$""",
    "CREATE TRIGGER events_follow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION remit_follow()",
    "CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION remit_refuse()",
    "CREATE TRIGGER events_remain BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION remit_refuse()",
    "CREATE TRIGGER head_advances BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION remit_advance()",
    "CREATE TRIGGER head_stays BEFORE INSERT OR DELETE ON head FOR EACH ROW EXECUTE FUNCTION remit_refuse()",
    "CREATE TRIGGER head_remains BEFORE TRUNCATE ON head FOR EACH STATEMENT EXECUTE FUNCTION remit_refuse()",
)


@dataclass(frozen=True, slots=True)
class Migration:
    """What leads to `version`, by the name of the database; it runs in one transaction with its version."""

    version: int
    statements: Mapping[str, tuple[str, ...]]


def _filled(statements: tuple[str, ...], **words: str) -> tuple[str, ...]:
    return tuple(statement.format(genesis=GENESIS, **words) for statement in statements)


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        MappingProxyType(
            {
                SQLITE: (*_filled(_TABLES, number="INTEGER", ordered=""), *_SQLITE_TRIGGERS),
                POSTGRESQL: (*_filled(_TABLES, number="BIGINT", ordered=' COLLATE "C"'), *_POSTGRESQL_TRIGGERS),
            }
        ),
    ),
    Migration(2, MappingProxyType(dict.fromkeys((SQLITE, POSTGRESQL), ("ALTER TABLE leases ADD COLUMN since TEXT",)))),
)
