"""Random values for the variables of the differential tests, and what an evaluation came to.

Values are well typed, or broken on purpose.
"""

from __future__ import annotations

import math
import random
from collections import UserDict, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from remit.cel import _types as t
from remit.cel._declarations import object_type
from remit.cel._errors import CelEvaluationError
from remit.cel._values import FineDuration, FineTimestamp, OptionalValue, UInt

OBJECT = object_type(
    "test.Object",
    {"name": t.STRING, "count": t.INT, "ratio": t.DOUBLE, "on": t.BOOL, "tags": t.list_of(t.STRING), "at": t.TIMESTAMP},
    optional=frozenset({"at"}),
)
VARIABLES: dict[str, t.Type] = {
    "s": t.STRING,
    "s2": t.STRING,
    "i": t.INT,
    "j": t.INT,
    "u": t.UINT,
    "d": t.DOUBLE,
    "b": t.BOOL,
    "ls": t.list_of(t.STRING),
    "li": t.list_of(t.INT),
    "m": t.map_of(t.STRING, t.INT),
    "o": OBJECT,
    "at": t.TIMESTAMP,
    "at2": t.TIMESTAMP,
    "span": t.DURATION,
    "x": t.DYN,
    "by": t.BYTES,
    "cash": t.MONEY,
    "cash2": t.MONEY,
}

STRINGS = (
    "",
    "a",
    "b",
    "prod",
    "dev",
    "aé",
    "x" * 5,
    "\U0001f600a\u0301",
    "12",
    "-7",
    "1.5",
    "true",
    "90s",
    "ab a",
    "A\n",
)
AMOUNTS = (0, 1, -1, 12_500_000, 7, 10**15, -(2**62), 2**63 - 1)
INTS = (0, 0, 1, 1, 2, 2, 3, -1, 7, 12, 2**31, 2**62, 2**63 - 1, -(2**63))
UINTS = (0, 1, 2, 2**63, 2**64 - 1)
DOUBLES = (0.0, 5e-324, 0.1, -0.0, 1.0, 2.5, -1.5, 1e308, 9.223372036854775807e18, math.inf)
TIMES = (
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 1, 12, 30, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 59, 59, 999_999, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
)
SPANS = (timedelta(0), timedelta(seconds=90), timedelta(days=-3), timedelta(days=100_000), timedelta(microseconds=1500))


def activation(seed: int, *, broken: bool) -> dict[str, object]:
    """Values for every variable; with `broken`, about a third are not what was declared, or are missing."""
    chance = random.Random(seed)
    values = {name: _value(chance, name) for name in VARIABLES}
    if broken:
        for name in list(values):
            roll = chance.random()
            if roll < 0.3:
                values[name] = odd_value(chance)
            elif roll < 0.35:
                del values[name]
    return values


def _value(chance: random.Random, name: str) -> object:
    pick = chance.choice
    strings = [pick(STRINGS) for _ in range(chance.randint(0, 3))]
    ints = [pick(INTS) for _ in range(chance.randint(0, 3))]
    whole = {
        "name": pick(STRINGS),
        "count": pick(INTS),
        "ratio": pick(DOUBLES),
        "on": pick((True, False)),
        "tags": strings,
        "at": pick(TIMES),
    }
    if chance.random() < 0.3:
        del whole["at"]
    makers: Mapping[str, object] = {
        "s": pick(STRINGS),
        "s2": pick(STRINGS),
        "i": pick(INTS),
        "j": pick(INTS),
        "u": UInt(pick(UINTS)),
        "d": pick((*DOUBLES, math.nan)),
        "b": pick((True, False)),
        "ls": pick((strings, tuple(strings))),
        "li": pick((ints, tuple(ints))),
        "m": dict(zip(("a", "b", "c"), ints, strict=False)),
        "o": whole,
        "at": pick(TIMES),
        "at2": pick(TIMES),
        "span": pick(SPANS),
        "x": pick(
            (
                None,
                True,
                1,
                1.0,
                UInt(1),
                "a",
                b"a",
                strings,
                ints,
                whole,
                TIMES[0],
                {"a": 1, "name": "prod"},
                {"name": "a"},
            )
        ),
        "by": pick((b"", b"a", b"\xff", "é".encode())),
        "cash": pick(AMOUNTS),
        "cash2": pick(AMOUNTS),
    }
    return makers[name]


def odd_value(chance: random.Random) -> object:
    """A value that breaks most promises, from all that a caller might pass."""
    repeated_hour = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    return chance.choice(
        (
            None,
            True,
            False,
            0,
            1,
            1.0,
            0.0,
            math.nan,
            UInt(1),
            "a",
            "1",
            b"a",
            [],
            ["a"],
            [True, 1.0, "a"],
            (1, 2),
            {"a": True, 1: "a"},
            {"name": None, "count": True, "ratio": 1, "on": "yes", "tags": "prod", "at": 5},
            defaultdict(lambda: "a", name="a"),
            defaultdict(int),
            UserDict(name="a", a=1),
            2**64,
            -(2**70),
            datetime(2026, 1, 1),
            repeated_hour,
            repeated_hour.replace(fold=1),
            datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            timedelta(days=200_000),
            FineTimestamp(1_780_000_000_000_000_001),
            FineDuration(-1),
            object(),
        )
    )


class Failure:
    """The outcome of an evaluation that raised."""

    def __init__(self, error: CelEvaluationError) -> None:
        self.error = error

    def __repr__(self) -> str:
        return f"Failure({self.error.code}: {self.error.message})"


def outcome(run: Callable[[], object]) -> object:
    """The value, or a Failure."""
    try:
        return run()
    except CelEvaluationError as error:
        return Failure(error)


def same(left: object, right: object) -> bool:
    """Whether two outcomes are the same value of the same type, or both failures."""
    if isinstance(left, Failure) or isinstance(right, Failure):
        return isinstance(left, Failure) and isinstance(right, Failure)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return set(left) == set(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, OptionalValue) and isinstance(right, OptionalValue):
        return left.present == right.present and same(left.value, right.value)
    if type(left) is not type(right):
        return False
    if isinstance(left, float) and isinstance(right, float):
        return left.hex() == right.hex() or (math.isnan(left) and math.isnan(right))
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left.tzinfo is None if right.tzinfo is None else left.astimezone(UTC) == right.astimezone(UTC)
    return left == right
