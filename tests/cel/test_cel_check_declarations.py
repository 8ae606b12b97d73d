"""Declaring object types, and types as text."""

from __future__ import annotations

import pytest
from cel_declarations import KEY
from hypothesis import given
from hypothesis import strategies as st

from remit.cel._declarations import decode_type, is_key, object_type, parse_type, render_type
from remit.cel._errors import CelTypeError
from remit.cel._types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    MONEY,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    Type,
    list_of,
    map_of,
    optional_of,
    type_of,
)

READ = [
    ("int", INT),
    (" list( string ) ", list_of(STRING)),
    ("map(string, list(int))", map_of(STRING, list_of(INT))),
    ("map(dyn,dyn)", map_of(DYN, DYN)),
    ("list", list_of(DYN)),
    ("map", map_of(DYN, DYN)),
    ("type(int)", type_of(INT)),
    ("optional_type(money)", optional_of(MONEY)),
    ("timestamp", TIMESTAMP),
    ("duration", DURATION),
    ("null", NULL),
    ("google.protobuf.Timestamp", TIMESTAMP),
    ("list(remit.Key)", list_of(KEY)),
]


@pytest.mark.parametrize(("text", "type_"), READ)
def test_parse_type(text: str, type_: Type) -> None:
    """Types are read from their names, the two of protobuf from their short names as well."""
    assert parse_type(text, {"remit.Key": KEY}) == type_


BAD = ["", "nope", "list(", "list(int", "list(int))", "list(int,)", "map(int)", "map(int int)", "int(int)", "list()"]
BAD += ["list(int) int", "li st(int)", "map(double, int)", "error", "a-b", "list(" * 40 + "int" + ")" * 40]


@pytest.mark.parametrize("text", BAD)
def test_parse_type_refuses(text: str) -> None:
    """What is no type is refused, however deep it nests."""
    with pytest.raises(CelTypeError):
        parse_type(text)


SIMPLE = [BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION, MONEY, NULL, DYN, KEY]
KEYS = st.sampled_from([BOOL, INT, UINT, STRING, DYN])
TYPES = st.recursive(
    st.sampled_from(SIMPLE),
    lambda inner: st.one_of(
        st.builds(list_of, inner),
        st.builds(map_of, KEYS, inner),
        st.builds(type_of, inner),
        st.builds(optional_of, inner),
    ),
)


@given(TYPES)
def test_text_of_a_type_reads_back(type_: Type) -> None:
    """Rendering a type and reading it gives the same type."""
    assert parse_type(render_type(type_), {"remit.Key": KEY}) == type_


ENCODED = [
    (["int"], INT),
    (["map", ["string"], ["list", ["int"]]], map_of(STRING, list_of(INT))),
    (["list", ["dyn"]], list_of(DYN)),
]


@pytest.mark.parametrize(("form", "type_"), ENCODED)
def test_decode_type(form: object, type_: Type) -> None:
    """The list form of types in test vectors is read."""
    assert decode_type(form) == type_


@pytest.mark.parametrize("form", [[], "int", None, [1], ["list", "int"], ["nope"], ["int", ["int"]]])
def test_decode_type_refuses(form: object) -> None:
    """A form that is no type is refused."""
    with pytest.raises(CelTypeError):
        decode_type(form)


def test_object_type_is_fixed() -> None:
    """Later changes of the mapping it was made from do not reach an object type."""
    fields = {"name": STRING}
    made = object_type("remit.Thing", fields, optional=["name"], sizes={"name": 9})
    fields["other"] = INT
    assert (dict(made.fields), made.optional, dict(made.sizes)) == ({"name": STRING}, {"name"}, {"name": 9})
    with pytest.raises(TypeError):
        made.fields["other"] = INT  # type: ignore[index]


@pytest.mark.parametrize("name", ["int", "dyn", "error", "list", "money", "timestamp", "optional_type"])
def test_object_type_cannot_take_a_name_of_the_language(name: str) -> None:
    """An object named like a type of the language would be taken for it."""
    with pytest.raises(CelTypeError, match="is taken by the language"):
        object_type(name, {})


@pytest.mark.parametrize("options", [{"optional": ["nope"]}, {"sizes": {"nope": 1}}])
def test_object_type_options_are_about_its_fields(options) -> None:
    """A size or an optional field that is not declared is a mistake."""
    with pytest.raises(CelTypeError, match="no field `nope` on"):
        object_type("remit.Thing", {"name": STRING}, **options)


def test_keys() -> None:
    """Bools, ints, uints and strings are keys; doubles, amounts and lists are not."""
    assert [is_key(type_) for type_ in (BOOL, INT, UINT, STRING, DYN)] == [True] * 5
    assert not any(is_key(type_) for type_ in (DOUBLE, MONEY, NULL, list_of(INT), KEY))
