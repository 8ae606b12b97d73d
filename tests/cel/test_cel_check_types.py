"""The type the checker finds for an expression."""

from __future__ import annotations

import pytest
from cel_declarations import KEY, VARIABLES, checked

from remit.cel._ast import And, Call, Ident, Literal, Macro, Select
from remit.cel._check import check
from remit.cel._checked import Checked
from remit.cel._parser import parse
from remit.cel._tree import postorder
from remit.cel._types import BOOL, DYN, INT, STRING, TIMESTAMP, list_of

TYPES = [
    # constants and literals
    ("null", "null_type"),
    ("1", "int"),
    ("1u", "uint"),
    ("1.5", "double"),
    ("'a'", "string"),
    ("b'a'", "bytes"),
    ("[1, 2]", "list(int)"),
    ("[1, 'a']", "list(dyn)"),
    ("[1, dyn(2)]", "list(dyn)"),
    ("[dyn(1), 2]", "list(dyn)"),
    ("[]", "list(dyn)"),
    ("{}", "map(dyn, dyn)"),
    ("{'a': 1, 'b': 2}", "map(string, int)"),
    ("{'a': 1, 2: 'b'}", "map(dyn, dyn)"),
    ("{any: 1}", "map(dyn, int)"),
    ("[now, null]", "list(google.protobuf.Timestamp)"),
    ("[null, now]", "list(google.protobuf.Timestamp)"),
    ("[null, null]", "list(null_type)"),
    ("[[], [[]], [[[]]]]", "list(list(list(list(dyn))))"),
    ("[[[[]]], [], [[]]]", "list(list(list(list(dyn))))"),
    ("[[], [1]]", "list(list(int))"),
    ("[[1], [dyn(1)]]", "list(list(dyn))"),
    ("[{'a': []}, {'b': [1]}]", "list(map(string, list(int)))"),
    ("[?maybe]", "list(remit.Owner)"),
    ("[?any]", "list(dyn)"),
    ("{?'a': maybe}", "map(string, remit.Owner)"),
    ("[].map(x, [?x])", "list(list(dyn))"),
    # names
    ("n", "int"),
    (".n", "int"),
    ("limits.rpm", "int"),
    ("int", "type(int)"),
    ("google.protobuf.Timestamp", "type(google.protobuf.Timestamp)"),
    ("type(n)", "type(int)"),
    ("type(n) == string", "bool"),
    ("type(any)", "type(dyn)"),
    ("[int, string]", "list(type(int))"),
    # fields
    ("key", "remit.Key"),
    ("key.environment", "string"),
    ("key.owner.name", "string"),
    ("key.labels.team", "string"),
    ("key.labels", "map(string, string)"),
    ("has(key.expires)", "bool"),
    ("has(key.labels.team)", "bool"),
    ("has(any.what.ever)", "bool"),
    ("any.what.ever", "dyn"),
    ("key.?expires", "optional_type(google.protobuf.Timestamp)"),
    ("key.?owner.name", "optional_type(string)"),
    ("maybe.name", "optional_type(string)"),
    ("has(maybe.name)", "bool"),
    ("key.labels.?team", "optional_type(string)"),
    ("{}.a", "dyn"),
    ("[].map(x, x.a)", "list(dyn)"),
    # indexing
    ("numbers[0]", "int"),
    ("numbers[?0]", "optional_type(int)"),
    ("numbers[any]", "int"),
    ("counts['a']", "int"),
    ("codes[1]", "string"),
    ("any[0]", "dyn"),
    ("any['a']", "dyn"),
    ("[][0]", "dyn"),
    # operators
    ("n + 1", "int"),
    ("any + 1", "int"),
    ("any + any", "dyn"),
    ("s + 'a'", "string"),
    ("numbers + [1]", "list(int)"),
    ("[] + numbers", "list(int)"),
    ("numbers + anything", "list(dyn)"),
    ("any + numbers", "list(dyn)"),
    ("now - now", "google.protobuf.Duration"),
    ("now - wait", "google.protobuf.Timestamp"),
    ("now - any", "dyn"),
    ("-n", "int"),
    ("-any", "dyn"),
    ("!yes", "bool"),
    ("!any", "bool"),
    ("n < d", "bool"),
    ("n == any", "bool"),
    ("numbers == []", "bool"),
    ("now == null", "bool"),
    ("key == null", "bool"),
    ("maybe == null", "bool"),
    ("1 in numbers", "bool"),
    ("'a' in counts", "bool"),
    ("1 in any", "bool"),
    ("1 in []", "bool"),
    # logic
    ("yes && any && true", "bool"),
    ("yes || any", "bool"),
    ("yes ? 1 : 2", "int"),
    ("any ? 1 : any", "dyn"),
    ("yes ? [] : [1]", "list(int)"),
    ("yes ? now : null", "google.protobuf.Timestamp"),
    # macros
    ("numbers.all(x, x > 1)", "bool"),
    ("numbers.exists(x, x > 1)", "bool"),
    ("numbers.exists_one(x, x > 1)", "bool"),
    ("numbers.map(x, string(x))", "list(string)"),
    ("numbers.map(x, x > 1, x * 2)", "list(int)"),
    ("numbers.filter(x, x > 1)", "list(int)"),
    ("counts.filter(k, k == 'a')", "list(string)"),
    ("counts.map(k, counts[k])", "list(int)"),
    ("any.filter(x, x.good)", "list(dyn)"),
    ("any.all(x, x.good)", "bool"),
    ("[].filter(x, x)", "list(bool)"),
    ("[].map(x, x + 1)", "list(int)"),
    ("[].map(x, x)[0].foo", "dyn"),
    ("numbers.map(x, numbers.map(x, 'a'))", "list(list(string))"),
    ("['a'].map(n, n + 'b')", "list(string)"),
    ("['a'].map(n, .n)", "list(int)"),
    ("numbers.all(i, v, i < v)", "bool"),
    ("numbers.transformMap(i, v, 'a')", "map(int, string)"),
    ("counts.transformMap(k, v, v > 0, [v])", "map(string, list(int))"),
    ("any.transformMap(k, v, 1)", "map(dyn, int)"),
    ("counts.transformMapEntry(k, v, {v: k})", "map(int, string)"),
    ("counts.transformMapEntry(k, v, any)", "map(dyn, dyn)"),
    ("numbers.sortBy(x, -x)", "list(int)"),
    ("any.sortBy(x, x.cost)", "list(dyn)"),
    ("cel.bind(x, numbers, x.map(y, string(y)))", "list(string)"),
    ("cel.bind(x, spent, x + x)", "money"),
    ("maybe.optMap(o, o.name)", "optional_type(string)"),
    ("any.optMap(o, 1)", "optional_type(int)"),
    ("maybe.optFlatMap(o, o.?email)", "optional_type(string)"),
    ("maybe.optFlatMap(o, any)", "optional_type(dyn)"),
    ("optional.none().optMap(x, x)", "optional_type(dyn)"),
    # extensions
    ("s.split(',')", "list(string)"),
    ("[].join()", "string"),
    ("[1, 'a'].distinct()", "list(dyn)"),
    ("[numbers, [1]].flatten()", "list(int)"),
    ("[numbers, [1]].flatten(3)", "list(dyn)"),
    ("numbers.sort()", "list(int)"),
    ("amounts.sort()", "list(money)"),
    ("any.sort()", "dyn"),
    ("amounts.first()", "optional_type(money)"),
    ("lists.range(3)", "list(int)"),
    ("math.greatest(n, n)", "int"),
    ("math.greatest(n, d)", "dyn"),
    ("math.greatest(1, 2, 3)", "int"),
    ("math.least(spent, spent)", "money"),
    ("math.least(amounts)", "money"),
    ("math.abs(u)", "uint"),
    ("ip(s)", "net.IP"),
    ("cidr(s).masked()", "net.CIDR"),
    ("type(ip(s)) == net.IP", "bool"),
    ("[optional.of(1)].unwrapOpt()", "list(int)"),
    ("sets.contains(amounts, amounts)", "bool"),
    ("counts.all(k, v, k == 'a' && v == 1)", "bool"),
    ("counts.transformList(k, v, v)", "list(int)"),
    # functions
    ("size(s) + numbers.size()", "int"),
    ("s.startsWith('a')", "bool"),
    ("now.getFullYear('UTC')", "int"),
    ("dyn(1)", "dyn"),
    ("string(any)", "string"),
    ("glob(s, 'a*')", "bool"),
    ("yes ? any : any", "dyn"),
    ("any[0].name.size()", "int"),
    ("['a'].map(x, x.size())", "list(int)"),
    ("[any].map(x, x.y.size())", "list(int)"),
]


@pytest.mark.parametrize(("text", "type_"), TYPES)
def test_type_of_expression(text: str, type_: str) -> None:
    """Every well-typed expression gets the type of the language definition."""
    assert str(checked(text).type) == type_


@pytest.mark.parametrize("text", [text for text, _ in TYPES])
def test_every_node_is_typed_and_closed(text: str) -> None:
    """No node is left with an open parameter, and every node is typed but the parts of dotted names."""
    found = checked(text)
    untyped = {type(node) for node in postorder(found.ast) if id(node) not in found.types}
    assert untyped <= {Ident, Select}
    assert not any("%" in str(type_) for type_ in found.types.values())
    assert found.type_at(found.ast) == found.type


CONTAINED = [
    ("y", "x", {"x.y": INT, "y": STRING}, INT),
    ("y", "a.b", {"a.y": INT, "y": STRING}, INT),
    ("y", "a.b", {"a.b.y": INT, "a.y": STRING}, INT),
    (".y", "x", {"x.y": INT, "y": STRING}, STRING),
    ("y.z", "x", {"x.y.z": INT}, INT),
    ("a.b.c", "", {"a.b.c": INT, "a.b": KEY}, INT),
    ("[0].map(y, y)", "x", {"x.y": STRING}, list_of(INT)),
    ("[{'z': 0}].map(y, y.z)", "", {"y.z": STRING}, list_of(INT)),
    ("[{'z': 0}].map(y, .y.z)", "", {"y.z": STRING}, list_of(STRING)),
    ("key.environment", "", {"key": KEY, "key.environment": INT}, INT),
    ("int", "", {"int": TIMESTAMP}, TIMESTAMP),
]


@pytest.mark.parametrize(("text", "container", "variables", "type_"), CONTAINED)
def test_names_are_resolved_in_the_container(text, container, variables, type_) -> None:
    """The longest declared name wins, the innermost container first, and a macro's variable before all."""
    assert check(parse(text), variables=variables, container=container).type == type_


def test_without_declarations_nothing_is_checked() -> None:
    """With no variables declared, everything is dyn, nothing is an error and the tree is untouched."""
    tree = parse("1 + 'a' + unknown(x.y) * usd(5)")
    found = check(tree, variables=None, result=BOOL)
    assert (found.ast, found.type, dict(found.types)) == (tree, DYN, {})
    assert found.ast is tree
    assert found.type_at(tree) == DYN


def test_unchanged_tree_is_kept() -> None:
    """An expression without money comes back as the very tree that went in."""
    tree = parse("numbers.map(x, [x, {'a': -x}['a']]) == [] || (yes ? n.b : s.size()) == 1")
    variables = {**VARIABLES, "n": DYN}
    assert check(tree, variables=variables).ast is tree


def test_shared_node_in_two_scopes_gets_two_types() -> None:
    """One node object standing in two macros of different element types is split, so that both types are kept."""
    shared = Ident("x")
    over_text = Macro("all", Ident("names"), ("x",), Call("_==_", None, (shared, Literal("string", "a"))))
    over_int = Macro("all", Ident("numbers"), ("x",), Call("_==_", None, (shared, Literal("int", 1))))
    variables = {"names": list_of(STRING), "numbers": list_of(INT)}
    found = check(And((over_text, over_int)), variables=variables)
    types = [found.type_at(node) for node in postorder(found.ast) if node == shared]
    assert sorted(map(str, types)) == ["int", "string"]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("optional.of(1)", "optional_type(int)"),
        ("[optional.none(), optional.of(1)]", "list(optional_type(int))"),
        ("[optional.of(1), optional.none()]", "list(optional_type(int))"),
        ("[optional.of(1), optional.of(dyn(1))]", "list(optional_type(dyn))"),
        ("true ? optional.of(dyn(1)) : optional.of(1)", "optional_type(dyn)"),
        ("[optional.of(1), null][0]", "optional_type(int)"),
        ("optional.of([1])[0]", "optional_type(int)"),
        ("optional.of(spent * 2)", "optional_type(money)"),
        ("optional.of(spent).orValue(usd(1))", "money"),
        ("key.?owner.name.orValue('a')", "string"),
        ("type(maybe) == optional_type", "bool"),
    ],
)
def test_namespaced_functions(text: str, type_: str) -> None:
    """`a.f(x)` is the function `a.f` when there is one, and optional types join like lists."""
    assert str(checked(text).type) == type_


def test_checked_compares_by_identity() -> None:
    """Two checks of one tree are two objects: their types are keyed by the identity of nodes."""
    tree = Literal("int", 1)
    assert Checked(tree, INT, {}) != Checked(tree, INT, {})
