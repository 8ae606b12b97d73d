"""Reads of optional fields that nothing guards."""

from __future__ import annotations

import pytest
from cel_declarations import checked

from remit.cel._check import check
from remit.cel._optional_reads import optional_reads
from remit.cel._parser import parse

READS = [
    ("key.environment == 'a'", []),
    ("key.expires < now", ["key.expires"]),
    ("has(key.expires)", []),
    ("has(key.expires) && key.expires < now", []),
    ("yes && has(key.expires) && key.expires < now", []),
    ("key.expires < now && has(key.expires)", ["key.expires"]),
    ("has(key.owner) && key.expires < now", ["key.expires"]),
    ("has(key.expires) || key.expires < now", ["key.expires"]),
    ("!has(key.expires) || key.expires < now", []),
    ("!has(key.expires) && key.expires < now", ["key.expires"]),
    ("!!has(key.expires) && key.expires < now", []),
    ("has(key.expires) ? key.expires < now : true", []),
    ("!has(key.expires) ? true : key.expires < now", []),
    ("has(key.expires) ? true : key.expires < now", ["key.expires"]),
    ("(has(key.expires) && yes) ? key.expires < now : true", []),
    ("(has(key.expires) || yes) ? key.expires < now : true", ["key.expires"]),
    ("(!has(key.expires) || yes) ? true : key.expires < now", []),
    ("(!has(key.expires) && yes) ? true : key.expires < now", ["key.expires"]),
    ("(has(key.expires) && yes || has(key.expires) && !yes) && key.expires < now", []),
    ("!(!has(key.expires) && !has(key.expires)) && key.expires < now", []),
    ("(has(key.expires) && yes) || key.expires < now", ["key.expires"]),
    ("(has(key.expires) ? true : false) && key.expires < now", ["key.expires"]),
    ("key.owner.name == 'a'", ["key.owner"]),
    ("key.owner.email == 'a'", ["key.owner", "key.owner.email"]),
    ("has(key.owner.email)", ["key.owner"]),
    ("has(key.owner) && has(key.owner.email) && key.owner.email == 'a'", []),
    ("has(key.owner) && key.owner.email == 'a'", ["key.owner.email"]),
    ("key.?expires == null", []),
    ("key.backups.all(o, o.email == 'a')", ["o.email"]),
    ("key.backups.all(o, has(o.email) && o.email == 'a')", []),
    ("key.backups.map(o, has(o.email), o.email) == []", []),
    ("key.backups.map(o, o.email) == []", ["o.email"]),
    ("has(key.expires) && key.models.all(m, key.expires < now)", []),
    ("has(key.owner) && key.backups.all(key, key.email == 'a')", ["key.email"]),
    ("has(key.expires) && [key].all(key, key.expires < now)", ["key.expires"]),
    ("key.backups[0].email == 'a'", ["….email"]),
    ("has(key.backups[0].email) && key.backups[0].email == 'a'", ["….email"]),
    ("[key.expires < now, has(key.expires)][0]", ["key.expires"]),
    ("has(any.x) && any.y == 1", []),
    ("spent > usd(1) * 2 && key.expires < now", ["key.expires"]),
    ("-n > 1 && limits.rpm > 2", []),
]


@pytest.mark.parametrize(("text", "paths"), READS)
def test_unguarded_reads(text: str, paths: list[str]) -> None:
    """A read is guarded by an earlier `has()` that must have been true for it to happen."""
    assert [path for path, _ in optional_reads(checked(text))] == paths


def test_reads_are_in_the_order_of_the_text() -> None:
    """Each read is told once with the offset of its field."""
    text = "key.owner.name == 'a' || key.expires < now || key.expires > now"
    found = optional_reads(checked(text))
    assert found == (("key.owner", 4), ("key.expires", 29), ("key.expires", 50))
    assert [text[offset:].startswith(path.rpartition(".")[2]) for path, offset in found] == [True] * 3


def test_nothing_is_known_without_declarations() -> None:
    """An unchecked expression has no optional fields."""
    assert optional_reads(check(parse("key.expires < now"), variables=None)) == ()
