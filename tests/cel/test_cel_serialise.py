"""Saved trees: what is written is read back exactly, and nothing else is read at all."""

from __future__ import annotations

import json
import math

import cel_expressions as make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel import CelError, UInt, dump, from_ast, load, parse, references, substitute
from remit.cel._ast import Call, Ident, Literal, Macro, Node
from remit.cel._digest import digest
from remit.cel._tree import postorder

TEXTS = [
    "a.b.c[0].?d[?e]",
    ".a.b",
    "has(a.b) ? -1 : 18446744073709551615u",
    '"text \\u00e9 \\U0001F600" + r"\\d"',
    'b"\\xff\\x00"',
    "[1, ?a.?b, -9223372036854775808]",
    '{"a": 1u, ?"b": x.?y, true: null}',
    "Name{field: 1.5}",
    "a && b && (c || d || !e)",
    "xs.map(x, x > 1, x * 2).exists(i, y, y == i)",
    "math.abs(-1) + size('a')",
    "1e308 * -0.0",
]


def written(tree: Node) -> object:
    """The form as a file would give it back."""
    return json.loads(json.dumps(dump(tree)))


@pytest.mark.parametrize("text", TEXTS)
def test_a_tree_is_read_back_as_it_was(text: str) -> None:
    """Structure, kinds of constants and offsets all survive."""
    tree = parse(text)
    again = load(written(tree))
    assert again == tree
    assert [node.offset for node in postorder(again)] == [node.offset for node in postorder(tree)]
    assert [type(node.value) for node in postorder(again) if isinstance(node, Literal)] == [
        type(node.value) for node in postorder(tree) if isinstance(node, Literal)
    ]
    assert digest(again) == digest(tree)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**40))
def test_any_expression_is_read_back_as_it_was(seed: int) -> None:
    """The same for expressions at random."""
    tree = parse(make.expression(seed))
    assert load(written(tree)) == tree


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 5e-324, 0.1])
def test_doubles_are_exact(value: float) -> None:
    """Every double is written to the bit, and what is no number too."""
    again = load(written(Literal("double", value)))
    assert isinstance(again, Literal)
    assert float(again.value).hex() == value.hex()  # type: ignore[arg-type]


def test_a_tree_of_any_depth_is_read() -> None:
    """The form is flat, so that depth costs no recursion."""
    tree: Node = Ident("a")
    for _ in range(5_000):
        tree = Call("-_", None, (tree,))
    again = load(written(tree))
    assert len(postorder(again)) == 5_001
    assert digest(again) == digest(tree)


ONE = ["c", 0, "int", "1"]
MALFORMED: list[object] = [
    None,
    {},
    "text",
    [],
    [ONE, ONE],
    [1],
    [[]],
    [["c"]],
    [[1, 0]],
    [["zz", 0]],
    [["c", -1, "int", "1"]],
    [["c", True, "int", "1"]],
    [["c", 0, "int"]],
    [["c", 0, "int", "1", 2]],
    [["c", 0, "int", 1]],
    [["c", 0, "int", "01"]],
    [["c", 0, "int", "x"]],
    [["c", 0, "int", "9223372036854775808"]],
    [["c", 0, "uint", "-1"]],
    [["c", 0, "double", "1.0"]],
    [["c", 0, "double", "0x1p99999"]],
    [["c", 0, "bool", "true"]],
    [["c", 0, "null", "null"]],
    [["c", 0, "bytes", "***"]],
    [["c", 0, "money", "1"]],
    [["c", 0, "string", ["a"]]],
    [["i", 0, 5, False]],
    [["i", 0, "a", 0]],
    [["s", 0, "a", False, False]],
    [ONE, ["s", 0, "a", False]],
    [ONE, ["x", 0, False]],
    [ONE, ["f", 0, "f", False, -1, False]],
    [ONE, ["f", 0, "f", False, 2, False]],
    [ONE, ["f", 0, "f", True, 1, False]],
    [ONE, ["&", 0, 1]],
    [ONE, ["&", 0, 2]],
    [ONE, ["|", 0, "2"]],
    [ONE, ["?", 0]],
    [ONE, ["l", 0, 1, [1]]],
    [ONE, ["l", 0, 1, [0, 0]]],
    [ONE, ["l", 0, 1, "0"]],
    [ONE, ["m", 0, 1, []]],
    [ONE, ["o", 0, "N", ["a", "b"]]],
    [ONE, ["o", 0, "N", [1]]],
    [ONE, ONE, ["q", 0, "each", ["v"], False]],
    [ONE, ONE, ["q", 0, "all", [], False]],
    [ONE, ONE, ["q", 0, "all", ["a", "b", "c"], False]],
    [ONE, ONE, ["q", 0, "map", ["a"], True]],
    [ONE, ONE, ["q", 0, "bind", ["a", "b"], False]],
    [ONE, ONE, ["q", 0, "transformMap", ["a"], False]],
    [ONE, ONE, ONE, ["q", 0, "sortBy", ["a"], True]],
    [ONE, ONE, ONE, ["q", 0, "all", ["a"], True]],
    [ONE, ["q", 0, "map", ["a"], False]],
]


@pytest.mark.parametrize("form", MALFORMED, ids=[str(at) for at in range(len(MALFORMED))])
def test_whatever_was_not_written_by_dump_is_refused(form: object) -> None:
    """A malformed form raises CelError and nothing else."""
    with pytest.raises(CelError, match="the saved expression"):
        load(form)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["c", "f", "int", "&", "q"]),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=30,
)


@settings(max_examples=80, deadline=None)
@given(form=JSON)
def test_no_form_raises_anything_but_cel_error(form: object) -> None:
    """Hostile forms are refused, or read as a tree that is written the same way."""
    try:
        tree = load(form)
    except CelError:
        return
    assert dump(tree) == form


SUBSTITUTED = [
    ("variables.premium && x", 'model.tier == "p" && x'),
    ("variables.premium.deep", '(model.tier == "p").deep'),
    ("xs.exists(variables, variables.premium)", "xs.exists(variables, variables.premium)"),
    (".variables.premium", 'model.tier == "p"'),
    ("variables.other + f(variables.premium)", 'variables.other + f(model.tier == "p")'),
    ("has(variables.premium)", "has(variables.premium)"),
    ("has(variables.premium.x)", 'has((model.tier == "p").x)'),
    ("optional.of(optional)", "optional.of(1)"),
    ("xs.map(optional, optional)", "xs.map(optional, optional)"),
]


@pytest.mark.parametrize(("text", "expected"), SUBSTITUTED, ids=[text for text, _ in SUBSTITUTED])
def test_substitution(text: str, expected: str) -> None:
    """Paths are replaced where they are read, not where a macro binds the name or a function has it."""
    premium = parse('model.tier == "p"')
    assert substitute(parse(text), {("variables", "premium"): premium, ("optional",): parse("1")}) == parse(expected)


def test_a_substitute_has_the_offset_of_what_it_replaces() -> None:
    """Errors in a policy variable point to where it is used."""
    tree = substitute(parse("true && v.a"), {("v", "a"): parse("b.c")})
    assert tree.terms[1].offset == parse("true && v.a").terms[1].offset  # type: ignore[attr-defined]


def test_no_macro_captures_what_is_put_in() -> None:
    """A macro variable with the name of something put in is renamed."""
    for text in (
        "xs.exists(model, v.p && model)",
        "xs.map(model, v.p, model)",
        "xs.exists(i, model, v.p && model && i == 0)",
    ):
        tree = substitute(parse(text), {("v", "p"): parse("model.on")})
        assert references(tree) == {("xs",), ("model", "on")}
        assert from_ast(tree)({"xs": [True], "model": {"on": True}}) in (True, [True])
        assert all("'" in node.variables[-1] for node in postorder(tree) if isinstance(node, Macro))


def test_references_are_what_is_read_from_the_activation() -> None:
    """Paths as long as written, tests included, without macro variables, namespaces and types of steps."""
    text = "a.b.c + a[0].d + xs.map(x, x.y + z, x)[0] + optional.of(q.r).value() + .x + (has(k.l) ? m.?n : o.p())"
    expected = {("a", "b", "c"), ("a",), ("xs",), ("z",), ("q", "r"), ("x",), ("k", "l"), ("m",), ("o",)}
    assert references(parse(text)) == expected


def test_uints_stay_uints() -> None:
    """A loaded constant has its run-time type."""
    assert type(from_ast(load(written(parse("1u"))))({})) is UInt
