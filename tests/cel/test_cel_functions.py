"""The functions on plain values: called directly, as generated code calls them, and their table of overloads."""

from __future__ import annotations

import itertools
import math
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.cel import CelEvaluationError, FineDuration, FineTimestamp, UInt, money_functions, parse
from remit.cel._currencies import CURRENCIES, MONEY_FUNCTIONS
from remit.cel._functions import IMPLEMENTATIONS
from remit.cel._kinds import kind
from remit.cel._overloads import MONEY_REWRITES, OVERLOADS, Overload
from remit.cel._types import Type, TypeParameter
from remit.cel._values import INT_MAX, INT_MIN, UINT_MAX, Cidr, IpAddress, OptionalValue, TypeValue

INTS = st.integers(INT_MIN, INT_MAX)
UINTS = st.integers(0, UINT_MAX).map(UInt)
DOUBLES = st.floats()
TIMESTAMPS = st.datetimes(timezones=st.just(UTC))
DURATIONS = st.timedeltas(timedelta(days=-100_000), timedelta(days=100_000))
SCALARS = st.one_of(st.none(), st.booleans(), INTS, UINTS, DOUBLES, st.text(), st.binary(), TIMESTAMPS, DURATIONS)
KEYS = st.one_of(INTS, st.text())
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


def call(name: str, *values: object) -> object:
    """The result of a function, or the code of its error."""
    try:
        return IMPLEMENTATIONS[name](*values)
    except CelEvaluationError as error:
        return error.code


# --- the table of overloads


def test_every_overload_has_an_implementation() -> None:
    """The table and the implementations name the same functions."""
    assert set(OVERLOADS) == set(IMPLEMENTATIONS)


def test_overload_ids_are_unique() -> None:
    """An id names one overload in the whole table, and every rewritten one is there."""
    ids = Counter(overload.id for overloads in OVERLOADS.values() for overload in overloads)
    assert ([id_ for id_, times in ids.items() if times > 1], set(MONEY_REWRITES) - set(ids)) == ([], set())


SAMPLES: dict[str, list[object]] = {
    "bool": [True],
    "int": [2],
    "money": [2],
    "uint": [UInt(2)],
    "double": [2.0],
    "string": ["2", "true", "2026-01-01T00:00:00Z", "2s", "UTC", "192.0.2.1", "192.0.2.0/24"],
    "bytes": [b"2"],
    "google.protobuf.Timestamp": [datetime(2026, 1, 1, tzinfo=UTC)],
    "google.protobuf.Duration": [timedelta(seconds=2)],
    "map": [{2: 2}],
    "optional_type": [OptionalValue(2, present=True)],
    "type": [TypeValue("int")],
    "dyn": [2],
    "net.IP": [IpAddress(4, 2)],
    "net.CIDR": [Cidr(IpAddress(4, 2), 32)],
}
# Of these the integers mean micro-units only after the checker has rewritten the operator.
REWRITTEN = {id_ for id_ in MONEY_REWRITES if id_.endswith("double") or id_.startswith(("multiply_double", "divide"))}
ALL_OVERLOADS = [
    (name, overload) for name, overloads in OVERLOADS.items() for overload in overloads if overload.id not in REWRITTEN
]


def samples(type_: Type) -> list[object]:
    """Values of a type; a free parameter stands for int."""
    if type_.name == "list":
        return [[value] * 3 for value in samples(type_.parameters[0])]
    return SAMPLES["int" if isinstance(type_, TypeParameter) else type_.name]


@pytest.mark.parametrize(("name", "overload"), ALL_OVERLOADS, ids=[overload.id for _, overload in ALL_OVERLOADS])
def test_overload_gives_its_type(name: str, overload: Overload) -> None:
    """Every overload takes values of its argument types, and some of them give a value of its result type."""
    arguments = overload.arguments
    results = [call(name, *values) for values in itertools.product(*map(samples, arguments))]
    kinds = {kind(result) for result in results if result not in ("invalid_argument", "no_such_overload")}
    wanted = overload.result
    expected = "int" if isinstance(wanted, TypeParameter) or wanted.name == "money" else wanted.name
    assert expected in kinds or (wanted.name == "dyn" and kinds)


WRONG: dict[str, tuple[object, ...]] = {
    "_+_": (None, None),
    "_-_": ("a", "a"),
    "_*_": (True, True),
    "_/_": (b"", b""),
    "_%_": (1.0, 1.0),
    "-_": (True,),
    "!_": (1,),
    "_<_": (None, None),
    "_<=_": ([], []),
    "_>_": ({}, {}),
    "_>=_": (1, "1"),
    "@in": (1, "1"),
    "_[_]": ("abc", 0),
    "size": (1,),
    "startsWith": ("a", b"a"),
    "matches": (None, "a"),
    "glob": ("a", None),
    "int": (True,),
    "uint": (None,),
    "double": (True,),
    "string": ([],),
    "bytes": (1,),
    "bool": (1,),
    "timestamp": (1.0,),
    "duration": (1,),
    "getFullYear": (timedelta(1),),
    "getHours": (timedelta(1), "UTC"),
    "getMinutes": (datetime(2026, 1, 1, tzinfo=UTC), 1),
    "usd": (1.0,),
    "money.multiply": (1.0, 1.0),
    "money.divide": (1, 1.0),
    "money.string": (True,),
    "hasValue": (1,),
    "or": (OptionalValue(), 1),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_types_are_no_overload(name: str) -> None:
    """Arguments of other types are refused, True for a number among them."""
    assert call(name, *WRONG[name]) == "no_such_overload"


# --- numbers


@given(INTS, INTS)
def test_int_arithmetic_is_exact_or_overflows(a: int, b: int) -> None:
    """Integer operators give the mathematical result where it fits 64 bits, and an error elsewhere."""
    for name, result in {"_+_": a + b, "_-_": a - b, "_*_": a * b}.items():
        assert call(name, a, b) == (result if INT_MIN <= result <= INT_MAX else "overflow")


@given(UINTS, UINTS)
def test_uint_arithmetic_is_exact_or_overflows(a: UInt, b: UInt) -> None:
    """So do the operators on unsigned integers, and the results are unsigned."""
    for name, result in {"_+_": int(a) + int(b), "_-_": int(a) - int(b), "_*_": int(a) * int(b)}.items():
        found = call(name, a, b)
        assert found == (result if 0 <= result <= UINT_MAX else "overflow")
        assert isinstance(found, (UInt, str))


@given(INTS, INTS.filter(bool))
def test_division_truncates(a: int, b: int) -> None:
    """Quotient and remainder make up the dividend, and the remainder has its sign."""
    if (a, b) == (INT_MIN, -1):
        assert call("_/_", a, b) == call("_%_", a, b) == "overflow"
        return
    quotient, remainder = call("_/_", a, b), call("_%_", a, b)
    assert quotient == math.trunc(Fraction(a, b))
    assert a == b * quotient + remainder  # type: ignore[operator]


@given(DOUBLES, DOUBLES)
def test_double_division_never_fails(a: float, b: float) -> None:
    """Division of doubles is IEEE's, zeros and all."""
    found = call("_/_", a, b)
    assert isinstance(found, float)
    if b:
        assert found == a / b or math.isnan(a / b)
    else:
        assert math.isinf(found) if a and not math.isnan(a) else math.isnan(found)


@given(VALUES, VALUES)
def test_equality_is_symmetric_and_never_fails(a: object, b: object) -> None:
    """Equality of any two values is a bool, the same both ways, and the opposite of `!=`."""
    found = call("_==_", a, b)
    assert isinstance(found, bool)
    assert found is call("_==_", b, a)
    assert found is not call("_!=_", a, b)


def holds_nan(value: object) -> bool:
    """Whether there is a NaN somewhere in a value."""
    if isinstance(value, dict):
        return any(map(holds_nan, value.values()))
    if isinstance(value, list):
        return any(map(holds_nan, value))
    return isinstance(value, float) and math.isnan(value)


@given(VALUES)
def test_equality_is_reflexive_but_for_nan(a: object) -> None:
    """A value equals itself unless there is a NaN in it."""
    assert call("_==_", a, a) is not holds_nan(a)


@given(st.one_of(INTS, UINTS, DOUBLES), st.one_of(INTS, UINTS, DOUBLES))
def test_order_of_numbers_is_total_but_for_nan(a: float, b: float) -> None:
    """Of two numbers one is less or they are equal, whatever their types."""
    answers = [call("_<_", a, b), call("_==_", a, b), call("_>_", a, b)]
    assert answers.count(True) == (0 if math.isnan(a) or math.isnan(b) else 1)
    assert call("_<=_", a, b) is (answers[0] or answers[1])
    assert call("_>=_", a, b) is (answers[2] or answers[1])


@given(DOUBLES)
def test_text_of_a_double_reads_back(value: float) -> None:
    """The text of a double is the shortest that gives it again."""
    text = call("string", value)
    found = call("double", text)
    assert found == value or (math.isnan(value) and math.isnan(found))  # type: ignore[arg-type]


# --- time


@given(TIMESTAMPS)
def test_text_of_a_timestamp_reads_back(value: datetime) -> None:
    """The text of a timestamp gives it again."""
    assert call("timestamp", call("string", value)) == value


@given(st.integers(-(10**18), 10**18))
def test_text_of_a_duration_reads_back(nanoseconds: int) -> None:
    """The text of a duration gives it again, to the nanosecond, and so does its nanoseconds' text."""
    value = call("duration", f"{nanoseconds}ns")
    assert call("duration", call("string", value)) == value
    assert isinstance(value, FineDuration) is (nanoseconds % 1000 != 0)


@given(TIMESTAMPS, DURATIONS)
def test_adding_a_duration_and_taking_it_away(start: datetime, span: timedelta) -> None:
    """A timestamp plus a duration minus the duration is the timestamp, or it leaves the range."""
    later = call("_+_", start, span)
    if later == "overflow":
        assert not datetime(300, 1, 1, tzinfo=UTC) < start < datetime(9700, 1, 1, tzinfo=UTC)
    else:
        assert call("_-_", later, span) == start
        assert call("_-_", later, start) == span


FINE = FineTimestamp(1), FineTimestamp(2), datetime(1970, 1, 1, tzinfo=UTC)


def test_nanoseconds_are_kept() -> None:
    """Nanoseconds that no datetime holds are compared, computed with and printed."""
    one, two, zero = FINE
    assert call("_<_", zero, one) is call("_<_", one, two) is call("_==_", one, FineTimestamp(1)) is True
    assert call("_-_", two, one) == FineDuration(1)
    assert call("_+_", one, FineDuration(999)) == zero + timedelta(microseconds=1)
    assert call("string", one) == "1970-01-01T00:00:00.000000001Z"
    assert call("getSeconds", FineTimestamp(-1)) == 59


def test_local_time_past_the_last_year_is_an_error() -> None:
    """The last hour of the year 9999 has no local time further east."""
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert (call("getHours", last), call("getHours", last, "+01:00")) == (23, "overflow")


@pytest.mark.parametrize("zone", ["", ".", "..", "/etc/passwd", "Europe", "Europe/", "a\0b", "+1:00", "+24:00", "é"])
def test_bad_time_zone(zone: str) -> None:
    """A text that is no zone is an error, a folder or a path included."""
    assert call("getHours", FINE[2], zone) == "invalid_argument"


# --- patterns


def naive_glob(text: str, glob: str) -> bool:
    """The definition of a glob, by Python's regular expressions."""
    expression = "".join({"*": "(?s:.*)", "?": "(?s:.)"}.get(letter, re.escape(letter)) for letter in glob)
    return re.fullmatch(expression, text) is not None


@given(st.text("ab/*?.\n[\\é", max_size=8), st.text("ab/*?.\n[\\é", max_size=6))
def test_glob_is_what_it_says(text: str, glob: str) -> None:
    """`*` is any text, `?` any character, and everything else stands for itself."""
    assert call("glob", text, glob) is naive_glob(text, glob)


@given(st.text())
def test_every_text_fits_itself_and_a_star(text: str) -> None:
    """A text without wildcards matches itself, and `*` matches everything."""
    plain = text.replace("*", "").replace("?", "")
    assert call("glob", plain, plain) is call("glob", text, "*") is True


@pytest.mark.parametrize(
    ("name", "pattern"), [("glob", "*a" * 200 + "b"), ("matches", "(a*)*b"), ("matches", "(a|aa)+$b")]
)
def test_patterns_take_linear_time(name: str, pattern: str) -> None:
    """Patterns that ruin a backtracking engine are answered at once."""
    start = time.perf_counter()
    assert call(name, "a" * 5_000, pattern) is False
    assert time.perf_counter() - start < 60


@pytest.mark.parametrize(
    ("name", "values"), [("matches", ("\ud83d", "a")), ("matches", ("a", "\ud83d")), ("bytes", ("\ud83d",))]
)
def test_half_a_character_is_an_error(name: str, values: tuple[str, ...]) -> None:
    """A string that is not Unicode is refused rather than guessed at."""
    assert call(name, *values) == "invalid_argument"


# --- money


@given(st.integers(-(10**15), 10**15), st.floats(-1e3, 1e3))
def test_money_times_a_double_is_exact(micro: int, factor: float) -> None:
    """The product is that of the exact numbers, rounded half up to a micro-unit, in either order."""
    exact = Fraction(micro) * Fraction(factor)
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    expected = size if exact > 0 else -size
    assert call("money.multiply", micro, factor) == call("money.multiply", factor, micro) == expected


HALVES = [(1, 0.5, 1), (3, 0.5, 2), (-1, 0.5, -1), (-3, 0.5, -2), (1, 0.49, 0), (10**18, 0.1, 10**17 + 6)]


@pytest.mark.parametrize(("micro", "factor", "expected"), HALVES)
def test_money_rounds_half_away_from_zero(micro: int, factor: float, expected: int) -> None:
    """Half a micro-unit goes up, away from zero for a debt; a double counts as the number it holds."""
    assert call("money.multiply", micro, factor) == expected


@given(st.integers(INT_MIN, INT_MAX))
def test_text_of_money_reads_back(micro: int) -> None:
    """The text of an amount gives it again in every currency."""
    text = call("money.string", micro)
    assert isinstance(text, str)
    assert re.fullmatch(r"-?\d+\.\d{2,6}", text)
    assert call("usd", text) == call("jpy", text) == micro


AMOUNTS: list[tuple[object, object]] = [
    (500, 500_000_000),
    (-2, -2_000_000),
    ("12.50", 12_500_000),
    ("-0.000001", -1),
    ("0.0000001", "invalid_argument"),
    (".5", "invalid_argument"),
    ("5.", "invalid_argument"),
    ("+5", "invalid_argument"),
    ("1e3", "invalid_argument"),
    ("1 000", "invalid_argument"),
    ("", "invalid_argument"),
    (INT_MAX, "overflow"),
    ("9223372036854.775808", "overflow"),
    ("9223372036854.775807", INT_MAX),
    (True, "no_such_overload"),
    (1.5, "no_such_overload"),
    (UInt(1), "no_such_overload"),
]


@pytest.mark.parametrize(("written", "expected"), AMOUNTS)
def test_amount(written: object, expected: object) -> None:
    """An amount is whole units or a decimal text of at most six places."""
    assert call("usd", written) == expected


RATIOS: list[tuple[str, tuple[object, ...], object]] = [
    ("money.divide", (1, 3), 1 / 3),
    ("money.divide", (INT_MAX, 1), 9.223372036854775807e18),
    ("money.divide", (1, 0), "divide_by_zero"),
    ("money.multiply", (2, math.inf), "invalid_argument"),
    ("money.multiply", (2, math.nan), "invalid_argument"),
    ("money.multiply", (INT_MAX, 2), "overflow"),
    ("money.multiply", (INT_MAX, 1.5), "overflow"),
    ("money.multiply", (True, 2), "no_such_overload"),
]


@pytest.mark.parametrize(("name", "values", "expected"), RATIOS)
def test_money_by_money_and_factors(name: str, values: tuple[object, ...], expected: object) -> None:
    """A ratio is correctly rounded; what has no exact answer is an error."""
    assert call(name, *values) == expected


def test_every_currency_has_its_function() -> None:
    """Each ISO code is a function by its lower-case name, and usual ones are there."""
    assert {code.lower() for code in CURRENCIES} == MONEY_FUNCTIONS
    assert {"usd", "eur", "gbp", "chf", "jpy"} <= MONEY_FUNCTIONS


def test_currencies_of_an_expression() -> None:
    """The money functions an expression calls are listed in the order of the text, methods of the name aside."""
    tree = parse("usd(1) < budget.limit && [eur(2)].all(x, x.usd() > chf('3'))")
    assert money_functions(tree) == (("usd", 0), ("eur", 26), ("chf", 51))


BEYOND = [2**63, 2**64, -(2**70), 10**400, UInt(2**64), UInt(10**400)]
BESIDE: dict[str, list[object]] = {
    "string": ["", "abc"],
    "double": [1.5, math.inf],
    "list": [[], [1], [10**400]],
    "google.protobuf.Timestamp": [datetime(2026, 1, 1, tzinfo=UTC)],
    "google.protobuf.Duration": [timedelta(1)],
}


@pytest.mark.parametrize("name", sorted(IMPLEMENTATIONS))
def test_integers_beyond_64_bits_have_an_answer_or_an_error_of_the_language(name: str) -> None:
    """A caller may pass any Python int; no function lets an error of Python's out."""
    for overload in OVERLOADS[name]:
        given = [BESIDE.get(type_.name, [1, *BEYOND]) for type_ in overload.arguments]
        for values in itertools.product(*given):
            call(name, *values)
