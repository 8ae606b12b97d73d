"""The static bound of what an expression costs."""

from __future__ import annotations

import pytest
from cel_declarations import checked

from remit.cel._check import check
from remit.cel._cost import MAX_COST, check_cost, cost
from remit.cel._errors import CelTypeError
from remit.cel._parser import parse

# text, least, most
COSTS = [
    ("1", 0, 0),
    ("n", 1, 1),
    ("limits.rpm", 2, 2),
    ("key.environment", 2, 2),
    ("has(key.expires)", 2, 2),
    ("-n", 2, 2),
    ("n + 1", 2, 2),
    ("n > 1 && n > 2", 2, 4),
    ("n > 1 || yes", 1, 3),
    ("yes ? 1 : n", 1, 2),
    ("[n, 1]", 11, 11),
    ("{'a': n}", 31, 31),
    ("numbers[0]", 2, 2),
    # text: a tenth of its length, 1,000 characters unless declared
    ("s == 'abc'", 2, 3),
    ("s == s", 3, 103),
    ("key.environment == s", 4, 10),
    ("s + s", 3, 203),
    ("s + s + s", 5, 505),
    ("b == b + b", 5, 305),
    ("any + any", 3, 203),
    ("now - wait", 3, 3),
    ("s.startsWith('a')", 2, 3),
    ("s.contains('abcdefghijk')", 2, 202),
    ("s.matches('abcd')", 2, 103),
    ("glob(s, 'abcde')", 2, 204),
    ("int(s)", 2, 102),
    ("string(n)", 2, 2),
    ("string(n) == s", 4, 11),
    ("bytes('ab') == b", 3, 5),
    ("dyn('ab') == s", 3, 4),
    ("numbers == numbers", 3, 103),
    ("counts == counts", 3, 10_103),
    ("size(s)", 2, 2),
    # lists and maps
    ("n in numbers", 3, 103),
    ("n in [1, 2, 3]", 12, 15),
    ("'a' in counts", 2, 2),
    ("'a' in key.models", 3, 53),
    ("numbers + numbers == numbers", 5, 125),
    ("(['ab'] + ['ab'])[0] == s", 24, 27),
    ("(['ab'] + ['abc'])[0] == s", 24, 27),
    # loops
    ("numbers.all(x, x > 1)", 1, 301),
    ("[1, 2].all(x, x > 1)", 13, 16),
    ("[1, 2].exists_one(x, x > 1)", 16, 16),
    ("[1, 2].map(x, x)", 14, 14),
    ("[1, 2].map(x, yes, x)", 14, 16),
    ("[].all(x, true)", 10, 10),
    ("key.models.all(m, m == 'a')", 2, 202),
    ("key.models.all(m, m == s)", 2, 5_202),
    ("key.labels.all(k, k == 'a')", 2, 34),
    ("key.labels.all(k, v, k == v)", 2, 834),
    ("key.models.all(i, m, i > 1)", 2, 152),
    ("key.models.filter(m, true).all(m, true)", 2, 102),
    ("key.labels.filter(k, true).all(m, m == s)", 2, 842),
    ("key.models.map(m, 'ab').all(x, x == s)", 2, 302),
    ("[['a', 'b'], ['c']].all(x, x.all(y, y == s))", 36, 54),
    ("['abc'][0] == s", 13, 14),
    ("{'a': 'bc'}.a == s", 33, 34),
    ("{'a': 'bc'}['a'] == s", 33, 34),
    ("{'a': 1, 'b': 2}.all(k, k == s)", 34, 40),
    ("(yes ? 'abc' : 'a') == s", 3, 4),
    # names for values
    ("cel.bind(x, n, x + x)", 3, 5),
    ("cel.bind(x, s + s, x == s)", 3, 307),
    ("cel.bind(x, numbers, x.all(y, y > 1))", 1, 303),
    ("cel.bind(x, key.models, x.all(m, true))", 1, 54),
    ("optional.of(s).optMap(x, x + 'a').value() == s", 5, 209),
    ("maybe.optMap(m, m.name).orValue('a') == s", 4, 107),
    ("maybe.optFlatMap(m, m.?name).orValue('a') == s", 4, 107),
    ("optional.of(n).orValue(n + 1)", 3, 5),
    ("key.?models.orValue([]).all(m, true)", 3, 63),
    ("maybe.name.value() == s", 5, 105),
    ("numbers[?0].value()", 3, 3),
    ("optional.of(lists.range(5)).value().all(x, true)", 3, 13),
    ("optional.of(s).or(optional.of('abc')).value() == s", 6, 107),
    ("[optional.of(n)].unwrapOpt()", 13, 14),
    # extensions
    ("lists.range(5).all(x, x > 1)", 1, 21),
    ("lists.range(n).all(x, x > 1)", 2, 4_000_002),
    ("numbers.first().orValue(n)", 3, 4),
    ("numbers.slice(0, 2).all(x, true)", 2, 202),
    ("[numbers, numbers].flatten().all(x, true)", 13, 215),
    ("numbers.sort()", 2, 702),
    ("numbers.sortBy(x, -x)", 1, 1_001),
    ("numbers.distinct()", 2, 102),
    ("key.models.distinct().all(m, m == s)", 3, 10_253),
    ("anything.distinct()", 2, 1_010_002),
    ("sets.contains(numbers, numbers)", 3, 203),
    ("sets.contains(anything, [1])", 12, 10_113),
    ("counts.transformMap(k, v, v + 1)", 1, 301),
    ("counts.transformMap(k, v, 'a').all(k, v, v == s)", 1, 601),
    ("counts.transformMapEntry(k, v, {k: v})", 1, 3_301),
    ("s.replace('a', 'bc') == s", 4, 505),
    ("s.replace('a', '') == s", 4, 304),
    ("s.split(',').all(x, x == 'a')", 2, 4_106),
    ("['ab', 'c'].join('-') == s", 13, 17),
    ("['ab', 'c'].join() == s", 13, 17),
    ("'%s %d'.format([s, n]) == s", 15, 318),
    ("s.indexOf('abc')", 2, 102),
    ("s.lowerAscii() == s", 4, 204),
    ("s.substring(1) == s", 4, 204),
    ("s.charAt(1) == 'a'", 3, 104),
    ("strings.quote(s) == s", 4, 204),
    ("base64.encode(b) == s", 4, 204),
    ("base64.decode(s) == b", 4, 204),
    ("math.greatest(numbers)", 2, 102),
    ("math.abs(n)", 2, 2),
    ("ip(s).isLoopback()", 3, 103),
    ("(yes ? s : 'a') == s", 3, 104),
    ("(yes ? [1] : [1, 2]).all(x, true)", 12, 13),
    ("(yes ? [[1]] : [[1, 2]])[0].all(x, true)", 23, 24),
    ("any.all(x, any.all(y, x == y))", 1, 1_040_201),
    ("spent * 2 > usd(1)", 4, 4),
    ("[?key.?owner].all(o, true)", 12, 13),
]


@pytest.mark.parametrize(("text", "least", "most"), COSTS)
def test_bound(text: str, least: int, most: int) -> None:
    """Names and calls cost 1, loops multiply by the declared size, texts cost a tenth of theirs."""
    found = cost(checked(text))
    assert (found.minimum, found.maximum) == (least, most)


SIZES = [
    ("numbers.all(x, true)", {"numbers": 7}, 8),
    ("key.models.all(m, true)", {"key.models": 7}, 9),
    ("key.models.all(m, m == s)", {"key.models.@items": 20}, 302),
    ("key.models[0] == s", {"key.models.@items": 20}, 7),
    ("key.labels.all(k, v, k == s)", {"key.labels.@keys": 10}, 42),
    ("key.labels.all(k, v, v == s)", {"key.labels.@values": 10}, 42),
    ("key.labels['a'] == s", {"key.labels.@values": 10}, 6),
    ("key.backups.all(o, o.name == s)", {"key.backups": 5, "key.backups.@items.name": 10}, 32),
    ("limits.rpm > 1", {"limits.rpm": 5}, 3),
    ("['a'].all(s, s == 'abc')", {"s": 5_000}, 14),
    ("numbers.all(s, .s == 'abc')", {"s": 20, "numbers": 1}, 5),
    ("key.models.first().value() == s", {"key.models.@items": 20}, 8),
    ("key.labels.team == s", {"key.labels.team": 10}, 6),
]


@pytest.mark.parametrize(("text", "sizes", "most"), SIZES)
def test_sizes_by_path(text: str, sizes: dict[str, int], most: int) -> None:
    """A size given by path goes before the one the type declares, for elements and fields of elements too."""
    assert cost(checked(text), sizes=sizes).maximum == most


def test_parts_are_dearest_first_with_their_place() -> None:
    """Loops count with all they contain, calls inside them by all their runs."""
    text = "key.models.exists(m, numbers.all(x, m == s)) && s.startsWith('abc')"
    parts = cost(checked(text)).parts
    assert [(part.text, part.maximum) for part in parts] == [
        ("`key.models.exists` (up to 50 times)", 520_100),
        ("`numbers.all` (up to 100 times)", 520_000),
        ("`==`", 505_000),
        ("`startsWith`", 2),
    ]
    assert [text[part.offset :][:6] for part in parts] == ["exists", "all(x,", "== s))", "starts"]


def test_explain_lists_the_dearest_parts() -> None:
    """The explanation is the bound and at most five parts, one a line."""
    assert cost(checked("key.models.all(m, m == 'a')")).explain() == (
        "costs 2 to 202\n         200  `key.models.all` (up to 50 times)\n         100  `==`"
    )
    many = " && ".join(["s == s"] * 9)
    assert len(cost(checked(many)).explain().splitlines()) == 6
    assert cost(checked("n")).explain() == "costs 1 to 1"


def test_range_that_is_no_name_is_shown_as_dots() -> None:
    """A loop over what has no name is still listed."""
    assert cost(checked("[1].all(x, true)")).parts[0].text == "`….all` (up to 1 times)"


def test_over_the_limit() -> None:
    """An expression over the limit is refused with its estimate, at its dearest part."""
    text = "yes &&\n  key.models.exists(m, numbers.all(x, m == s))"
    with pytest.raises(CelTypeError) as raised:
        check_cost(checked(text))
    assert (raised.value.line, raised.value.column) == (2, 14)
    assert raised.value.message == (
        "may cost 520,103 of at most 100,000, of which `key.models.exists` (up to 50 times) 520,100, "
        "`numbers.all` (up to 100 times) 520,000, `==` 505,000: declare smaller sizes or loop less"
    )


def test_over_the_limit_without_any_dear_part() -> None:
    """With nothing dear in it, the limit itself is what is too small."""
    with pytest.raises(CelTypeError, match="may cost 2 of at most 1: declare smaller sizes or loop less"):
        check_cost(checked("-n"), 1)


def test_within_the_limit() -> None:
    """The bound is given back when it is within the limit, the limit included."""
    assert check_cost(checked("-n"), 2).maximum == 2
    assert check_cost(checked("any.all(x, x == n)"), MAX_COST, sizes={"any": 3}).maximum <= MAX_COST


def test_without_types_the_bound_still_holds() -> None:
    """An unchecked expression is bounded with the default sizes."""
    found = check(parse("key.models.all(m, m.contains(s))"), variables=None)
    assert cost(found).maximum == 2 + 100 * (1 + 2 + 1 + 100 * 100)


@pytest.mark.parametrize("text", ["s.contains()", "matches(s)", "string()", "size()", "startsWith()"])
def test_unchecked_call_with_too_few_arguments(text: str) -> None:
    """A call that will fail for want of arguments costs one call, and bounding it is no failure."""
    assert cost(check(parse(text), variables=None)).maximum <= 2


def test_unchecked_message_literal_is_bounded() -> None:
    """What only an unchecked expression may hold counts with its parts."""
    assert cost(check(parse("Thing{a: -x, b: [1]}"), variables=None)).maximum == 1 + 2 + 10


def test_bound_is_capped() -> None:
    """Nested loops do not make a number without end."""
    nested = "any.all(x, " * 100 + "true" + ")" * 100
    assert cost(checked(nested)).maximum == 2**63 - 1
