"""Two hundred rules at a time: in the shapes of `cel_rules`, all of them true, so that none of them ends early.

Remit makes one function of them, which computes what stands in many of them once. The reference is a Python
function by hand for each rule, called one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.cel_rules import VALUES, VARIABLES
from benchmarks.clock import in_turns
from benchmarks.results import Row, Table, duration, times
from remit.cel import BOOL, And, Program, compile, from_ast

Values = Mapping[str, object]
Hand = Callable[[Values], object]

_MODELS = ", ".join(f'"m-{number}"' for number in range(1, 9))
SHAPES = (
    (
        'key.environment == "prod" && request.purpose == "ranking" && key.rpm > {n} && request.input_tokens < 4{n:03d}'
        ' && key.team != "guests{n}"',
        'key["environment"] == "prod" and request["purpose"] == "ranking" and key["rpm"] > {n}'
        ' and request["input_tokens"] < 4{n:03d} and key["team"] != "guests{n}"',
    ),
    (
        f'request.model in [{_MODELS}, "x{{n}}"] && request.model.startsWith("m-") && has(key.labels.tier)'
        ' && key.labels["tier"] == "gold"',
        'request["model"] in MODELS and request["model"].startswith("m-") and "tier" in key["labels"]'
        ' and key["labels"]["tier"] == "gold"',
    ),
    (
        "key.purposes.exists(p, p == request.purpose) && request.tags.all(t, t.startsWith('t'))"
        " && (key.expires > now ? key.rpm > {n} : false)",
        'any(p == request["purpose"] for p in key["purposes"]) and all(t.startswith("t") for t in request["tags"])'
        ' and (key["rpm"] > {n} if key["expires"] > values["now"] else False)',
    ),
)


def rules(count: int) -> list[Program]:
    """So many different rules, of each shape in turn."""
    texts = [SHAPES[number % len(SHAPES)][0].format(n=number) for number in range(count)]
    return [compile(text, variables=VARIABLES, result=BOOL) for text in texts]


def by_hand(count: int) -> list[Hand]:
    """The same rules as Python functions, as somebody would write them."""
    return [_function(SHAPES[number % len(SHAPES)][1].format(n=number), number) for number in range(count)]


def _function(expression: str, number: int) -> Hand:
    names: dict[str, object] = {"MODELS": frozenset({*(f"m-{each}" for each in range(1, 9)), f"x{number}"})}
    body = f'def rule(values):\n    key, request = values["key"], values["request"]\n    return {expression}\n'
    exec(body, names)  # the benchmark's own text
    return names["rule"]  # type: ignore[return-value]


def one(programs: list[Program]) -> Program:
    """All of them as one: true if each is."""
    types = {name: type_ for each in programs for name, type_ in each.types.items()}
    return from_ast(And(tuple(each.ast for each in programs)), type=BOOL, types=types)


def measure(*, count: int = 200, rounds: int = 15) -> Table:
    """By hand, one by one, and as one."""
    programs, hands = rules(count), by_hand(count)
    natives, fused = [each.native for each in programs], one(programs).native
    if not all(each(VALUES) is True for each in (*natives, *hands, fused)):
        raise ValueError("every rule of the benchmark holds")
    calls = {
        "by hand": lambda: [each(VALUES) for each in hands],
        "one by one": lambda: [each(VALUES) for each in natives],
        "as one": lambda: fused(VALUES),
    }
    took = in_turns(calls, rounds=rounds, number=20)
    rows = [_row("rules one by one", took["one by one"], took["by hand"], None)]
    rows.append(_row("rules as one function", took["as one"], took["by hand"], 0.5))
    about = (
        f"{count} rules on one request, every one asked to its end, nothing selected away. The reference is a Python"
        " function by hand for each, called one by one. A ratio below 1 x beats the reference."
    )
    return Table("A set of rules", about, tuple(rows))


def _row(what: str, took: float, hand: float, goal: float | None) -> Row:
    met = None if goal is None else took < goal * hand
    return Row(what, duration(took), duration(hand), times(took / hand), f"under {goal} x" if goal else "", met)
