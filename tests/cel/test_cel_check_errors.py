"""What the checker refuses, with the words and the place."""

from __future__ import annotations

import pytest
from cel_declarations import VARIABLES, checked

from remit.cel._ast import Literal
from remit.cel._check import check, check_all
from remit.cel._errors import CelTypeError
from remit.cel._parser import parse
from remit.cel._types import BOOL, DURATION, INT, MONEY, STRING, TIMESTAMP, list_of

# text, column, message
REFUSED = [
    ("key.environmnt == 'prod'", 5, "no field `environmnt` on remit.Key: did you mean `environment`?"),
    ("key.zzz", 5, "no field `zzz` on remit.Key"),
    ("has(key.expire)", 1, "no field `expire` on remit.Key: did you mean `expires`?"),
    ("key.owner.nam", 11, "no field `nam` on remit.Owner: did you mean `name`?"),
    ("key.?expire", 6, "no field `expire` on remit.Key: did you mean `expires`?"),
    ("maybe.nam", 7, "no field `nam` on remit.Owner: did you mean `name`?"),
    ("n.foo", 3, "no field `foo` on int: only objects and maps have fields"),
    ("numbers.foo", 9, "no field `foo` on list(int): only objects and maps have fields"),
    ("codes.foo", 7, "no field `foo` on map(int, string): its keys are no strings, write the key in `[ ]`"),
    ("kye.environment", 1, "unknown name `kye`: did you mean `key`?"),
    ("KEY", 1, "unknown name `KEY`: did you mean `key`?"),
    ("zzzzzz", 1, "unknown name `zzzzzz`"),
    ("numbers.all(element, elment > 1)", 22, "unknown name `elment`: did you mean `element`?"),
    ("numbers.all(x, true) && x", 25, "unknown name `x`"),
    ("sizee(s)", 1, "unknown function `sizee`: did you mean `size`?"),
    ("s.startWith('a')", 3, "unknown function `startWith`: did you mean `startsWith`?"),
    ("numbers.exist(n)", 9, "unknown function `exist`: did you mean `exists`?"),
    ("zzzzzz(1)", 1, "unknown function `zzzzzz`"),
    ("numbers.transform(k, k + 1)", 9, "unknown function `transform`: did you mean `transformMap`?"),
    ("n.sortBy(x, x)", 1, "`sortBy` goes over a list: this is int"),
    ("counts.sortBy(x, x)", 1, "`sortBy` goes over a list: this is map(string, int)"),
    ("numbers.sortBy(x, [x])", 19, "`sortBy` needs a key that has an order: this is list(int)"),
    ("n.transformMap(k, v, v)", 1, "`transformMap` goes over a list or a map: this is int"),
    (
        "numbers.transformMapEntry(i, v, v)",
        33,
        "`transformMapEntry` needs a map of the entries, as in `{key: value}`: this is int",
    ),
    ("n.optMap(x, x)", 1, "`optMap` needs an optional value here: this is int"),
    ("maybe.optFlatMap(x, x.name)", 23, "`optFlatMap` needs an optional value here: this is string"),
    ("cel.bind(x, n, x + s)", 18, None),
    ("cel.bind(x, n, x) + x", 21, "unknown name `x`"),
    ("numbers.map(x, x > 1, x, x)", 9, None),
    (
        "numbers.join(',')",
        9,
        "`join` does not take (list(int), string): it takes (list(string)), (list(string), string)",
    ),
    ("math.greatest(s)", 6, None),
    ("math.greatest(spent, 1)", 6, None),
    ("sets.contains(amounts, anything)", 6, None),
    ("amounts.flatten(2)", 9, None),
    ("[amounts].flatten(2)", 11, "`flatten` does not take money: write the amounts as text first, as in `string(x)`"),
    ("'%d'.format(amounts)", 6, "`format` does not take money: write the amounts as text first, as in `string(x)`"),
    ("n.usd()", 3, "`usd` is not a method: write `usd(x)`"),
    ("startsWith(s, 'a')", 1, "`startsWith` is a method: write `x.startsWith()`"),
    ("n * d", 3, "`*` does not take (int, double): convert with `double(x)`"),
    ("1u + 1", 4, "`+` does not take (uint, int): convert with `int(x)`"),
    ("n == 1.0", 3, "`==` does not take (int, double): convert with `double(x)`"),
    ("n != u", 3, "`!=` does not take (int, uint): convert with `int(x)`"),
    ("n == 'a'", 3, "`==` does not take (int, string): both sides must be of one type"),
    ("s == null", 3, "`==` does not take (string, null_type): test a missing field with `has()`"),
    ("counts == codes", 8, "`==` does not take (map(string, int), map(int, string)): both sides must be of one type"),
    ("key == key.owner", 5, "`==` does not take (remit.Key, remit.Owner): both sides must be of one type"),
    ("n + 'a'", 3, None),
    ("now + now", 5, None),
    ("-s", 1, "`-` does not take (string): it takes (double), (int)"),
    ("!n", 1, "`!` does not take (int): it takes (bool)"),
    ("n % 2.0", 3, "`%` does not take (int, double): convert with `double(x)`"),
    ("'a' in n", 5, "`in` does not take (string, int): it takes (K, map(K, V)), (T, list(T))"),
    ("'a' in numbers", 5, "`in` does not take (string, list(int)): it takes (K, map(K, V)), (T, list(T))"),
    ("1 in counts", 3, None),
    ("numbers['a']", 8, "`[]` does not take (list(int), string): it takes (list(T), int), (map(K, V), K)"),
    ("counts[1]", 7, None),
    ("n[0]", 2, None),
    ("key['environment']", 4, None),
    ("size(1)", 1, "`size` does not take (int): it takes (bytes), (list(T)), (map(K, V)), (string)"),
    ("size(s, s)", 1, None),
    ("s.matches(1)", 3, "`matches` does not take (string, int): it takes (string, string)"),
    ("usd(1.5)", 1, "`usd` does not take (double): it takes (int), (string)"),
    ("n && true", 1, "a term of `&&` must be a bool: this is int"),
    ("true || false || s", 18, "a term of `||` must be a bool: this is string"),
    ("n ? 1 : 2", 1, "the test of `? :` must be a bool: this is int"),
    ("yes ? 1 : 'a'", 11, "both results of `? :` must be of one type: these are int and string"),
    ("numbers.all(x, x)", 16, "the condition of `all` must be a bool: this is int"),
    ("numbers.filter(x, 'a')", 19, "the condition of `filter` must be a bool: this is string"),
    ("numbers.map(x, x, x)", 16, "the condition of `map` must be a bool: this is int"),
    ("n.all(x, true)", 1, "`all` goes over a list or a map: this is int"),
    ("key.exists(x, true)", 1, "`exists` goes over a list or a map: this is remit.Key"),
    ("{1.5: 1}", 2, "a map key must be a bool, int, uint or string: this is double"),
    ("{'a': 1, [1]: 2}", 10, "a map key must be a bool, int, uint or string: this is list(int)"),
    ("[?1]", 3, "only an optional value may stand after `?`: this is int"),
    ("{?'a': 1}", 8, "only an optional value may stand after `?`: this is int"),
    ("Thing{a: 1}", 1, "no type `Thing` can be written as a literal: write a map, as in `{'field': value}`"),
]


@pytest.mark.parametrize(("text", "column", "message"), REFUSED)
def test_refused(text: str, column: int, message: str | None) -> None:
    """What cannot be right is refused at its place, and where there is a remedy it is named."""
    with pytest.raises(CelTypeError) as raised:
        checked(text)
    assert (raised.value.line, raised.value.column) == (1, column)
    assert message is None or raised.value.message == message


@pytest.mark.parametrize("message", [message for _, _, message in REFUSED if message])
def test_messages_keep_the_house_style(message: str) -> None:
    """A message is one sentence without a full stop that starts in lower case or with the user's text."""
    assert not message.endswith(".")
    assert message[0].islower() or message[0] == "`"


def test_position_is_of_the_line() -> None:
    """Line and column count from 1 in the text of several lines."""
    with pytest.raises(CelTypeError) as raised:
        checked("yes &&\n  key.nope == 1")
    error = raised.value
    assert (error.line, error.column, error.offset) == (2, 7, 13)
    assert str(error) == "no field `nope` on remit.Key (line 2, column 7)"


def test_without_the_text_the_position_is_the_offset() -> None:
    """With no source given, line and column are 0 and the offset still tells."""
    with pytest.raises(CelTypeError) as raised:
        check(parse("1 + nope"), variables={})
    assert (raised.value.line, raised.value.column, raised.value.offset) == (0, 0, 4)


def test_all_errors_are_collected_in_the_order_of_the_text() -> None:
    """Every mistake is reported once; what follows from one is not reported again."""
    text = "key.nope.more + 1 > 2 && size(nope) == n.size() || numbers.all(x, x == 'a') && [nope2, 1].all(y, y > 1)"
    found, errors = check_all(parse(text), variables=VARIABLES, source=text)
    assert found is None
    assert [text[error.offset :].split()[0] for error in errors] == ["nope.more", "nope)", "size()", "==", "nope2,"]


def test_nobody_is_told_four_thousand_errors() -> None:
    """After twenty the checker stops: the first of them are those of the text's beginning."""
    text = " && ".join(f"nope{number}" for number in range(4_000))
    found, errors = check_all(parse(text), variables=VARIABLES, source=text)
    assert found is None
    assert [text[error.offset :].split()[0] for error in errors] == [f"nope{number}" for number in range(20)]


def test_first_error_of_the_text_is_raised() -> None:
    """`check` raises the leftmost error, not the one found first."""
    with pytest.raises(CelTypeError, match="`size` does not take"):
        checked("size(n) == nope")


def test_good_expression_has_no_errors() -> None:
    """`check_all` gives the checked tree and no errors when all is well."""
    found, errors = check_all(parse("n > 1"), variables=VARIABLES)
    assert (found and found.type, errors) == (BOOL, ())


RESULTS = [
    ("n > 1", BOOL, True),
    ("n", BOOL, False),
    ("any", BOOL, True),
    ("n", INT, True),
    ("d", INT, False),
    ("u", INT, False),
    ("wait", DURATION, True),
    ("now", DURATION, False),
    ("null", TIMESTAMP, True),
    ("null", BOOL, False),
    ("spent", MONEY, True),
    ("n", MONEY, False),
    ("any", MONEY, True),
    ("'a'", STRING, True),
    ("[]", list_of(INT), True),
    ("['a']", list_of(INT), False),
]


@pytest.mark.parametrize(("text", "wanted", "fits"), RESULTS)
def test_result_type_is_held(text: str, wanted, fits: bool) -> None:
    """The whole must be of the type its place needs; dyn passes, and is looked at when it runs."""
    if fits:
        assert checked(text, result=wanted).source == text
        return
    with pytest.raises(CelTypeError) as raised:
        checked(text, result=wanted)
    assert raised.value.message.startswith(f"must be {wanted}: this is ")


def test_result_is_not_judged_when_the_expression_is_wrong() -> None:
    """One mistake is one error: a wrong expression is not also of the wrong type."""
    _, errors = check_all(parse("nope"), variables={}, result=BOOL)
    assert [error.message for error in errors] == ["unknown name `nope`"]


def test_one_table_entry_a_kind_of_literal() -> None:
    """A literal's kind decides its type, not its Python value: `true` is no int."""
    assert check(Literal("bool", True), variables={}).type == BOOL
    assert check(Literal("int", 1), variables={}).type == INT
