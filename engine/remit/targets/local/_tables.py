"""The one table of the key store."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, Text

METADATA = MetaData()

KEYS = Table(
    "keys",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("alias", String(63), nullable=False, unique=True),
    Column("salt", LargeBinary(16), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("object", Text, nullable=False, comment="the TargetObject as JSON; no value of a key"),
)
