"""Random expressions of every type with random values for their variables, for the differential tests.

A seed gives the expression, so that a failure is repeated by its seed. Expressions are well typed
except where `dyn` hides it; values are well typed, or broken on purpose.
"""

from __future__ import annotations

import math
import random
from collections import UserDict, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from remit.cel import CelTypeError, check, parse
from remit.cel import _types as t
from remit.cel._declarations import object_type
from remit.cel._errors import CelEvaluationError
from remit.cel._values import UInt

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
}

STRINGS = ("", "a", "b", "prod", "dev", "aé", "x" * 5)
INTS = (0, 1, 2, -1, 7, 2**31, 2**62, 2**63 - 1, -(2**63))
UINTS = (0, 1, 2, 2**63, 2**64 - 1)
DOUBLES = (0.0, -0.0, 1.0, 2.5, -1.5, 1e308, 9.223372036854775807e18, math.inf)
TIMES = (
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 1, 12, 30, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
)
SPANS = (timedelta(0), timedelta(seconds=90), timedelta(days=-3), timedelta(days=100_000), timedelta(microseconds=1500))


class Expressions:
    """Draws expression texts by type."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.scopes: list[tuple[str, str]] = []

    def draw(self, kind: str, depth: int) -> str:
        """An expression of `kind`, at most `depth` operations deep."""
        makers = _LEAVES[kind] if depth <= 0 or self.random.random() < 0.15 else _MAKERS[kind]
        local = [name for name, bound in self.scopes if bound == kind]
        if local and self.random.random() < 0.4:
            return self.random.choice(local)
        return self.random.choice(makers)(self, depth - 1)

    def macro(self, kind: str, source: str, element: str, depth: int, body: str) -> str:
        """A macro over an expression of the list kind `source`."""
        range_ = self.draw(source, depth)
        # Names of variables are among them, so that shadowing is met too.
        name = self.random.choice(_NAMES[element])
        self.scopes.append((name, element))
        try:
            return f"{range_}.{kind}({name}, {self.draw(body, depth)})"
        finally:
            self.scopes.pop()


# Names that are bound, a type each, for what is drawn does not know which of two of a name is nearer.
_NAMES = {"string": ["v", "w", "s"], "int": ["n", "i"], "bool": ["t", "b"]}

Maker = Callable[[Expressions, int], str]


def _const(*texts: str) -> list[Maker]:
    return [lambda e, d, text=text: text for text in texts]  # type: ignore[misc]


def _form(template: str, *kinds: str) -> Maker:
    return lambda e, d: template.format(*(e.draw(kind, d) for kind in kinds))


def _same(template: str, *kinds: str) -> list[Maker]:
    """The template over two operands of each kind."""
    return [_form(template, kind, kind) for kind in kinds]


def _over(kind: str, body: str) -> list[Maker]:
    return [
        lambda e, d: e.macro(kind, "ls", "string", d, body),
        lambda e, d: e.macro(kind, "li", "int", d, body),
        lambda e, d: e.macro(kind, "m", "string", d, body),
    ]


def _bind(value: str, body: str) -> Maker:
    """A name for an expression of the kind `value` in one of the kind `body`."""

    def make(e: Expressions, d: int) -> str:
        held, name = e.draw(value, d), e.random.choice(_NAMES[value])
        e.scopes.append((name, value))
        try:
            return f"cel.bind({name}, {held}, {e.draw(body, d)})"
        finally:
            e.scopes.pop()

    return make


def _pairs(template: str, range_: str, *bodies: str) -> Maker:
    """A macro over the keys `k` and values `v` of a map."""

    def make(e: Expressions, d: int) -> str:
        over = e.draw(range_, d)
        e.scopes += [("k", "string"), ("n", "int")]
        try:
            return template.format(over, *(e.draw(body, d) for body in bodies))
        finally:
            del e.scopes[-2:]

    return make


_SCALARS = ("string", "int", "uint", "double", "bool", "at", "span", "bytes")

_LEAVES: dict[str, list[Maker]] = {
    "string": _const("s", "s2", "o.name", '"a"', '"prod"', '""', 'x["name"]', "dyn(s)"),
    "int": _const("i", "j", "o.count", "0", "1", "7", "-1", "9223372036854775807", 'm["a"]', "li[0]"),
    "uint": _const("u", "0u", "1u", "18446744073709551615u"),
    "double": _const("d", "o.ratio", "0.0", "-0.0", "1.0", "2.5", "1e300"),
    "bool": _const("b", "o.on", "true", "false", "has(o.at)", "has(x.name)"),
    "at": _const("at", "at2", "o.at", 'timestamp("2026-06-01T00:00:00Z")'),
    "span": _const("span", 'duration("90s")', 'duration("-1h")', 'duration("2400000h")'),
    "bytes": _const("by", 'b"a"', 'b""'),
    "ls": _const("ls", "o.tags", '["a", "prod"]', "[]", "[s, s2]", "x"),
    "li": _const("li", "[1, 2, 7]", "[]", "[i, j]", "x"),
    "m": _const("m", '{"a": 1, "b": 2}', "{}", '{"a": i}', "x"),
    "os": _const('optional.of("a")', "optional.none()", "o.?name", "ls[?0]", "optional.of(s)"),
    "ms": _const('{"a": "b"}', '{"b": s}', "{}"),
    "dyn": _const(
        "x", "dyn(1)", "dyn(1.0)", "dyn(1u)", "dyn(true)", "null", "dyn(s)", "dyn(i)", "x.name", "o", "dyn(ls)"
    ),
}

_MAKERS: dict[str, list[Maker]] = {
    "string": [
        _form("({} + {})", "string", "string"),
        _form("({} ? {} : {})", "bool", "string", "string"),
        _form("string({})", "int"),
        _form("{}[{}]", "ls", "int"),
        _form("{}.charAt({})", "string", "int"),
        _form("{}.substring({}, {})", "string", "int", "int"),
        _form("{}.replace({}, {})", "string", "string", "string"),
        _form("{}.lowerAscii().upperAscii().trim().reverse()", "string"),
        _form("{}.join({})", "ls", "string"),
        _form('"%s %d".format([{}, {}])', "string", "int"),
        _form("strings.quote({})", "string"),
        _form("base64.encode({})", "bytes"),
        _form("{}.value()", "os"),
        _form("{}.orValue({})", "os", "string"),
        _bind("string", "string"),
        *_LEAVES["string"],
    ],
    "int": [
        *(_form(f"({{}} {sign} {{}})", "int", "int") for sign in "+-*/%"),
        _form("(-{})", "int"),
        _form("size({})", "string"),
        _form("{}.size()", "ls"),
        _form("size({})", "m"),
        _form("{}[{}]", "li", "int"),
        _form("int({})", "double"),
        _form("({} ? {} : {})", "bool", "int", "int"),
        _form("{}.indexOf({})", "string", "string"),
        _form("{}.lastIndexOf({}, {})", "string", "string", "int"),
        _form("math.greatest({}, {})", "int", "int"),
        _form("math.least({}, {}, {})", "int", "int", "int"),
        _form("math.abs({})", "int"),
        _form("math.bitXor(math.bitNot({}), {})", "int", "int"),
        _form("math.bitShiftRight({}, {})", "int", "int"),
        _form("(cidr('10.0.0.0/8').containsIP({}) ? 1 : 2)", "string"),
        _bind("int", "int"),
        _bind("string", "int"),
        _form("{}.getFullYear()", "at"),
        _form("{}.getHours()", "span"),
        *_LEAVES["int"],
    ],
    "uint": [
        *(_form(f"({{}} {sign} {{}})", "uint", "uint") for sign in "+-*/%"),
        _form("uint({})", "int"),
        _form("math.bitShiftLeft({}, {})", "uint", "int"),
        *_LEAVES["uint"],
    ],
    "double": [
        *(_form(f"({{}} {sign} {{}})", "double", "double") for sign in "+-*/"),
        _form("double({})", "int"),
        _form("math.round(math.trunc({}) + math.ceil({}))", "double", "double"),
        _form("math.sqrt(math.abs({}))", "double"),
        *_LEAVES["double"],
    ],
    "bool": [
        _form("({} && {})", "bool", "bool"),
        _form("({} || {})", "bool", "bool"),
        _form("({} && {} && {})", "bool", "bool", "bool"),
        _form("!{}", "bool"),
        *_same("({} == {})", *_SCALARS, "ls", "li", "m"),
        *_same("(dyn({}) == dyn({}))", "dyn", "double", "int"),
        *_same("({} != {})", *_SCALARS, "ls"),
        *(_form(f"({{}} {sign} {{}})", kind, kind) for sign in ("<", "<=", ">", ">=") for kind in _SCALARS),
        *(_form(f"(dyn({{}}) {sign} dyn({{}}))", "dyn", "dyn") for sign in ("<", "<=", ">", ">=")),
        _form("({} in {})", "string", "ls"),
        _form("({} in {})", "int", "li"),
        _form("({} in {})", "string", "m"),
        _form("(dyn({}) in {})", "dyn", "ls"),
        _form('({} in ["a", "prod", "dev"])', "string"),
        _form('(dyn({}) in ["a", "prod"])', "dyn"),
        _form("({} in [1, 2, 7])", "int"),
        _form("(dyn({}) in [1, 2, 7])", "dyn"),
        _form("(dyn({}) == 1)", "dyn"),
        _form("(dyn({}) == true)", "dyn"),
        _form("(dyn({}) == null)", "dyn"),
        _form('(dyn({}) == "a")', "dyn"),
        _form("(dyn({}) < 7)", "dyn"),
        _form("{}.startsWith({})", "string", "string"),
        _form("{}.endsWith({})", "string", "string"),
        _form("{}.contains({})", "string", "string"),
        _form('{}.matches("^[a-p]+$")', "string"),
        _form('glob({}, "p*")', "string"),
        _form("({} ? {} : {})", "bool", "bool", "bool"),
        *_over("exists", "bool"),
        *_over("all", "bool"),
        *_over("exists_one", "bool"),
        _form("has({}.a)", "m"),
        _form("{}.hasValue()", "os"),
        _form("sets.contains({}, {})", "ls", "ls"),
        _form("sets.intersects({}, {})", "li", "li"),
        _form("math.isNaN({})", "double"),
        _form("(dyn({}).sort() == {})", "dyn", "ls"),
        _bind("bool", "bool"),
        _bind("int", "bool"),
        *_LEAVES["bool"],
    ],
    "at": [_form("({} + {})", "at", "span"), _form("({} - {})", "at", "span"), *_LEAVES["at"]],
    "span": [_form("({} - {})", "at", "at"), _form("({} + {})", "span", "span"), *_LEAVES["span"]],
    "bytes": [_form("({} + {})", "bytes", "bytes"), _form("bytes({})", "string"), *_LEAVES["bytes"]],
    "ls": [
        _form("({} + {})", "ls", "ls"),
        _form("[{}, {}]", "string", "string"),
        lambda e, d: e.macro("filter", "ls", "string", d, "bool"),
        lambda e, d: e.macro("map", "ls", "string", d, "string"),
        lambda e, d: e.macro("map", "li", "int", d, "string"),
        lambda e, d: e.macro("sortBy", "ls", "string", d, "int"),
        lambda e, d: e.macro("sortBy", "ls", "string", d, "string"),
        _form('{}.split("a")', "string"),
        _form("{}.sort()", "ls"),
        _form("{}.distinct()", "ls"),
        _form("{}.slice({}, {})", "ls", "int", "int"),
        _form("[{}, {}].flatten()", "ls", "ls"),
        _form("{}.reverse()", "ls"),
        _form("[{}, {}].unwrapOpt()", "os", "os"),
        *_LEAVES["ls"],
    ],
    "li": [
        _form("[{}, {}]", "int", "int"),
        lambda e, d: e.macro("filter", "li", "int", d, "bool"),
        lambda e, d: e.macro("map", "ls", "string", d, "int"),
        _form("lists.range({})", "int"),
        _form("{}.distinct()", "li"),
        *_LEAVES["li"],
    ],
    "os": [
        _form("{}.?a", "ms"),
        _form("{}.first()", "ls"),
        _form("{}.or({})", "os", "os"),
        lambda e, d: e.macro("optMap", "os", "string", d, "string"),
        lambda e, d: e.macro("optFlatMap", "os", "string", d, "os"),
        *_LEAVES["os"],
    ],
    "ms": [
        _pairs("{}.transformMap(k, n, {})", "m", "string"),
        _pairs("{}.transformMap(k, n, {}, {})", "m", "bool", "string"),
        _pairs("{}.transformMapEntry(k, n, {{k: {}}})", "m", "string"),
        _pairs("{}.transformMapEntry(k, n, {{{}: {}}})", "m", "string", "string"),
        *_LEAVES["ms"],
    ],
    "m": [_form('{{"a": {}, "b": {}}}', "int", "int"), _form("({} ? {} : {})", "bool", "m", "m"), *_LEAVES["m"]],
    "dyn": [
        _form("dyn({})", "double"),
        _form("dyn({})", "uint"),
        _form("dyn({})", "li"),
        _form("[{}]", "dyn"),
        *_LEAVES["dyn"],
    ],
}

RESULTS = (
    "bool",
    "bool",
    "bool",
    "bool",
    "int",
    "string",
    "double",
    "ls",
    "li",
    "at",
    "span",
    "dyn",
    "m",
    "uint",
    "ms",
    "os",
)


def expression(seed: int) -> str:
    """The expression of a seed."""
    drawing = Expressions(seed)
    text = drawing.draw(drawing.random.choice(RESULTS), drawing.random.choice((1, 2, 3, 4)))
    return text if well_typed(text) else expression(seed + 2**41)


def well_typed(text: str) -> bool:
    """Whether the checker takes it: an element of `[]` may be bound to one type, and then used as another."""
    try:
        check(parse(text), variables=VARIABLES, source=text)
    except CelTypeError:
        return False
    return True


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
        "x": pick((None, True, 1, 1.0, UInt(1), "a", b"a", strings, ints, whole, TIMES[0], {"a": 1, "name": "prod"})),
        "by": pick((b"", b"a", b"\xff")),
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
    if type(left) is not type(right):
        return False
    if isinstance(left, float) and isinstance(right, float):
        return left.hex() == right.hex() or (math.isnan(left) and math.isnan(right))
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left.tzinfo is None if right.tzinfo is None else left.astimezone(UTC) == right.astimezone(UTC)
    return left == right
