"""Expressions written to hurt end in a finding or in an error, never in a hang, a crash or a leak."""

from __future__ import annotations

import logging
import signal
import tracemalloc
from collections.abc import Iterator
from itertools import pairwise
from types import FrameType

import pytest

from remit.cel import (
    BOOL,
    DYN,
    INT,
    STRING,
    CelError,
    CelEvaluationError,
    Program,
    bad_patterns,
    check,
    check_cost,
    list_of,
    map_of,
    parse,
)

SECRET = "sk-invented-0001"
VARIABLES = {"a": BOOL, "n": INT, "s": STRING, "l": list_of(INT), "ls": list_of(STRING), "x": DYN}
VARIABLES["m"] = map_of(STRING, STRING)
VALUES: dict[str, object] = {
    "a": True,
    "n": 7,
    "s": SECRET + "a" * 5_000 + "!",
    "l": list(range(100)),
    "ls": [SECRET] * 100,
    "x": SECRET,
    "m": {SECRET: SECRET},
}
HANG = 60
MEMORY = 64 * 1024 * 1024


def _doubling(first: str) -> str:
    """Forty names, each twice as long as the one before."""
    names = [first, *(f"v{number}" for number in range(1, 41))]
    binds = (f"cel.bind({new}, {old} + {old}, " for old, new in pairwise(names))
    return "".join(binds) + "v40.size() > 0" + ")" * 40


COST = "may cost"
PATTERN = "a pattern that is none"
REFUSED = {
    "a repetition too large for RE2": ("s.matches('a{100000}')", PATTERN),
    "repetitions that multiply": ("s.matches('((a{100}){100}){100}')", PATTERN),
    "a back reference": (r"s.matches('(a)\\1')", PATTERN),
    "a look-ahead": ("s.matches('(?=a)b')", PATTERN),
    "a pattern that does not close": ("s.matches('(')", PATTERN),
    "a pattern of 2,000 branches": (f"s.matches('{'|'.join(['a.*b'] * 2_000)}')", COST),
    "three loops inside each other": ("l.all(i, l.all(j, l.all(k, i + j + k >= 0)))", COST),
    "six loops inside each other": ("".join(f"l.exists(v{n}, " for n in range(6)) + "a" + ")" * 6, COST),
    "a range of a billion": ("lists.range(1000000000).size() > 0", COST),
    "a range of whatever the request says": ("lists.range(n * 1000000000).size() > 0", COST),
    "ranges of ranges": ("lists.range(1000000).map(i, lists.range(1000000)).size() > 0", COST),
    "sorting a million": ("lists.range(1000000).sortBy(i, -i).size() > 0", COST),
    "a text doubled forty times": (_doubling("s"), COST),
    "a list doubled forty times": (_doubling("l"), COST),
    "joins of joins": ("ls.map(i, ls.join(s)).join(s).size() > 0", COST),
    "replacements that multiply": ("s.replace('a', s).replace('a', s).size() > 0", COST),
    "an int of 60,000 digits": ("9" * 60_000 + " > 0", "out of range"),
    "a hexadecimal int of 60,000 digits": ("0x" + "f" * 60_000 + " > 0", "out of range"),
    "a double of 60,000 digits": ("1" * 60_000 + ".0 > 0.0", "out of range"),
    "a huge exponent": ("1e999999999 > 0.0", "out of range"),
    "an unknown escape": (r"'\q' == s", "is not an escape sequence"),
    "a short escape": (r"'\u12' == s", "is not an escape sequence"),
    "an escape beyond Unicode": (r"'\U00110000' == s", "names no character"),
    "an escape of half a character": (r"'\ud800' == s", "names no character"),
    "half a character": ("'\ud800' == s", "holds half a character"),
    "an octal escape too large for a byte": (r"b'\777' == b'a'", "is not an escape sequence"),
    "a NUL between words": ("a \0 && a", "unexpected"),
    "a sign that changes the direction of writing": ("a /* \u202e */ && a", "unexpected"),
    "a byte order mark": ("\ufeffa", "unexpected"),
    "an escape of a terminal": ("a\x1b[31m", "unexpected"),
    "a text without its end": ("'abc", "unclosed"),
    "5,001 quotes": ("'" * 5_001, "unclosed"),
    "20,000 open parentheses": ("(" * 20_000, "ends too early"),
    "60,000 closed parentheses": (")" * 60_000, "unexpected"),
    "10,000 lists in each other": ("[" * 10_000 + "]" * 10_000, "nests too deep"),
    "20,000 negations": ("!" * 20_000 + "a", "nests too deep"),
    "60,000 points": ("." * 60_000, "unexpected"),
    "nothing but a comment": ("//" * 30_000, "is empty"),
    "65,537 characters": ("a" * 65_537, "is too long"),
}
FAILS = {
    "a pattern from the request": ("s.matches('(' + x)", "not a regular expression"),
    "a clause of 1,000,000,000 digits": ("'%.1000000000f'.format([1.0]).size() > 0", "is no clause of `format`"),
    "5,000 clauses": ("('" + "%s" * 5_000 + "').format([s]).size() > 0", "more clauses than values"),
    "a text of 60,000 digits as an int": ("int('" + "9" * 60_000 + "') > 0", "cannot be read as int"),
    "a text of the request as an int": ("int(s) > 0", "cannot be read as int"),
    "a text of the request as a timestamp": ("timestamp(s) > timestamp(s)", "cannot be read as timestamp"),
    "a text of the request as a duration": ("duration(s) > duration(s)", "cannot be read as duration"),
    "a text of the request as an address": ("ip(s) == ip(s)", "cannot be read as net.IP"),
    "a text of the request as base64": ("base64.decode(s) == b''", "cannot be read as base64"),
    "a key of the request": ("m[s] == s", "no such key"),
    "a field of what is none": ("x.key == s", "no such field"),
    "5,000 fields of what is none": ("x" + ".a" * 5_000 + " == 1", "no such field"),
    "an index of the request": ("ls[n * 100] == s", "index out of range"),
    "a position beyond the text": ("s.substring(100000) == s", "position out of range"),
    "a duration without end": ("duration('" + "9" * 5_000 + "h') > duration('1s')", "cannot be read as duration"),
    "a timestamp beyond the last": (
        "timestamp('9999-12-31T23:59:59Z') + duration('9999h') > timestamp('2020-01-01T00:00:00Z')",
        "out of range",
    ),
    "an int beyond the last": ("9223372036854775807 + n > 0", "out of range"),
    "a negation beyond the first": ("-9223372036854775808 - n > 0", "out of range"),
    "a double too large for an int": ("int(double(n) * 1e300) > 0", "out of range"),
    "nothing to divide by": ("1 / (n - n) > 0", "divided by zero"),
    "a comparison of what the request makes of it": ("x > 1", "no such overload"),
    "bytes that are no text": (r"string(b'\xff') == s", "invalid UTF-8"),
}
ANSWERS = {
    "a pattern that backtracks elsewhere": ("s.matches('^(a+)+$')", False),
    "a pattern that backtracks more": ("s.matches('(a|a)*b(a|aa)+$')", False),
    "500 stars": (f"glob(s, '{'*a' * 500}')", False),
    "a NUL in a text": ("'\0' == s", False),
    "an escaped NUL": (r"'\u0000' == s", False),
    "a text of 65,000 characters": (f"'{'a' * 65_000}' == s", False),
    "65,000 spaces": (" " * 65_000 + "a", True),
    "1,000 parentheses": ("(" * 1_000 + "a" + ")" * 1_000, True),
    "200 loops in a row": ("l" + ".map(i, i)" * 200 + ".size() > 0", True),
    "optionals of optionals": ("optional.of(x)" + ".optMap(y, [y, y])" * 30 + ".hasValue()", True),
}


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    """A case that hangs fails instead."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANG)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def _bounded_memory() -> Iterator[None]:
    """No case takes more memory than a long text's own tree."""
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEMORY


def _accepted(source: str) -> Program:
    """The program of an expression that every check lets through."""
    checked = check(parse(source), variables=VARIABLES, source=source, result=BOOL)
    check_cost(checked)
    if bad_patterns(checked.ast):
        raise CelError(PATTERN)
    return Program(checked.ast, types=checked.types, source=source, variables=frozenset(VARIABLES))


@pytest.mark.parametrize("name", REFUSED)
def test_refused_before_anything_runs(name: str) -> None:
    """A finding when the rule is checked, in few words."""
    source, message = REFUSED[name]
    with pytest.raises(CelError) as caught:
        _accepted(source)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", FAILS)
def test_fails_when_it_runs(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """An error, the same from both evaluators, in which nothing of the request stands; nor in any log."""
    caplog.set_level(logging.DEBUG)
    source, message = FAILS[name]
    program = _accepted(source)
    for run in (program, program.native, program.exact):
        with pytest.raises(CelEvaluationError) as caught:
            run(VALUES)
        assert message in str(caught.value)
        assert SECRET not in str(caught.value) + repr(caught.value.args) + caplog.text
        assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_all_the_same(name: str) -> None:
    """What looks as bad and is not has its answer, the same from both evaluators."""
    source, answer = ANSWERS[name]
    program = _accepted(source)
    assert program(VALUES) is answer
    assert program.exact(VALUES) is answer
