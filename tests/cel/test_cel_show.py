"""Values as text, as one would write them in an expression."""

from __future__ import annotations

import math
from collections import UserDict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest

from remit.cel import (
    DYN,
    MONEY,
    STRING,
    FineTimestamp,
    OptionalValue,
    Type,
    TypeValue,
    UInt,
    compile,
    list_of,
    map_of,
    object_type,
    optional_of,
    show,
)

BUDGET = object_type("t.Budget", {"monthly": MONEY, "name": STRING})
SHOWN: Sequence[tuple[object, Type, str]] = (
    (None, DYN, "null"),
    (True, DYN, "true"),
    (5, DYN, "5"),
    (UInt(5), DYN, "5u"),
    (1.0, DYN, "1.0"),
    (math.inf, DYN, "inf"),
    ('say "ä"\n', DYN, r'"say \"ä\"\n"'),
    (b"a\xff\x00", DYN, r'b"a\u00ff\u0000"'),
    (datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), DYN, 'timestamp("2026-01-01T00:00:00Z")'),
    (datetime(2026, 1, 1), DYN, "a time without a zone"),
    (FineTimestamp(1), DYN, 'timestamp("1970-01-01T00:00:00.000000001Z")'),
    (timedelta(seconds=-1.5), DYN, 'duration("-1.5s")'),
    (TypeValue("int"), DYN, "int"),
    (12_500_000, MONEY, 'usd("12.50")'),
    (1, MONEY, 'usd("0.000001")'),
    ([1, 2], list_of(MONEY), 'usd("0.000001")'),
    ([], DYN, "[]"),
    ((1, "a"), DYN, '[1, "a"]'),
    (list(range(10)), DYN, "[0, 1, 2, 3, 4, 5, 6, 7, … 2 more]"),
    ({}, DYN, "{}"),
    ({"a": {"b": [1]}}, DYN, '{"a": {"b": [1]}}'),
    (UserDict(a=1), DYN, '{"a": 1}'),
    ({"a": 5_000_000}, map_of(STRING, MONEY), '{"a": usd("5.00")}'),
    ({"monthly": 5_000_000, "name": "x"}, BUDGET, '{"monthly": usd("5.00"), "name": "x"}'),
    (OptionalValue(5_000_000, True), optional_of(MONEY), 'optional.of(usd("5.00"))'),
    (OptionalValue(), DYN, "optional.none()"),
    ([[[[[1]]]]], DYN, "[[[[[…]]]]]"),
    ([[[[{"a": 1}]]]], DYN, "[[[[{…}]]]]"),
    ("x" * 300, DYN, f'"{"x" * 200}…"'),
    (object(), DYN, "a object"),
)


@pytest.mark.parametrize(("value", "type_", "expected"), SHOWN)
def test_values_are_shown(value: object, type_: Type, expected: str) -> None:
    """One line, cut where it is long; amounts are told from numbers by their type."""
    assert expected in show(value, type_, currency="USD")


def test_addresses_are_shown() -> None:
    """Addresses and ranges of them have a text of their own."""
    values = compile("[ip('192.0.2.1'), cidr('192.0.2.0/24')]")({})
    assert show(values) == '[ip("192.0.2.1"), cidr("192.0.2.0/24")]'


def test_what_must_not_be_shown_is_hidden() -> None:
    """Every text goes through `hide`: also bytes, keys of maps, and what would be cut."""
    value = {"secret": [b"secret", "secret"], "x": "y" * 198 + "secret"}
    assert "sec" not in show(value, hide=lambda text: text.replace("secret", "*"))
    assert show(UInt(5), MONEY) == 'money("0.000005")'
    assert datetime.now(UTC).isoformat()[:4] in show(datetime.now(UTC))
