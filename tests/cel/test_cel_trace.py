"""A trace: what each part came to, what failed, and what was not needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import cel_expressions as make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel import DYN, INT, STRING, TIMESTAMP, Trace, UInt, compile, list_of, show, spell, trace

VARIABLES = {"a": DYN, "l": list_of(INT), "s": STRING, "now": TIMESTAMP, "big": INT}
VALUES: Mapping[str, object] = {
    "a": {"b": {"c": 3}},
    "l": [1, 2, 3, 4, 5, 6, 7, 8],
    "s": "x",
    "now": datetime(2026, 1, 1, tzinfo=UTC),
    "big": 2**63 - 1,
    "dotted.name": 7,
}


def _lines(part: Trace, indent: str = "") -> Iterator[str]:
    told = show(part.value, part.type, currency="USD") if part.state == "value" else part.error or "-"
    bound = "".join(f"{name}={show(value)}: " for name, value in part.bound.items())
    yield f"{indent}{bound}{spell(part.node)} = {told}{f' +{part.omitted}' if part.omitted else ''}"
    for each in part.parts:
        yield from _lines(each, indent + " ")


CASES: Sequence[tuple[str, str, str]] = (
    (
        "and stops",
        'a.b.c + 1 > 3 && s == "y" && a.x == 1',
        """\
a.b.c + 1 > 3 && s == "y" && a.x == 1 = false
 a.b.c + 1 > 3 = true
  a.b.c + 1 = 4
   a.b.c = 3
 s == "y" = false
  s = "x"
 a.x == 1 = -""",
    ),
    (
        "or absorbs an error",
        'a.x.y == 1 || s == "x"',
        """\
a.x.y == 1 || s == "x" = true
 a.x.y == 1 = no such key: `x`
  a.x.y = no such key: `x`
 s == "x" = true
  s = "x\"""",
    ),
    (
        "a conditional takes one branch",
        's == "y" ? big + 1 : a.b.c',
        """\
s == "y" ? big + 1 : a.b.c = 3
 s == "y" = false
  s = "x"
 big + 1 = -
 a.b.c = 3""",
    ),
    (
        "a macro, its first elements and the deciding one",
        "l.exists(i, i * 2 > 15)",
        """\
l.exists(i, i * 2 > 15) = true +3
 l = [1, 2, 3, 4, 5, 6, 7, 8]
 i=1: i * 2 > 15 = false
  i * 2 = 2
 i=2: i * 2 > 15 = false
  i * 2 = 4
 i=3: i * 2 > 15 = false
  i * 2 = 6
 i=4: i * 2 > 15 = false
  i * 2 = 8
 i=8: i * 2 > 15 = true
  i * 2 = 16""",
    ),
    (
        "a macro of two variables stops",
        "l.all(i, v, i < 1)",
        """\
l.all(i, v, i < 1) = false
 l = [1, 2, 3, 4, 5, 6, 7, 8]
 i=0: v=1: i < 1 = true
 i=1: v=2: i < 1 = false""",
    ),
    (
        "a macro over nothing",
        "[].map(i, i + a.q)",
        """\
[].map(i, i + a.q) = []
 [] = []
 i + a.q = -""",
    ),
    (
        "a macro with a condition",
        "[1, 2].map(i, i > 1, i * a.b.c)",
        """\
[1, 2].map(i, i > 1, i * a.b.c) = [6]
 [1, 2] = [1, 2]
 i=1: i > 1 = false
 i=2: i > 1 = true
 i=2: i * a.b.c = 6
  a.b.c = 3""",
    ),
    (
        "a bound value, where it is first read",
        "cel.bind(q, a.b.c * 2, q + 1)",
        """\
cel.bind(q, a.b.c * 2, q + 1) = 7
 q + 1 = 7
  q = 6
   a.b.c * 2 = 6
    a.b.c = 3""",
    ),
    ("a bound value that nobody reads", "cel.bind(q, a.q, true)", "cel.bind(q, a.q, true) = true\n a.q = -"),
    (
        "a namespace is no part",
        "math.greatest(a.b.c, 7)",
        "math.greatest(a.b.c, 7) = 7\n a.b.c = 3",
    ),
    (
        "a failure inside a chain",
        "(big + a.b.c).b.c",
        """\
(big + a.b.c).b.c = out of range of int
 (big + a.b.c).b = out of range of int
  big + a.b.c = out of range of int
   big = 9223372036854775807
   a.b.c = 3""",
    ),
    (
        "an argument that fails leaves the others",
        "f(a.q, s)",
        "f(a.q, s) = no such key: `q`\n a.q = no such key: `q`\n s = -",
    ),
    (
        "an argument of a method that fails",
        "s.f(a.q, l).g()",
        """\
s.f(a.q, l).g() = no such key: `q`
 s.f(a.q, l) = no such key: `q`
  s = "x"
  a.q = no such key: `q`
  l = -""",
    ),
    (
        "an argument in a namespace that fails",
        "math.abs(a.q) + 1",
        "math.abs(a.q) + 1 = no such key: `q`\n math.abs(a.q) = no such key: `q`\n  a.q = no such key: `q`",
    ),
    (
        "presence",
        "!has(a.q) || a.q",
        "!has(a.q) || a.q = true\n !has(a.q) = true\n  has(a.q) = false\n a.q = -",
    ),
    (
        "an unknown name",
        "nope.x == 1",
        "nope.x == 1 = undeclared reference to `nope`\n nope.x = undeclared reference to `nope`",
    ),
    ("an unknown name alone", "nope", "nope = undeclared reference to `nope`"),
    ("a dotted name", "dotted.name + 1", "dotted.name + 1 = 8\n dotted.name = 7"),
    (
        "an optional that is empty",
        "a.?q.orValue(a.b.c)",
        'a.?q.orValue(a.b.c) = 3\n a.?q = optional.none()\n  a = {"b": {"c": 3}}\n a.b.c = 3',
    ),
    (
        "an optional that holds",
        "optional.of(s).orValue(a.q)",
        'optional.of(s).orValue(a.q) = "x"\n optional.of(s) = optional.of("x")\n  s = "x"\n a.q = -',
    ),
    ("index and literals", "[1, a.b.c][1]", "[1, a.b.c][1] = 3\n [1, a.b.c] = [1, 3]\n  a.b.c = 3"),
    ("entries of a map", '{"k": s}', '{"k": s} = {"k": "x"}\n s = "x"'),
    (
        "money",
        "usd(5) * 2 > usd(9)",
        'usd(5) * 2 > usd(9) = true\n usd(5) * 2 = usd("10.00")\n  usd(5) = usd("5.00")\n usd(9) = usd("9.00")',
    ),
    ("a literal", "true", "true = true"),
)


@pytest.mark.parametrize(("source", "expected"), [each[1:] for each in CASES], ids=[each[0] for each in CASES])
def test_each_part_is_told(source: str, expected: str) -> None:
    """Values, errors, and parts that were not needed, in the order of the text."""
    # amounts are told from numbers by the checker; other cases are wrong on purpose
    program = compile(source, variables=VARIABLES if "usd" in source else None)
    assert "\n".join(_lines(trace(program, VALUES))) == expected


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**40))
def test_a_trace_is_what_the_evaluator_says(seed: int) -> None:
    """The whole of a trace is the exact evaluator's answer, whatever the variables hold; showing it never fails."""
    for number in range(12):
        program = compile(make.expression(seed + number), variables=make.VARIABLES)
        for broken in (False, True):
            values = make.activation(seed + number, broken=broken)
            exact = make.outcome(partial(program.exact, values))
            found = trace(program, values)
            if isinstance(exact, make.Failure):
                assert (found.state, found.error) == ("error", exact.error.message)
            else:
                assert found.state == "value"
                assert make.same(exact, found.value)
            assert len("\n".join(_lines(found))) < 200_000


def test_a_trace_is_bounded() -> None:
    """However long or deep an expression is, a trace of it ends, and the value is right."""
    wide = trace(compile(" && ".join(["b"] * 5_000)), {"b": True})
    assert (wide.value, len(wide.parts)) == (True, 399)
    long = trace(compile("+".join(["n"] * 9_000)), {"n": 0})
    assert long.value == 0
    deep = compile("[" * 400 + "n" + "]" * 400)
    found = trace(deep, {"n": 0})
    assert (found.state, found.value) == ("value", deep({"n": 0}))
    failed = trace(compile("[" * 400 + "n" + "]" * 400), {})
    assert (failed.state, failed.error) == ("error", "undeclared reference to `n`")
    loops = trace(compile("l.all(i, l.all(j, l.all(k, l.all(m, i + j + k + m > 0))))"), {"l": list(range(1, 9))})
    assert loops.value is True
    assert len(list(_lines(loops))) <= 400


def test_a_trace_sees_what_the_program_sees() -> None:
    """A name that was not declared is invisible to the program, and to its trace."""
    program = compile("n == 1", variables={"n": INT})
    assert trace(program, {"n": 1, "n.x": 2}).value is True
    assert trace(program, {}).state == "error"


def test_evaluating_is_as_before() -> None:
    """A trace leaves nothing behind in the program."""
    program = compile("u + 1u > 1u", variables=None)
    before = program({"u": UInt(1)})
    assert trace(program, {"u": UInt(1)}).value is before is program({"u": UInt(1)})
