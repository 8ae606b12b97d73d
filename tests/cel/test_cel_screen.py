"""What is refused before the parser sees it, however long it is, and never what the parser would take."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from remit.cel import CelError, parse
from remit.cel._depth import tree_deeper_than
from remit.cel._screen import Unreadable, screen

LENGTH = 60_000
LIMIT = 500
DEEP = {
    "lists": ("[", "1", "]"),
    "lists that stay open": ("[", "", ""),
    "indexes": ("l[", "0", "]"),
    "maps": ("{1: ", "a", "}"),
    "messages": ("A{b: ", "a", "}"),
    "calls": ("int(", "n", ")"),
    "methods": ("s.contains(", "s", ")"),
    "loops": ("l.all(i, ", "a", ")"),
    "bindings": ("cel.bind(v, s, ", "a", ")"),
    "lists of lists asked for": ("1 in [", "1", "]"),
    "optional elements": ("[?", "a", "]"),
    "conditionals": ("a ? a : ", "a", ""),
    "conditionals in parentheses": ("a ? a : (", "a", ")"),
    "negations": ("!", "a", ""),
    "negations with blanks and comments": ("! // not\n", "a", ""),
    "negations of groups": ("!(", "a", ")"),
    "signs": ("- ", "n", ""),
}
BROKEN = {
    "a NUL": ("\0", "unexpected"),
    "a sign beyond ASCII": ("·", "unexpected"),
    "a text without its end": ("'abc", "unclosed `'`"),
    "a long text without its end": ('"""abc', 'unclosed `"`'),
    "an escape that means nothing": (r"'\q' == s", "`\\q` is not an escape sequence"),
    "half a character": (r"'\ud800' == s", "names no character"),
    "bytes with an escape of texts": (r"b'\u0041' == b", "is not an escape sequence"),
}
READ = {
    "brackets in a text": "'" + "[" * LENGTH + "'",
    "brackets in a raw text": "r'" + "[" * LENGTH + "\\'",
    "brackets in a long text": "'''" + "[" * LENGTH + "\n'''",
    "brackets in a comment": "a //" + "[" * LENGTH,
    "brackets in a quoted name": "a.`" + "-" * LENGTH + "`",
    "lists in a row": " + ".join(["[1]"] * 10_000),
    "conditionals in a row": "[" + ", ".join(["a ? 1 : 2"] * 5_000) + "]",
    "conditionals of keys and of values": "{" + ", ".join(["a ? 1 : 2 : a ? 3 : 4"] * 2_000) + "}",
    "optional fields in a row": "a" + ".?b" * 10_000,
    "optional fields with a comment between": "a" + ". // here\n?b" * 4_000,
    "differences of negative numbers": "1" + " - -1" * 10_000,
    "negations in a row": "!a" + " && !a" * 8_000,
    "inequalities": "a" + " != a" * 10_000,
    "groups": "(" * 20_000 + "a" + ")" * 20_000,
    "selections of what is there": "has(a.b)" + " && has(a.b)" * 4_000,
}
PIECES = [
    *"()[]{}?:,.!-+<a1 ",
    " in ",
    "f(",
    ".f(",
    "has(",
    ".has(",
    "[?",
    "{?",
    ".?",
    ", ?",
    " ? ",
    " : ",
    "!=",
    "\n",
    "//c\n",
]
PIECES += [
    "a.b",
    "l.all(i, ",
    "{1: ",
    "A{b: ",
    "'x'",
    "r'\\'",
    "'''y'''",
    "b'z'",
    "`q-`",
    "'",
    '"',
    "\\",
    "&&",
    "||",
    "é",
]


@pytest.mark.parametrize("name", DEEP)
def test_nesting_is_seen_without_the_parser(name: str) -> None:
    """Whatever nests past the bound is refused, at the place where it does, by following its brackets alone."""
    before, inner, after = DEEP[name]
    times = LENGTH // len(before + after)
    with pytest.raises(Unreadable, match="nests too deep") as caught:
        screen(before * times + inner + after * times, LIMIT)
    assert caught.value.offset < len(before) * (LIMIT + 3)


@pytest.mark.parametrize("name", BROKEN)
def test_what_begins_no_token_is_seen_without_the_parser(name: str) -> None:
    """At the end of 20,000 terms the fault is found, named as the parser would, and where it stands."""
    text, message = BROKEN[name]
    start = "a && " * 10_000
    with pytest.raises(CelError) as caught:
        parse(start + text)
    with pytest.raises(Unreadable) as screened:
        screen(start + text, LIMIT)
    assert message in str(caught.value)
    assert str(screened.value) in str(caught.value)
    assert screened.value.offset >= len(start)


@pytest.mark.parametrize("name", READ)
def test_what_only_looks_deep_is_let_through(name: str) -> None:
    """Brackets in texts and comments, elements side by side, and groups are no levels."""
    screen(READ[name], LIMIT)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.integers(1, 4))
@example("{a ? 1 : 2 : a ? 3 : 4}", 2)
@example("has(a.b)", 1)
@example("- -1", 1)
@example("a - - -1", 2)
@example("a[0][0]", 2)
@example("!(a)", 2)
def test_nothing_that_would_be_read_is_refused(source: str, limit: int) -> None:
    """What the screen refuses is no expression, or nests deeper than the limit."""
    try:
        node = parse(source)
    except CelError:
        return
    if not tree_deeper_than(node, limit):
        screen(source, limit)


def _forms(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    one = [
        "[{}]",
        "({})",
        "!({})",
        "- ({})",
        "f({})",
        "a.f({})",
        "l.all(i, {})",
        "({})[0]",
        "l[{}]",
        "({}).b",
        "a in [{}]",
    ]
    one += [
        "{{1: {}}}",
        "A{{b: {}}}",
        "[?{}]",
        "({}).?b",
        "!{}",
        "-{}",
        "cel.bind(v, {}, v)",
        "optional.of({})",
        "1 - {}",
    ]
    two = ["{} + {}", "{} - {}", "({}) && ({})", "[{}, {}]", "({}) ? ({}) : 1", "a ? 1 : ({} == {})", "{{{}: {}}}"]
    single = st.builds(lambda form, part: form.format(part), st.sampled_from(one), inner)
    pair = st.builds(lambda form, left, right: form.format(left, right), st.sampled_from(two), inner, inner)
    return single | pair


_READ = st.recursive(st.sampled_from(["a", "1", "-1", "'t'", "a.b", "has(a.b)"]), _forms, max_leaves=30)


@settings(max_examples=400, deadline=None)
@given(_READ)
def test_nothing_that_is_read_is_refused(source: str) -> None:
    """Of every expression, the levels that the screen counts are at most those of its tree."""
    node = parse(source)
    limit = next(levels for levels in range(1, 200) if not tree_deeper_than(node, levels))
    screen(source, limit)
