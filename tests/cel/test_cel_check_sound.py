"""What the checker promises holds when the expression runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from cel_declarations import VARIABLES
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.cel._ast import Node
from remit.cel._check import check_all
from remit.cel._errors import CelEvaluationError
from remit.cel._evaluate import evaluate
from remit.cel._kinds import kind
from remit.cel._parser import parse
from remit.cel._types import DYN, MONEY, Type
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

# By the type they give: expressions with holes for the types they need, those without holes first.
TEMPLATES = {
    "int": "n 1 limits.rpm counts.a counts['a'] numbers[0] (<int>+<int>) (<int>-<int>) (<int>*<int>) (<int>/<int>)"
    " (<int>%<int>) -(<int>) size(<string>) <list>.size() int(<double>) int(<uint>) <list>[<int>] (<bool>?<int>:<int>)"
    " key.expires.getHours() <string>.size() optional.of(<int>).orValue(<int>)",
    "uint": "u 2u (<uint>+<uint>) (<uint>-<uint>) uint(<int>) (<bool>?<uint>:<uint>)",
    "double": "d 1.5 (<double>+<double>) (<double>/<double>) (<money>/<money>) double(<int>) -(<double>)",
    "string": "s 'a' key.environment key.owner.name key.labels.team codes[1] (<string>+<string>) string(<int>)"
    " string(<money>) string(<time>) key.models[<int>] (<bool>?<string>:<string>) string(<wait>)",
    "money": "spent usd(1) key.budget amounts[0] usd(<int>) (<money>+<money>) (<money>-<money>) (<money>*<int>)"
    " (<int>*<money>) (<money>*<double>) (<double>*<money>) (<bool>?<money>:<money>) [<money>,<money>][<int>]",
    "time": "now key.expires (<time>+<wait>) (<wait>+<time>) (<time>-<wait>)",
    "wait": "wait duration('1h') (<time>-<time>) (<wait>+<wait>) (<wait>-<wait>)",
    "list": "numbers [1] [<int>,<int>] (<list>+<list>) <list>.map(x,x*<int>) <list>.filter(x,x<<int>)"
    " <list>.map(x,x><int>,x+<int>) counts.map(k,counts[k]) key.models.map(m,m.size()) ([]+<list>) (<bool>?[]:<list>)",
    "bool": "yes true has(key.expires) (<int><<int>) (<int><=<double>) (<uint>><int>) (<string>==<string>) !(<bool>)"
    " (<money>><money>) (<money>==<money>) (<time><<time>) (<wait>>=<wait>) (<bool>&&<bool>) (<bool>||<bool>)"
    " (<int>_in_<list>) (<string>_in_key.labels) (<money>_in_amounts) <list>.all(x,x<<int>) <list>.exists(x,x==<int>)"
    " <list>.exists_one(x,x==<int>) <list>.all(i,x,i<x) <string>.startsWith(<string>) <string>.contains(<string>)"
    " (<list>==<list>) (<double>!=<double>) (type(<int>)==int) ([]==<list>) amounts.all(x,x*<int>><money>)"
    " key.backups.all(o,o.name==<string>) (key.models==[<string>])",
}
HOLE = re.compile(r"<([a-z]{3,})>")
ROOT = st.sampled_from(sorted(TEMPLATES))


@st.composite
def expressions(draw: st.DrawFn, type_: str, depth: int = 3) -> str:
    """An expression of the type by construction, its holes filled with expressions of theirs."""
    templates = TEMPLATES[type_].split(" ")
    chosen = draw(st.sampled_from(templates if depth else [one for one in templates if not HOLE.search(one)]))
    return HOLE.sub(lambda hole: draw(expressions(hole[1], depth - 1)), chosen).replace("_in_", " in ")


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


@settings(max_examples=500, deadline=None)
@given(ROOT.flatmap(expressions))
def test_well_typed_expressions_do_not_go_wrong(text: str) -> None:
    """An expression typed by construction is accepted, and with the declared values it gives a value of its type.

    It may still have no value, as a division by zero has none, but never because types do not fit.
    """
    found, errors = check_all(parse(text), variables=DECLARED)
    assert not errors
    assert found is not None
    value = _value(found.ast)
    if isinstance(value, CelEvaluationError):
        assert value.code not in BROKEN
    else:
        assert _is_of(value, found.type)


def _value(ast: Node) -> object:
    """The value of an expression, or why it has none."""
    try:
        return evaluate(ast, ACTIVATION)
    except CelEvaluationError as error:
        return error
