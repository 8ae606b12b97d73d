"""Assignability and joins of types with free parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.cel._declarations import object_type
from remit.cel._suggest import nearest
from remit.cel._types import (
    BOOL,
    DURATION,
    DYN,
    ERROR,
    INT,
    MONEY,
    NULL,
    STRING,
    TIMESTAMP,
    ObjectType,
    Type,
    list_of,
    map_of,
    optional_of,
    type_of,
)
from remit.cel._unify import MAX_TYPE_DEPTH, Unifier, bounded, hides_money, holds_money

KEY = object_type("remit.Key", {"name": STRING})

FITS = [
    (INT, INT, True),
    (INT, STRING, False),
    (DYN, INT, True),
    (INT, DYN, True),
    (INT, ERROR, True),
    (ERROR, INT, True),
    (MONEY, MONEY, True),
    (MONEY, INT, False),
    (INT, MONEY, False),
    (DYN, MONEY, True),
    (MONEY, DYN, False),
    (MONEY, ERROR, True),
    (list_of(MONEY), list_of(DYN), False),
    (list_of(DYN), list_of(MONEY), True),
    (list_of(INT), list_of(INT), True),
    (list_of(INT), list_of(STRING), False),
    (list_of(INT), DYN, True),
    (map_of(STRING, INT), map_of(STRING, DYN), True),
    (map_of(STRING, INT), map_of(INT, INT), False),
    (map_of(STRING, INT), list_of(INT), False),
    (type_of(INT), type_of(STRING), True),
    (TIMESTAMP, NULL, True),
    (NULL, DURATION, True),
    (optional_of(INT), NULL, True),
    (KEY, NULL, True),
    (NULL, NULL, True),
    (INT, NULL, False),
    (list_of(INT), NULL, False),
    (KEY, KEY, True),
    (KEY, object_type("remit.Team", {}), False),
    (KEY, Type("remit.Key"), False),
]


@pytest.mark.parametrize(("target", "source", "fits"), FITS)
def test_assign(target: Type, source: Type, fits: bool) -> None:
    """Types fit by name and parameters; dyn fits all but money, null what can be missing."""
    assert Unifier().assign(target, source) is fits


def test_parameter_learns_and_generalises() -> None:
    """A parameter stands for what it met, and for dyn once it met a dyn as well."""
    unifier = Unifier()
    [parameter] = unifier.instantiate([unifier.fresh()])
    assert unifier.apply(parameter) == parameter
    assert unifier.apply(parameter, free=DYN) == DYN
    assert unifier.assign(parameter, INT)
    assert unifier.apply(list_of(parameter)) == list_of(INT)
    assert not unifier.assign(parameter, STRING)
    assert not unifier.assign(STRING, parameter)
    assert unifier.assign(DYN, parameter)
    assert unifier.apply(parameter) == DYN


def test_parameter_of_money_meets_no_dyn() -> None:
    """The exception for money holds through parameters, in both directions."""
    unifier = Unifier()
    first, second = unifier.fresh(), unifier.fresh()
    assert unifier.assign(first, MONEY)
    assert not unifier.assign(first, DYN)
    assert unifier.assign(second, DYN)
    assert not unifier.assign(MONEY, second)
    assert not unifier.assign(first, second)


def test_parameters_stand_for_one_another() -> None:
    """Two free parameters that met are one, whichever way they met and whatever is learned first."""
    unifier = Unifier()
    first, second, third = unifier.fresh(), unifier.fresh(), unifier.fresh()
    assert unifier.assign(first, second)
    assert unifier.assign(third, second)
    assert unifier.assign(first, third)
    assert unifier.assign(first, first)
    assert unifier.assign(list_of(third), list_of(INT))
    assert [unifier.apply(parameter) for parameter in (first, second, third)] == [INT, INT, INT]


def test_parameter_is_never_inside_itself() -> None:
    """No infinite type is ever made."""
    unifier = Unifier()
    first, second = unifier.fresh(), unifier.fresh()
    assert not unifier.assign(first, list_of(first))
    assert unifier.assign(second, list_of(first))
    assert not unifier.assign(first, list_of(second))
    assert not unifier.assign(list_of(second), first)


def test_rollback_forgets() -> None:
    """What was learned after a mark is undone: new bindings go, changed ones come back."""
    unifier = Unifier()
    old, new = unifier.fresh(), unifier.fresh()
    unifier.assign(old, INT)
    mark = unifier.mark()
    unifier.assign(old, DYN)
    unifier.assign(new, STRING)
    unifier.rollback(mark)
    assert (unifier.apply(old), unifier.apply(new)) == (INT, new)


def test_instantiation_keeps_names_together() -> None:
    """The same name becomes the same fresh parameter within one overload, and another in the next."""
    unifier = Unifier()
    key = unifier.fresh()
    first, second, plain = unifier.instantiate([list_of(key), map_of(key, INT), BOOL])
    assert first.parameters[0] == second.parameters[0] != key
    assert plain is BOOL
    assert unifier.instantiate([key])[0] != first.parameters[0]


def test_arguments_must_be_as_many() -> None:
    """Another number of arguments never fits."""
    assert not Unifier().assign_all([INT], [INT, INT])
    assert Unifier().assign_all([], [])


def test_dyn_makes_parameters_dyn() -> None:
    """Where a list is wanted and a dyn given, its elements are dyn, not free."""
    unifier = Unifier()
    element = unifier.fresh()
    assert unifier.assign(list_of(element), DYN)
    assert unifier.apply(element) == DYN


JOINS = [
    (INT, INT, INT),
    (INT, STRING, None),
    (INT, DYN, DYN),
    (DYN, INT, DYN),
    (TIMESTAMP, NULL, TIMESTAMP),
    (NULL, TIMESTAMP, TIMESTAMP),
    (ERROR, INT, INT),
    (INT, ERROR, INT),
    (list_of(INT), list_of(DYN), list_of(DYN)),
    (map_of(DYN, INT), map_of(INT, DYN), map_of(DYN, DYN)),
    (list_of(list_of(INT)), list_of(INT), None),
    (type_of(INT), type_of(STRING), type_of(INT)),
    (MONEY, DYN, DYN),
    (DYN, MONEY, DYN),
    (KEY, NULL, KEY),
]


@pytest.mark.parametrize(("first", "second", "both"), JOINS)
def test_join(first: Type, second: Type, both: Type | None) -> None:
    """The join is the less specific of two types that fit, taken inside parameters as well."""
    assert Unifier().join(first, second) == both


PLAIN = st.sampled_from([INT, STRING, BOOL, DYN, NULL, TIMESTAMP, MONEY])
TYPES = st.recursive(
    PLAIN, lambda inner: st.one_of(st.builds(list_of, inner), st.builds(map_of, st.just(STRING), inner)), max_leaves=4
)


@given(TYPES, TYPES)
def test_join_is_symmetric(first: Type, second: Type) -> None:
    """The order of two elements makes no difference to the type of a list."""
    assert Unifier().join(first, second) == Unifier().join(second, first)


@given(TYPES)
def test_every_type_fits_itself_and_dyn(type_: Type) -> None:
    """A type fits itself, fits dyn, and dyn fits it unless money might hide in it."""
    unifier = Unifier()
    assert unifier.assign(type_, type_)
    assert unifier.assign(DYN, type_)
    assert unifier.assign(type_, DYN) or type_ == MONEY
    assert unifier.join(type_, type_) == type_


@given(TYPES, TYPES)
def test_money_hides_where_dyn_meets_it(first: Type, second: Type) -> None:
    """Whether money hides does not depend on the order, and needs money on one side."""
    assert hides_money(first, second) == hides_money(second, first)
    assert not hides_money(first, second) or holds_money(first) or holds_money(second)


def test_deep_types_end_in_dyn() -> None:
    """A type nested beyond the bound is dyn from there on, and one within it is left alone."""
    deep: Type = INT
    for _ in range(MAX_TYPE_DEPTH):
        deep = list_of(deep)
    assert bounded(deep) is deep
    assert str(bounded(list_of(deep))) == "list(" * MAX_TYPE_DEPTH + "dyn" + ")" * MAX_TYPE_DEPTH


SUGGESTIONS = [
    ("environmnt", "environment"),
    ("Environment", "environment"),
    ("kye", "key"),
    ("expire", "expires"),
    ("q", None),
    ("", None),
]


@pytest.mark.parametrize(("name", "meant"), SUGGESTIONS)
def test_nearest_name(name: str, meant: str | None) -> None:
    """The closest name is suggested, and none when none is close."""
    assert nearest(name, ["yes", "key", "environment", "expires", "zone"]) == meant


def test_nothing_known_suggests_nothing() -> None:
    """With no names to choose from there is no suggestion."""
    assert nearest("a", []) is None
    assert isinstance(KEY, ObjectType)
