"""What the checker promises holds when the expression runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cel_declarations import VARIABLES
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel._check import check_all
from remit.cel._errors import CelEvaluationError
from remit.cel._evaluate import evaluate
from remit.cel._kinds import kind
from remit.cel._parser import parse
from remit.cel._tree import postorder
from remit.cel._types import DYN, MONEY, NULL, Type
from remit.cel._values import UInt

OWNER = {"name": "ana", "email": "ana@invented.example"}
KEY = {
    "environment": "prod",
    "expires": datetime(2030, 1, 1, tzinfo=UTC),
    "models": ["small", "large"],
    "budget": 5_000_000,
    "labels": {"team": "search"},
    "owner": OWNER,
    "backups": [OWNER],
}
ACTIVATION: dict[str, object] = {
    "key": KEY,
    "now": datetime(2029, 1, 1, tzinfo=UTC),
    "wait": timedelta(hours=1),
    "n": 3,
    "u": UInt(4),
    "d": 0.5,
    "s": "text",
    "b": b"bytes",
    "yes": True,
    "spent": 1_250_000,
    "counts": {"a": 1},
    "codes": {1: "a"},
    "numbers": [1, 2],
    "amounts": [1_000_000],
    "limits.rpm": 60,
}
DECLARED = {name: VARIABLES[name] for name in ACTIVATION}
# Codes that mean the checker should have said so before.
BROKEN = {"no_such_overload", "undeclared_reference", "unbound_function", "no_such_field", "unsupported_key"}

LEAVES = st.sampled_from(
    [*ACTIVATION, "key.owner.name", "key.budget", "key.labels", "key.expires", "key.models", "key.backups", "1", "2u"]
    + ["1.5", "'a'", "b'a'", "true", "[]", "{}", "[1]", "['a']", "{'a': 2}", "usd(1)", "duration('1h')", "int"]
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||"])
CALLS = st.sampled_from(["string({0})", "size({0})", "type({0})", "-({0})", "!({0})", "int({0})", "double({0})"])
METHODS = st.sampled_from(["{0}.startsWith({1})", "{0}.contains({1})", "{0}.getHours()", "{0}.size()"])
MACROS = st.sampled_from(
    ["{0}.all(x, {1})", "{0}.exists(x, x == {1})", "{0}.map(x, [x, {1}])", "{0}.filter(x, x in {1})"]
)
SHAPES = st.one_of(
    CALLS, METHODS, MACROS, st.sampled_from(["[{0}, {1}]", "{{{0}: {1}}}", "({0} ? {1} : {2})", "{0}[{1}]"])
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, OPERATORS, inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(SHAPES, inner, inner, inner).map(lambda parts: parts[0].format(*parts[1:])),
    )


def _is_of(value: object, type_: Type) -> bool:
    """Whether a value is of a type, its elements included; objects and maps are both mappings at run time."""
    if type_ == DYN:
        return True
    if type_ == MONEY:
        return type(value) is int
    if type_.name == "list":
        return isinstance(value, list | tuple) and all(_is_of(element, type_.parameters[0]) for element in value)
    if type_.name == "map":
        key, inner = type_.parameters
        return isinstance(value, dict) and all(_is_of(k, key) and _is_of(v, inner) for k, v in value.items())
    return kind(value) == ("map" if type_.name.startswith("remit.") else type_.name)


@settings(max_examples=1_500, deadline=None)
@given(st.recursive(LEAVES, _grown, max_leaves=7))
def test_well_typed_expressions_do_not_go_wrong(text: str) -> None:
    """With the declared values and no dyn or null in it, a checked expression gives a value of its type.

    It may still have no value, as a division by zero has none, but never because types do not fit.
    """
    found, _ = check_all(parse(text), variables=DECLARED)
    if found is None:
        return
    loose = any(type_ in (DYN, NULL) or DYN in type_.parameters for type_ in map(found.type_at, postorder(found.ast)))
    try:
        value = evaluate(found.ast, ACTIVATION)
    except CelEvaluationError as error:
        assert loose or error.code not in BROKEN
    else:
        assert _is_of(value, found.type)
