"""Checking, bounding and reading expressions of any depth and any shape."""

from __future__ import annotations

import sys

import pytest
from cel_declarations import VARIABLES, checked
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel._ast import Call, Conditional, Ident, ListLiteral, Literal, Node
from remit.cel._check import check, check_all
from remit.cel._cost import cost
from remit.cel._errors import CelError, CelTypeError
from remit.cel._optional_reads import optional_reads
from remit.cel._parser import parse
from remit.cel._tree import postorder
from remit.cel._types import BOOL, INT

N = 480
DEEP = [
    ("[" * N + "]" * N, "list("),
    ("{'a':" * N + "1" + "}" * N, "map("),
    ("-(" * N + "n" + ")" * N, "int"),
    ("!" * N + "yes", "bool"),
    ("yes ? 1 : " * N + "2", "int"),
    ("[].map(x, " * 240 + "1" + ")" * 240, "list("),
    ("numbers.all(x, " * 240 + "x > 1" + ")" * 240, "bool"),
    ("[1]" + ".map(x, [x])" * 200, "list("),
    ("[" + "[" * 400 + "]" * 400 + ", " + "[" * 400 + "1" + "]" * 400 + "]", "list("),
    ("any" + ".a" * 3_000, "dyn"),
    ("any" + "[0]" * 1_500, "dyn"),
    (" + ".join(["n"] * 3_000), "int"),
    (" + ".join(["[]"] * 1_000), "list(dyn)"),
    (" && ".join(["n > 1"] * 2_000), "bool"),
    ("[" + ", ".join(["[]", "[[]]"] * 500) + "]", "list(list(list(dyn)))"),
]


@pytest.mark.parametrize(("text", "type_"), DEEP, ids=range(len(DEEP)))
def test_deep_and_long_expressions(text: str, type_: str) -> None:
    """Whatever the parser lets through is checked, bounded and read without running out of frames."""
    found = checked(text)
    assert str(found.type).startswith(type_)
    assert cost(found).maximum > 0
    assert optional_reads(found) == ()


def test_hand_built_tree_of_any_depth() -> None:
    """A tree deeper than any text is walked as well."""
    tree: Node = Literal("int", 1)
    for _ in range(10_000):
        tree = Call("-_", None, (tree,))
    assert check(tree, variables={}).type == INT


def test_little_stack_is_no_crash() -> None:
    """With hardly any frames left the answer is a type error, never a RecursionError."""
    tree: Node = ListLiteral(())
    for _ in range(40):
        tree = ListLiteral((tree,))
    tree = Call("_==_", None, (tree, tree))

    def below(frames: int) -> str:
        if frames:
            return below(frames - 1)
        found, errors = check_all(tree, variables={})
        return errors[0].message if found is None else str(found.type)

    def depth() -> int:
        frame, count = sys._getframe(), 0
        while frame := frame.f_back:  # type: ignore[assignment]
            count += 1
        return count

    room = sys.getrecursionlimit() - depth()
    answers = {below(room - left) for left in range(45, 90, 5)}
    assert "nests too deep: split the expression" in answers
    assert answers <= {"nests too deep: split the expression", "bool"}


LEAVES = st.sampled_from(
    [*VARIABLES, "1", "2.5", "'a'", "true", "null", "[]", "{}", "usd(1)", "nope", "key.expires", "key.labels", "int"]
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "in", "&&", "||"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, OPERATORS, inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})"),
        st.tuples(inner, inner).map(lambda parts: f"[{parts[0]}, {parts[1]}]"),
        st.tuples(inner, inner).map(lambda parts: f"{{{parts[0]}: {parts[1]}}}"),
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]}[{parts[1]}]"),
        st.tuples(inner, st.sampled_from(["all", "map", "filter", "exists"]), inner).map(
            lambda parts: f"{parts[0]}.{parts[1]}(n, {parts[2]})"
        ),
        st.tuples(st.sampled_from(["string", "size", "dyn", "type", "-", "!"]), inner).map(
            lambda parts: f"{parts[0]}({parts[1]})"
        ),
        inner.map(lambda part: f"{part}.name"),
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(LEAVES, _grown, max_leaves=12))
def test_any_expression_is_checked_or_refused(text: str) -> None:
    """Every expression gets a type without open parameters, or errors with positions inside it."""
    found, errors = check_all(parse(text), variables=VARIABLES, source=text)
    if found is None:
        assert errors
        assert all(0 <= error.offset < len(text) and error.line == 1 for error in errors)
        return
    assert not any("%" in str(type_) or str(type_) == "error" for type_ in found.types.values())
    bound = cost(found)
    assert 0 <= bound.minimum <= bound.maximum
    assert all(part.maximum <= bound.maximum for part in bound.parts)


@settings(max_examples=200, deadline=None)
@given(st.recursive(LEAVES, _grown, max_leaves=10))
def test_checking_a_checked_tree_changes_nothing(text: str) -> None:
    """Internal calls on money are known to the checker: a checked tree checks to itself."""
    found, _ = check_all(parse(text), variables=VARIABLES)
    if found is not None:
        again = check(found.ast, variables=VARIABLES)
        assert again.ast is found.ast
        assert again.type == found.type


@settings(max_examples=200, deadline=None)
@given(st.recursive(LEAVES, _grown, max_leaves=10))
def test_money_never_meets_the_unknown(text: str) -> None:
    """In a checked tree no operator has an amount on one side and a dyn on the other."""
    found, _ = check_all(parse(text), variables=VARIABLES)
    for node in postorder(found.ast) if found is not None else ():
        if isinstance(node, Call) and len(node.args) == 2:
            assert {found.type_at(part).name for part in node.args} != {"money", "dyn"}


def test_a_wrong_expression_has_no_checked_tree() -> None:
    """The error is a CelError, so that callers need one `except`."""
    with pytest.raises(CelError) as raised:
        check(Conditional(Ident("x"), Ident("y"), Ident("z")), variables={"x": BOOL})
    assert type(raised.value) is CelTypeError
