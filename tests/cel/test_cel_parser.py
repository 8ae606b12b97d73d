"""Parsing: from text to tree, and what is refused where."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.cel import (
    And,
    Call,
    CelSyntaxError,
    Conditional,
    Ident,
    Index,
    ListLiteral,
    Literal,
    Macro,
    MapLiteral,
    Node,
    Or,
    Select,
    StructLiteral,
    UInt,
    parse,
)

A, B, C, X = Ident("a"), Ident("b"), Ident("c"), Ident("x")
ONE, TWO, TRUE = Literal("int", 1), Literal("int", 2), Literal("bool", True)


def binary(sign: str, left: Node, right: Node) -> Call:
    """An operator's call."""
    return Call(sign, None, (left, right))


TREES: list[tuple[str, Node]] = [
    ("1", ONE),
    ("-1", Literal("int", -1)),
    ("-\t1", Literal("int", -1)),
    ("1u", Literal("uint", UInt(1))),
    ("1.5", Literal("double", 1.5)),
    ("true", TRUE),
    ("null", Literal("null", None)),
    ("'a'", Literal("string", "a")),
    ("b'a'", Literal("bytes", b"a")),
    (".a", Ident("a", absolute=True)),
    ("a.b", Select(A, "b")),
    ("a.`b-c d`", Select(A, "b-c d")),
    ("a.while", Select(A, "while")),
    ("a.?b", Select(A, "b", optional=True)),
    ("a[1]", Index(A, ONE)),
    ("a[?1]", Index(A, ONE, optional=True)),
    ("has(a.b.c)", Select(Select(A, "b"), "c", test=True)),
    ("has(a.`b-c`)", Select(A, "b-c", test=True)),
    ("f()", Call("f", None, ())),
    (".f(a)", Call("f", None, (A,), absolute=True)),
    ("a.f(b, c)", Call("f", A, (B, C))),
    ("24.indexOf('2')", Call("indexOf", Literal("int", 24), (Literal("string", "2"),))),
    ("a in b", binary("@in", A, B)),
    ("inner", Ident("inner")),
    ("nullable", Ident("nullable")),
    ("a - 1", binary("_-_", A, ONE)),
    ("a-1", binary("_-_", A, ONE)),
    ("-a", Call("-_", None, (A,))),
    ("!a", Call("!_", None, (A,))),
    ("a - b - c", binary("_-_", binary("_-_", A, B), C)),
    ("a + b * c", binary("_+_", A, binary("_*_", B, C))),
    ("(a + b) * c", binary("_*_", binary("_+_", A, B), C)),
    ("a < b == c", binary("_==_", binary("_<_", A, B), C)),
    ("a && b && c", And((A, B, C))),
    ("a && (b && c)", And((A, B, C))),
    ("a || b && c", Or((A, And((B, C))))),
    ("(a || b) || c", Or((A, B, C))),
    ("a ? b : c", Conditional(A, B, C)),
    ("a ? b : x ? b : c", Conditional(A, B, Conditional(X, B, C))),
    ("[]", ListLiteral(())),
    ("[a, ?b,]", ListLiteral((A, B), frozenset({1}))),
    ("{}", MapLiteral(())),
    ("{a: 1, ?b: 2,}", MapLiteral(((A, ONE), (B, TWO)), frozenset({1}))),
    ("a.b{c: 1}", StructLiteral("a.b", (("c", ONE),))),
    (".a{}", StructLiteral(".a", ())),
    ("a.b{`c-d`: 1, x: 2,}", StructLiteral("a.b", (("c-d", ONE), ("x", TWO)))),
    ("a.all(x, true)", Macro("all", A, ("x",), TRUE)),
    ("a.exists(x, true)", Macro("exists", A, ("x",), TRUE)),
    ("a.exists_one(x, true)", Macro("exists_one", A, ("x",), TRUE)),
    ("a.existsOne(x, true)", Macro("exists_one", A, ("x",), TRUE)),
    ("a.filter(x, true)", Macro("filter", A, ("x",), TRUE)),
    ("a.map(x, 1)", Macro("map", A, ("x",), ONE)),
    ("a.map(x, true, 1)", Macro("map", A, ("x",), ONE, TRUE)),
    ("a.all(b, x, true)", Macro("all", A, ("b", "x"), TRUE)),
    ("a.transformList(b, x, true, 1)", Macro("map", A, ("b", "x"), ONE, TRUE)),
    ("a.all(x)", Call("all", A, (X,))),
    ("all(a, x)", Call("all", None, (A, X))),
    ("has(a, b)", Call("has", None, (A, B))),
    ("a // the rest\n&& b", And((A, B))),
]


@pytest.mark.parametrize(("source", "tree"), TREES)
def test_tree(source: str, tree: Node) -> None:
    """A text gives this tree."""
    assert tree == parse(source)


OFFSETS = [
    ("  a", 2),
    ("key.environment", 4),
    ("key.?environment", 5),
    ("has(key.expires)", 0),
    ("list[0]", 4),
    ("a +\n b", 2),
    ("!a", 0),
    ("name.startsWith('x')", 5),
    ("size(a)", 0),
    ("list.all(x, true)", 5),
    (" a && b", 1),
    (" a ? b : c", 1),
    (" [1]", 1),
    (" {}", 1),
    (" .a", 1),
    (" a.B{}", 1),
]


@pytest.mark.parametrize(("source", "offset"), OFFSETS)
def test_offset(source: str, offset: int) -> None:
    """A node stands at its sign or name when it has one, else at its first character."""
    assert offset == parse(source).offset


REFUSED = [
    ("", 1, 1, "the expression is empty"),
    (" // a", 1, 6, "the expression is empty"),
    ("1 +", 1, 4, "the expression ends too early"),
    ("(1", 1, 3, "the expression ends too early"),
    ("a = b", 1, 3, "unexpected `=`: equality is written `==`"),
    ("a & b", 1, 3, "unexpected `&`: it is written `&&`"),
    ("a | b", 1, 3, "unexpected `|`: it is written `||`"),
    ("a ==\n #", 2, 2, "unexpected `#`"),
    ("1 2", 1, 3, "unexpected `2`"),
    ("f(a)(b)", 1, 5, "unexpected `(`"),
    ("f(a,)", 1, 5, "unexpected `)`"),
    ("1.", 1, 3, "the expression ends too early"),
    ("a.in", 1, 3, "`in` is a reserved word and cannot be a name"),
    ("let", 1, 1, "`let` is a reserved word and cannot be a name"),
    ("if(a)", 1, 1, "`if` is a reserved word and cannot be a name"),
    ("'a", 1, 1, "unclosed `'`"),
    ('1 + "a', 1, 5, 'unclosed `"`'),
    ("a.`b", 1, 3, "unclosed ```"),
    ("'ab\\q'", 1, 4, "`\\q` is not an escape sequence"),
    ("'''\n\\q'''", 2, 1, "`\\q` is not an escape sequence"),
    ("b'\\u0041'", 1, 3, "`\\u0041` is not an escape sequence"),
    ("'\\ud800'", 1, 2, "`\\ud800` names no character"),
    ("'\ud800'", 1, 2, "the expression holds half a character"),
    ("9223372036854775808", 1, 1, "`9223372036854775808` is out of range: it does not fit int"),
    ("1" * 100, 1, 1, "is out of range: it does not fit int"),
    ("18446744073709551616u", 1, 1, "is out of range: it does not fit uint"),
    ("1e999", 1, 1, "`1e999` is out of range: it does not fit double"),
    ("has(a)", 1, 5, "`has` needs a field"),
    ("has(a.?b)", 1, 8, "`has` needs a field"),
    ("a.all(b.c, true)", 1, 9, "the variable of `all` has to be a simple name"),
    ("a.all(.b, true)", 1, 7, "the variable of `all` has to be a simple name"),
    ("a.all(x, x, true)", 1, 10, "`all` uses `x` for both of its variables"),
    ("a[0]{b: 1}", 1, 5, "unexpected `{`: only the name of a type may stand before it"),
    ("a" * 65_537, 1, 1, "the expression is too long: 65,537 characters, and at most 65,536 are read"),
]


@pytest.mark.parametrize(("source", "line", "column", "message"), REFUSED)
def test_refused(source: str, line: int, column: int, message: str) -> None:
    """A text that is no expression is refused where it goes wrong, in words."""
    with pytest.raises(CelSyntaxError) as caught:
        parse(source)
    assert (line, column, message in caught.value.message) == (caught.value.line, caught.value.column, True)


NESTED = {
    "parentheses": lambda depth: "(" * depth + "1" + ")" * depth,
    "lists": lambda depth: "[" * (depth - 1) + "1" + "]" * (depth - 1),
    "calls of two": lambda depth: "f(" * (depth - 1) + "1" + ", 2)" * (depth - 1),
    "calls": lambda depth: "f(" * (depth - 1) + "1" + ")" * (depth - 1),
    "sums": lambda depth: "1+(" * (depth - 1) + "1" + ")" * (depth - 1),
    "maps": lambda depth: "{1:" * (depth - 1) + "1" + "}" * (depth - 1),
    "structs": lambda depth: "A{b:" * (depth - 1) + "1" + "}" * (depth - 1),
    "macros": lambda depth: "a.map(x, true, " * (depth - 1) + "1" + ")" * (depth - 1),
    "signs": lambda depth: "!" * (depth - 1) + "a",
    "indexes": lambda depth: "a[" * (depth - 1) + "1" + "]" * (depth - 1),
    "conditionals": lambda depth: "a ? 1 : " * (depth - 1) + "2",
    "quoted brackets": lambda depth: (
        "['((((', \"[\", r'{', '''(''', \"\"\"(\"\"\"," * (depth // 2) + "1" + "]" * (depth // 2)
    ),
}
GROUPING = ("parentheses", "quoted brackets")
LEVELS = [(name, 500, True) for name in NESTED] + [(name, 501, False) for name in NESTED if name not in GROUPING]


@pytest.mark.parametrize(
    ("name", "depth", "accepted"),
    [*LEVELS, ("parentheses", 1_000, True), ("parentheses", 30_000, True), ("lists", 20_000, False)],
)
def test_nesting_is_bounded(name: str, depth: int, accepted: bool) -> None:
    """Five hundred levels parse, one more is a syntax error, no depth is a RecursionError, and grouping is no level."""
    try:
        parse(NESTED[name](depth))
        found = True
    except CelSyntaxError as error:
        found = "nests too deep" not in error.message
    assert accepted == found


FLAT = {
    "sum": "+".join(["1"] * 10_000),
    "fields": "a" + ".b" * 10_000,
    "and": "&&".join(["a"] * 10_000),
    "or": "||".join(["(a)"] * 5_000),
    "methods": "a" + ".f()" * 10_000,
    "indexes": "a" + "[0]" * 10_000,
}


@pytest.mark.parametrize("name", FLAT)
def test_flat_chains_may_be_long(name: str) -> None:
    """A chain is one level however long it is."""
    assert parse(FLAT[name]).offset >= 0


def test_long_conjunction_is_one_node() -> None:
    """Ten thousand terms are one flat node."""
    tree = parse(FLAT["and"])
    assert isinstance(tree, And)
    assert len(tree.terms) == 10_000


def test_parsing_is_re_entrant() -> None:
    """Threads that parse at once, the first time included, get the trees they asked for."""
    sources = [source for source, _ in TREES] * 4
    with ThreadPoolExecutor(8) as pool:
        trees = list(pool.map(parse, sources))
    assert [tree for _, tree in TREES] * 4 == trees


def test_first_parse_may_be_on_many_threads() -> None:
    """Eight threads that all need the parser before there is one build it once and agree."""
    script = (
        "from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "from remit.cel import parse\n"
        "found = list(Pool(8).map(parse, ['a.b in [1, 2u] && has(x.y)'] * 32))\n"
        "assert all(tree == found[0] for tree in found)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_parsing_is_quick() -> None:
    """A typical rule takes well under a millisecond once the parser is built."""
    source = 'key.environment == "prod" && !(request.purpose in key.purposes)'
    parse(source)
    times = []
    for _ in range(30):
        start = time.perf_counter()
        parse(source)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.001


@given(st.text(alphabet="ab1.?[]{}()'\"+-!&|<>=: ,`r\\u\n/", max_size=30))
def test_any_text_is_a_tree_or_a_syntax_error(source: str) -> None:
    """Whatever is written, nothing but CelSyntaxError comes out, with a position inside the text."""
    try:
        offset = parse(source).offset
    except CelSyntaxError as error:
        offset = error.offset
    assert 0 <= offset <= len(source)


@given(st.text())
def test_any_string_can_be_written(text: str) -> None:
    """A string whose quotes, backslashes and line ends are escaped reads back as itself."""
    escapes = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}
    source = "'" + "".join(escapes.get(letter, letter) for letter in text) + "'"
    assert Literal("string", text) == parse(source)


@given(st.binary())
def test_any_bytes_can_be_written(data: bytes) -> None:
    """Bytes written as octal escapes read back as themselves."""
    assert Literal("bytes", data) == parse("b'" + "".join(f"\\{octet:03o}" for octet in data) + "'")


def test_importing_the_package_loads_no_engine() -> None:
    """Importing the package with all its names, loading and evaluating need no Lark, cel-python or RE2."""
    script = (
        "import sys, remit.cel as cel\n"
        "names = [getattr(cel, name) for name in cel.__all__]\n"
        "tree = cel.load(cel.dump(cel.Call('size', None, (cel.Literal('string', 'abc'),))))\n"
        "assert cel.evaluate(tree, {}) == 3 == cel.from_ast(tree)({})\n"
        "sys.exit(any(name in sys.modules for name in ('lark', 'celpy', 're2')))\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
