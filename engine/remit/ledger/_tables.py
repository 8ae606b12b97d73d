"""The tables, as this version of Remit reads and writes them. `_migrations` makes them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from remit.ledger._event import FIELDS

METADATA = MetaData()

SCHEMA_VERSION = Table("schema_version", METADATA, Column("version", Integer))
HEAD = Table("head", METADATA, Column("seq", BigInteger), Column("hash", Text))
EVENTS = Table(
    "events",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("prev", Text),
    Column("hash", Text),
    *(Column(name, Text) for name in FIELDS),
)
INTENTS = Table("intents", METADATA, *(Column(name, Text) for name in ("target", "key", "nonce", "plan")))
APPLIED = Table(
    "applied", METADATA, *(Column(name, Text) for name in ("target", "key", "document", "bundle", "commit"))
)
NOTES = Table("notes", METADATA, *(Column(name, Text) for name in ("target", "name", "document")))
ATTEMPTS = Table(
    "attempts",
    METADATA,
    *(Column(name, Text) for name in ("target", "attempted", "attempted_at", "succeeded", "succeeded_at")),
)
LEASES = Table("leases", METADATA, *(Column(name, Text) for name in ("target", "holder", "until", "since")))
