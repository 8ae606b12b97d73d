"""Money is kept apart from every other number, since at run time it is one."""

from __future__ import annotations

import pytest
from cel_declarations import VARIABLES, checked

from remit.cel._ast import Call, Ident, Literal
from remit.cel._check import check
from remit.cel._errors import CelTypeError
from remit.cel._types import DOUBLE, STRING

ALLOWED = [
    ("usd(500)", "money"),
    ("usd('12.50')", "money"),
    ("usd(n)", "money"),
    ("spent + usd(1)", "money"),
    ("spent - key.budget", "money"),
    ("spent * 2", "money"),
    ("2 * spent", "money"),
    ("spent * 1.5", "money"),
    ("1.5 * spent", "money"),
    ("spent / key.budget", "double"),
    ("spent < usd(1) && spent <= usd(1) && spent > usd(1) && spent >= usd(1)", "bool"),
    ("spent == usd(1) || spent != key.budget", "bool"),
    ("string(spent)", "string"),
    ("[spent, usd(1)]", "list(money)"),
    ("[[], [spent]]", "list(list(money))"),
    ("{'a': spent}.a + usd(1)", "money"),
    ("spent in amounts", "bool"),
    ("amounts == [usd(1)]", "bool"),
    ("amounts + [usd(1)]", "list(money)"),
    ("amounts.all(a, a > usd(1))", "bool"),
    ("amounts.map(a, a * 2)", "list(money)"),
    ("yes ? spent : usd(1)", "money"),
    ("amounts[0] * 2", "money"),
    ("[].map(x, x * usd(1))", "list(money)"),
    ("size(amounts)", "int"),
    ("dyn(spent)", "dyn"),
    ("spent == spent && [] == [spent]", "bool"),
    ("eur(1) + eur(2)", "money"),
]


@pytest.mark.parametrize(("text", "type_"), ALLOWED)
def test_allowed(text: str, type_: str) -> None:
    """Sums, multiples, ratios, comparisons and text of amounts are defined."""
    assert str(checked(text).type) == type_


CURRENCY = "write the amount with its currency, as in `usd(500)`"
AMOUNTS = "write every amount with its currency, as in `usd(500)`"
REFUSED = [
    ("spent + 5", CURRENCY),
    ("5 - spent", CURRENCY),
    ("spent > 500", CURRENCY),
    ("500.0 <= spent", CURRENCY),
    ("spent == 500", CURRENCY),
    ("spent != 's'", CURRENCY),
    ("spent % 2", CURRENCY),
    ("spent == null", CURRENCY),
    ("spent + any", CURRENCY),
    ("any < spent", CURRENCY),
    ("spent == any", CURRENCY),
    ("any == spent", CURRENCY),
    ("any != spent", CURRENCY),
    ("spent in any", CURRENCY),
    ("spent in anything", CURRENCY),
    ("any in amounts", CURRENCY),
    ("5 in amounts", CURRENCY),
    ("amounts == any", CURRENCY),
    ("amounts == anything", CURRENCY),
    ("anything == amounts", CURRENCY),
    ("anything + amounts", CURRENCY),
    ("amounts + anything", CURRENCY),
    ("spent * spent", "money is multiplied by an int or a double"),
    ("spent * any", "money is multiplied by an int or a double"),
    ("any * spent", "money is multiplied by an int or a double"),
    ("optional.of(any).orValue(spent)", "`orValue` does not take (optional_type(dyn), money)"),
    ("optional.of(spent).orValue(any)", "`orValue` does not take (optional_type(money), dyn)"),
    ("any.orValue(spent)", "`orValue` does not take (dyn, money)"),
    ("optional.of(any).or(optional.of(spent))", "`or` does not take (optional_type(dyn), optional_type(money))"),
    ("spent * 2u", "money is multiplied by an int or a double"),
    ("spent / 2", "divide money by money, or multiply it with a double such as `0.5`"),
    ("2 / spent", "divide money by money, or multiply it with a double such as `0.5`"),
    ("any / spent", "divide money by money, or multiply it with a double such as `0.5`"),
    ("-spent", "it takes (double), (int)"),
    ("int(spent)", "it takes"),
    ("double(spent)", "it takes"),
    ("[spent, 5]", AMOUNTS),
    ("[any, spent]", AMOUNTS),
    ("[[spent], [5]]", AMOUNTS),
    ("{'a': spent, 'b': any}", AMOUNTS),
    ("{spent: 1}", "a map key must be a bool, int, uint or string"),
    ("yes ? spent : 5", "both results of `? :` must be of one type: these are money and int"),
    ("yes ? any : spent", "both results of `? :` must be of one type: these are dyn and money"),
    ("yes ? spent : any", "both results of `? :` must be of one type: these are money and dyn"),
    ("amounts.all(a, a > 5)", CURRENCY),
    ("usd(1) + eur(1)", "mixes `usd` with `eur`: write every amount in one currency"),
    ("spent > usd(1) && key.budget > gbp(1)", "mixes `usd` with `gbp`: write every amount in one currency"),
    ("money.multiply(spent, 2)", "unknown name `money`"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_refused(text: str, message: str) -> None:
    """Everything else is a type error, also where the other side is not known to be money."""
    with pytest.raises(CelTypeError) as raised:
        checked(text)
    assert message in raised.value.message


SPENT, TWO, HALF = Ident("spent"), Literal("int", 2), Literal("double", 0.5)
REWRITTEN = [
    ("spent * 2", Call("money.multiply", None, (SPENT, TWO))),
    ("2 * spent", Call("money.multiply", None, (SPENT, TWO))),
    ("spent * 0.5", Call("money.multiply", None, (SPENT, HALF))),
    ("0.5 * spent", Call("money.multiply", None, (SPENT, HALF))),
    ("spent / spent", Call("money.divide", None, (SPENT, SPENT))),
    ("string(spent)", Call("money.string", None, (SPENT,))),
    ("spent + spent", Call("_+_", None, (SPENT, SPENT))),
    ("spent < spent", Call("_<_", None, (SPENT, SPENT))),
    ("n * 2", Call("_*_", None, (Ident("n"), TWO))),
]


@pytest.mark.parametrize(("text", "tree"), REWRITTEN)
def test_rewritten(text: str, tree: Call) -> None:
    """Multiplication, division and text of money become calls of their functions; the rest stays."""
    assert checked(text).ast == tree


INSIDE = [
    "[spent * 2]",
    "{'a': spent * 2}.a",
    "yes ? spent * 2 : spent",
    "amounts.map(a, spent > a, spent * 2)[0]",
    "amounts.map(a, a * 2)",
    "amounts.filter(a, a * 2 > spent)",
    "amounts.all(a, true) && spent * 2 > spent",
    "string(spent * 2).startsWith('1')",
    "amounts[int(spent / spent)]",
    "usd(int(spent / usd(1)))",
    "{string(spent): 1}",
    "{'a': {'b': spent * 2}}.a.b",
]


@pytest.mark.parametrize("text", INSIDE)
def test_rewritten_wherever_it_stands(text: str) -> None:
    """The tree is rebuilt around a rewritten node, types and offsets with it, and checking it again is no change."""
    found = checked(text)
    assert "money." in str(found.ast)
    again = check(found.ast, variables=VARIABLES)
    assert again.ast is found.ast
    assert again.type == found.type


def test_rewritten_call_keeps_its_place_and_type() -> None:
    """The internal call stands at the operator's offset and has the operator's type."""
    found = checked("spent / key.budget > 0.5")
    call = found.ast
    assert isinstance(call, Call)
    assert call.args[0].offset == 6
    assert found.type_at(call.args[0]) == DOUBLE


def test_internal_functions_cannot_be_called_by_a_container() -> None:
    """No container makes the internal names callable from text."""
    with pytest.raises(CelTypeError, match="unknown function `multiply`"):
        checked("multiply(spent, 2)", container="money")
    assert checked("string(1)", container="money").type == STRING
