"""The forms of expressions, by the kind of what they give: leaves, and those that are made of others."""

from __future__ import annotations

from cel_drawn import (
    LONGEST,
    NAMES,
    NO_OTHER_WORDS,
    Drawn,
    Maker,
    alike,
    bind,
    const,
    each,
    form,
    macro,
    named,
    numbered,
    ours,
    pairs,
)

__all__ = ["Drawn", "MAKERS", "NAMES"]

_SCALARS = ("string", "int", "uint", "double", "bool", "at", "span", "bytes")
_ORDERS = ("<", "<=", ">", ">=")
_INDICES = f"[{', '.join(map(str, range(LONGEST)))}]"
# What Google's implementation is asked for a macro over two variables: its own over one, and a look-up. The range
# has a name of its own, for the bodies may hide any other. What cannot be put so is an error: see `NO_OTHER_WORDS`.
_BY_INDEX = named(
    "zz",
    "{}",
    f"type(zz) == list && size(zz) <= {LONGEST} ?"
    f" {_INDICES}.filter(zn, zn < size(zz)).%s(n, {named('v', 'zz[n]', '{}')}) : %s",
)
_BY_KEY = named("zz", "{}", f"type(zz) == map ? zz.%s(k, {named('n', 'zz[k]', '{}')}) : %s")
_NO_BOOL = f"[true][{NO_OTHER_WORDS}]"
_NO_LIST = f"[['']][{NO_OTHER_WORDS}]"
_OF_LISTS = named("zz", "{}", named("zy", "{}", f"type(zz) == list && type(zy) == list ? %s : {_NO_BOOL}"))
_FIRST = named("zz", "{}", f"type(zz) == list ? zz[?0] : [optional.none()][{NO_OTHER_WORDS}]")
# Theirs gives one empty text for nothing split by nothing.
_SPLIT = named("zs", "{}", named("zt", "{}", "zs == '' && zt == '' ? [] : zs.split(zt)"))
# Theirs writes `inf`, and the sign of what is no number.
_INFINITE = "zf == 1.0 / 0.0 ? '+Inf' : zf == -1.0 / 0.0 ? '-Inf' : zf != zf ? 'NaN' : string(zf)"
_STRING_OF_DOUBLE = named("zf", "{}", _INFINITE)
# Theirs refuses an end that is the text's own.
_PART = "ze == size(zs) ? zs.substring(zt) : zs.substring(zt, ze)"
_SUBSTRING = named("zs", "{}", named("zt", "{}", named("ze", "{}", _PART)))

_LEAVES: dict[str, list[Maker]] = {
    "string": [
        # The binding ends a text at the first null character.
        *const('"\\u0000"', google=None),
        *const("s", "s2", "o.name", '"a"', '"prod"', '""', 'x["name"]', "dyn(s)", '"\\U0001F600é"', 'o["name"]'),
        *const('r"\\d"'),
    ],
    "int": const(
        *("i", "j", "o.count", "0", "1", "7", "-1", "9223372036854775807", "-9223372036854775808", 'm["a"]', "li[0]"),
        *("m.b", "0x1F"),
    ),
    "uint": const("u", "0u", "1u", "18446744073709551615u", "0xFFu"),
    "double": const("d", "o.ratio", "0.0", "-0.0", "1.0", "2.5", "1e300", "-2.5e-3", "9007199254740993.0"),
    "bool": const("b", "o.on", "true", "false", "has(o.at)", "has(x.name)", "has(o.name)", "(1 / 0 == 1)"),
    "at": [
        *const("at", "at2", 'timestamp("2026-06-01T00:00:00Z")', 'timestamp("2026-06-01T00:00:00.123456789Z")', "o.at"),
        *const('timestamp("1969-12-31T23:59:59.5-08:00")'),
    ],
    "span": const("span", 'duration("90s")', 'duration("-1h")', 'duration("2400000h")', 'duration("1ns")'),
    "bytes": const("by", 'b"a"', 'b""', 'b"\\xff\\x00"', 'b"é"'),
    "ls": const("ls", "ls", "o.tags", '["a", "prod"]', "[]", "[s, s2]", "ls", "o.tags", "x"),
    "li": const("li", "li", "[1, 2, 7]", "[]", "[i, j]", "[0, -1, 3]", "li", "x"),
    "ld": const("[d, 1.5]", "[d]", "[0.0, -0.0, 2.5]", "[o.ratio]", "[]", "x"),
    "m": const("m", "m", "m", '{"a": 1, "b": 2}', "{}", '{"a": i}', "x"),
    "os": const(
        'optional.of("a")', "optional.none()", "o.?name", "ls[?0]", "optional.of(s)", "optional.ofNonZeroValue(s)"
    ),
    "oi": const("optional.of(1)", "optional.none()", "m.?a", "m[?s]", "li[?i]", "optional.ofNonZeroValue(i)"),
    "ms": const('{"a": "b"}', '{"b": s}', "{}"),
    "money": const("cash", "cash2", 'usd("12.50")', "usd(500)", 'usd("-0.000001")', google=None),
    "ip": const("ip('192.0.2.1')", "ip('2001:db8::1')", "ip('::1')", "ip(s)", "ip('224.0.0.1')", google=None),
    "cidr": const("cidr('192.0.2.0/24')", "cidr('2001:db8::7/33')", "cidr(s2)", google=None),
    "type": const("int", "string", "type(x)", "type(null)", "type(li)", "type(1u)", "type(at)", "type(type(x))"),
    "dyn": const(
        *("x", "dyn(1)", "dyn(1.0)", "dyn(1u)", "dyn(true)", "null", "dyn(s)", "dyn(i)", "x.name", "dyn(ls)"),
        *('x["a"]', "x[0]", "dyn(d)", "dyn(u)", "o.missing", "x.?name.orValue(null)"),
    ),
}

_STRINGS: list[Maker] = [
    form("({} + {})", "string", "string"),
    form("({} ? {} : {})", "bool", "string", "string"),
    form("string({})", "double", google=_STRING_OF_DOUBLE),
    *each("string({})", "int", "uint", "bool", "string", "bytes"),
    # Theirs writes fractions of a second with three, six or nine digits.
    ours("string({})", "at"),
    ours("string({})", "span"),
    ours("string({})", "money"),
    ours("string({})", "ip"),
    ours("string({})", "cidr"),
    form("{}[{}]", "ls", "int"),
    form("{}.charAt({})", "string", "int"),
    form("{}.substring({})", "string", "int"),
    form("{}.substring({}, {})", "string", "int", "int", google=_SUBSTRING),
    form("{}.replace({}, {})", "string", "string", "string"),
    form("{}.replace({}, {}, {})", "string", "string", "string", "int"),
    *each("{}.lowerAscii()", "string"),
    *each("{}.upperAscii()", "string"),
    *each("{}.trim()", "string"),
    *each("{}.reverse()", "string"),
    form("{}.join({})", "ls", "string"),
    *each("{}.join()", "ls"),
    form('"%s-%d".format([{}, {}])', "string", "int"),
    form('"%x %X %o %b".format([{}, {}, {}, {}])', "int", "uint", "int", "uint"),
    form('"%s|%%|%s".format([{}, {}])', "bool", "ls"),
    # A text that is no UTF-8 ends the process.
    ours('"%s".format([{}])', "bytes"),
    form('"%.3f %e".format([{}, {}])', "double", "double"),
    form("strings.quote({})", "string"),
    form("base64.encode({})", "bytes"),
    form("{}.value()", "os"),
    form("{}.orValue({})", "os", "string"),
    form("{}[{}]", "ms", "string"),
    bind("string", "string"),
    bind("int", "string"),
]

_GETTERS = ("FullYear", "Month", "Date", "DayOfMonth", "DayOfWeek", "DayOfYear", "Hours", "Minutes", "Seconds")
_INTS: list[Maker] = [
    *(form(f"({{}} {sign} {{}})", "int", "int") for sign in "+-*/%"),
    form("(-{})", "int"),
    *each("size({})", "string", "bytes", "ls", "m"),
    *each("{}.size()", "string", "bytes", "ls", "m"),
    form("{}[{}]", "li", "int"),
    *each("int({})", "double", "uint", "string", "at", "int"),
    form("({} ? {} : {})", "bool", "int", "int"),
    form("{}.indexOf({})", "string", "string"),
    form("{}.indexOf({}, {})", "string", "string", "int"),
    form("{}.lastIndexOf({})", "string", "string"),
    form("{}.lastIndexOf({}, {})", "string", "string", "int"),
    form("math.greatest({}, {})", "int", "int"),
    form("math.greatest({})", "li"),
    form("math.least({}, {}, {})", "int", "int", "int"),
    *each("math.abs({})", "int"),
    *each("math.sign({})", "int"),
    *(form(f"math.bit{word}({{}}, {{}})", "int", "int") for word in ("And", "Or", "Xor", "ShiftLeft", "ShiftRight")),
    *each("math.bitNot({})", "int"),
    ours("(cidr('10.0.0.0/8').containsIP({}) ? 1 : 2)", "string"),
    ours("{}.prefixLength()", "cidr"),
    ours("{}.family()", "ip"),
    form("{}.value()", "oi"),
    form("{}.orValue({})", "oi", "int"),
    form("{}[{}]", "m", "string"),
    bind("int", "int"),
    bind("string", "int"),
    *(form(f"{{}}.get{part}()", "at") for part in (*_GETTERS, "Milliseconds")),
    *(form(f"{{}}.get{part}('America/New_York')", "at") for part in _GETTERS),
    form("{}.getHours('-07:30')", "at"),
    *(form(f"{{}}.get{part}()", "span") for part in ("Hours", "Minutes", "Seconds", "Milliseconds")),
]

_NUMBERS: dict[str, list[Maker]] = {
    "uint": [
        *(form(f"({{}} {sign} {{}})", "uint", "uint") for sign in "+-*/%"),
        *each("uint({})", "int", "double", "string", "uint"),
        *(form(f"math.bit{word}({{}}, {{}})", "uint", "uint") for word in ("And", "Or", "Xor")),
        *(form(f"math.bitShift{word}({{}}, {{}})", "uint", "int") for word in ("Left", "Right")),
        *each("math.bitNot({})", "uint"),
        *each("math.sign({})", "uint"),
        *each("math.abs({})", "uint"),
        form("math.greatest({}, {})", "uint", "uint"),
        form("({} ? {} : {})", "bool", "uint", "uint"),
    ],
    "double": [
        *(form(f"({{}} {sign} {{}})", "double", "double") for sign in "+-*/"),
        form("(-{})", "double"),
        *each("double({})", "int", "uint", "string", "double"),
        *(form(f"math.{word}({{}})", "double") for word in ("round", "trunc", "ceil", "floor", "abs", "sign")),
        *each("math.sqrt({})", "double", "int", "uint"),
        form("math.least({}, {})", "double", "double"),
        form("math.greatest({})", "ld"),
        form("{}[{}]", "ld", "int"),
        form("({} ? {} : {})", "bool", "double", "double"),
        ours("({} / {})", "money", "money"),
    ],
    "money": [
        *(ours(f"({{}} {sign} {{}})", "money", "money") for sign in "+-"),
        *(ours("({} * {})", "money", kind) for kind in ("int", "double")),
        ours("({} ? {} : {})", "bool", "money", "money"),
        ours("math.least({}, {})", "money", "money"),
        ours("usd({})", "int"),
    ],
}


def _over(name: str) -> list[Maker]:
    """A macro that gives a bool, over lists and over the keys of a map."""
    sources = (("ls", "string"), ("li", "int"), ("ld", "double"), ("m", "string"))
    return [macro(name, source, element, "bool") for source, element in sources]


def _over_two(name: str, google: str) -> list[Maker]:
    """The same over two variables."""
    return [
        pairs(f"{{}}.{name}(k, n, {{}})", "m", "bool", google=_BY_KEY % (google, _NO_BOOL)),
        numbered(f"{{}}.{name}(n, v, {{}})", "ls", "string", "bool", google=_BY_INDEX % (google, _NO_BOOL)),
    ]


_BOOLS: list[Maker] = [
    form("({} && {})", "bool", "bool"),
    form("({} || {})", "bool", "bool"),
    form("({} && {} && {})", "bool", "bool", "bool"),
    form("({} || {} || {})", "bool", "bool", "bool"),
    form("!{}", "bool"),
    *alike("({} == {})", *_SCALARS, "ls", "li", "m", "ld", "type", "os", "ms"),
    *alike("(dyn({}) == dyn({}))", "dyn", "double", "int"),
    *alike("({} != {})", *_SCALARS, "ls", "m"),
    *(
        form(f"(dyn({{}}) {sign} dyn({{}}))", one, two)
        for sign in (*_ORDERS, "==", "!=")
        for one, two in (("int", "double"), ("double", "uint"), ("uint", "int"), ("dyn", "dyn"))
    ),
    *(form(f"({{}} {sign} {{}})", kind, kind) for sign in _ORDERS for kind in _SCALARS),
    form("({} in {})", "string", "ls"),
    form("({} in {})", "int", "li"),
    form("({} in {})", "double", "ld"),
    form("({} in {})", "string", "m"),
    form("!({} in {})", "string", "ls"),
    form("(dyn({}) in {})", "dyn", "ls"),
    form("(dyn({}) in dyn({}))", "dyn", "dyn"),
    form('({} in ["a", "prod", "dev"])', "string"),
    form('(dyn({}) in ["a", "prod"])', "dyn"),
    form("({} in [1, 2, 7])", "int"),
    form("(dyn({}) in [1, 2, 7])", "dyn"),
    *(form(f"(dyn({{}}) {rest})", "dyn") for rest in ("== 1", "== true", "== null", '== "a"', "< 7", "!= 1.0")),
    form("{}.startsWith({})", "string", "string"),
    form("{}.endsWith({})", "string", "string"),
    form("{}.contains({})", "string", "string"),
    form('{}.matches("^[a-p]+$")', "string"),
    form("{}.matches({})", "string", "string"),
    ours('glob({}, "p*")', "string"),
    form("({} ? {} : {})", "bool", "bool", "bool"),
    *_over("exists"),
    *_over("all"),
    *_over("exists_one"),
    *_over_two("exists", "exists"),
    *_over_two("all", "all"),
    *_over_two("exists_one", "exists_one"),
    *_over_two("existsOne", "exists_one"),
    form("has({}.a)", "m"),
    form("{}.hasValue()", "os"),
    form("{}.hasValue()", "oi"),
    form("bool({})", "string"),
    form("sets.contains({}, {})", "ls", "ls", google=_OF_LISTS % "zy.all(zv, zv in zz)"),
    form("sets.intersects({}, {})", "li", "li", google=_OF_LISTS % "zy.exists(zv, zv in zz)"),
    *each("math.isNaN({})", "double"),
    *each("math.isInf({})", "double"),
    *each("math.isFinite({})", "double"),
    ours("(dyn({}).sort() == {})", "dyn", "ls"),
    *(ours(f"({{}} {sign} {{}})", "money", "money") for sign in ("==", "!=", *_ORDERS)),
    ours("{}.containsIP({})", "cidr", "ip"),
    ours("{}.containsCIDR({})", "cidr", "cidr"),
    *(ours(f"{{}}.is{word}()", "ip") for word in ("Loopback", "Unspecified", "GlobalUnicast", "LinkLocalUnicast")),
    ours("isIP({})", "string"),
    ours("isCIDR({})", "string"),
    bind("bool", "bool"),
    bind("int", "bool"),
]

_LISTS: dict[str, list[Maker]] = {
    "ls": [
        form("({} + {})", "ls", "ls"),
        form("[{}, {}]", "string", "string"),
        form("[?{}, {}]", "os", "string"),
        macro("filter", "ls", "string", "bool"),
        macro("map", "ls", "string", "string"),
        macro("map", "li", "int", "string"),
        macro("map", "ls", "string", "bool", "string"),
        macro("sortBy", "ls", "string", "int", google=None),
        macro("sortBy", "ls", "string", "string", google=None),
        numbered(
            "{}.transformList(n, v, {})",
            "ls",
            "string",
            "string",
            google=_BY_INDEX % ("map", _NO_LIST),
        ),
        numbered("{}.transformList(n, v, {}, {})", "ls", "string", "bool", "string"),
        form('{}.split("a")', "string"),
        form('{}.split("a", {})', "string", "int"),
        form("{}.split({})", "string", "string", google=_SPLIT),
        ours("{}.sort()", "ls"),
        ours("{}.distinct()", "ls"),
        ours("{}.slice({}, {})", "ls", "int", "int"),
        ours("[{}, {}].flatten()", "ls", "ls"),
        ours("{}.reverse()", "ls"),
        ours("[{}, {}].unwrapOpt()", "os", "os"),
        ours("optional.unwrap([{}, {}])", "os", "os"),
    ],
    "li": [
        form("[{}, {}]", "int", "int"),
        form("({} + {})", "li", "li"),
        form("[?{}, {}]", "oi", "int"),
        macro("filter", "li", "int", "bool"),
        macro("map", "ls", "string", "int"),
        macro("map", "li", "int", "bool", "int"),
        ours("lists.range({})", "int"),
        ours("{}.distinct()", "li"),
        ours("{}.sort()", "li"),
        ours("{}.reverse()", "li"),
    ],
    "ld": [
        form("[{}, {}]", "double", "double"),
        form("({} + {})", "ld", "ld"),
        macro("filter", "ld", "double", "bool"),
        macro("map", "li", "int", "double"),
        ours("{}.sort()", "ld"),
    ],
}

_OTHERS: dict[str, list[Maker]] = {
    "at": [
        form("({} + {})", "at", "span"),
        form("({} + {})", "span", "at"),
        form("({} - {})", "at", "span"),
        form("({} ? {} : {})", "bool", "at", "at"),
        *each("timestamp({})", "string", "int", "at"),
        form("timestamp(string({}))", "at"),
    ],
    "span": [
        *(form(f"({{}} {sign} {{}})", kind, kind) for sign, kind in (("-", "at"), ("+", "span"), ("-", "span"))),
        form("duration(string({}))", "span"),
        form("duration({})", "string"),
        form("({} ? {} : {})", "bool", "span", "span"),
    ],
    "bytes": [
        form("({} + {})", "bytes", "bytes"),
        form("bytes({})", "string"),
        # Theirs skips white space.
        ours("base64.decode({})", "string"),
        form("base64.decode(base64.encode({}))", "bytes"),
    ],
    "os": [
        form("{}.?a", "ms"),
        form("{}[?{}]", "ms", "string"),
        form("{}[?{}]", "ls", "int"),
        form("{}.first()", "ls", google=_FIRST),
        ours("{}.last()", "ls"),
        form("{}.or({})", "os", "os"),
        form("optional.of({})", "string"),
        form("optional.ofNonZeroValue({})", "string"),
        macro("optMap", "os", "string", "string"),
        macro("optFlatMap", "os", "string", "os"),
    ],
    "oi": [
        form("{}.?b", "m"),
        form("{}[?{}]", "li", "int"),
        form("{}.or({})", "oi", "oi"),
        form("optional.of({})", "int"),
        macro("optMap", "os", "string", "int"),
    ],
    "ms": [
        form('{{"a": {}, ?"b": {}}}', "string", "os"),
        pairs("{}.transformMap(k, n, {})", "m", "string"),
        pairs("{}.transformMap(k, n, {}, {})", "m", "bool", "string"),
        pairs("{}.transformMapEntry(k, n, {{k: {}}})", "m", "string"),
        pairs("{}.transformMapEntry(k, n, {{{}: {}}})", "m", "string", "string"),
        form("{{{}: {}}}", "string", "string"),
    ],
    "m": [
        form('{{"a": {}, "b": {}}}', "int", "int"),
        form("({} ? {} : {})", "bool", "m", "m"),
        form("{{{}: {}, {}: {}}}", "string", "int", "string", "int"),
        form('{{?"a": {}}}', "oi"),
    ],
    "ip": [ours("{}.ip()", "cidr"), ours("ip({})", "string")],
    "cidr": [ours("{}.masked()", "cidr"), ours("cidr({})", "string")],
    "type": each("type({})", *_SCALARS, "dyn", "ls", "m"),
    "dyn": [
        *each("dyn({})", "double", "uint", "li", "bytes", "at", "m"),
        form("[{}]", "dyn"),
        form('{{"a": {}}}', "dyn"),
        form("({} ? dyn({}) : dyn({}))", "bool", "int", "string"),
        form("[{}, dyn({})]", "dyn", "uint"),
        form("(dyn({}) + dyn({}))", "dyn", "dyn"),
        form("math.greatest({}, {})", "int", "double"),
        form("math.least({}, {})", "uint", "double"),
    ],
}

_COMPOUND = {"string": _STRINGS, "int": _INTS, "bool": _BOOLS, **_NUMBERS, **_LISTS, **_OTHERS}
MAKERS = {kind: (leaves, _COMPOUND[kind]) for kind, leaves in _LEAVES.items()}
"""By kind, the leaves, and the forms over others."""
