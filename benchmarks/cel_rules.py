"""How long one rule takes: by hand, by Remit, by other implementations of CEL, and in other languages.

    python -m benchmarks.cel_rules

The other engines need a request in their own types; that conversion is counted, once for each
evaluation, as a service would have to do it. Remit and a function by hand take the request as it is.
"""

from __future__ import annotations

import gc
import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from cel_expr_python import cel as google

from benchmarks.compiled import single
from benchmarks.rivals import CASBIN, CEDAR, CEL_PYTHON, CEL_RUST, COMPILED, GOOGLE, REGO, RIVALS, Rival
from benchmarks.translations import SINGLE, Rule
from remit.cel import BOOL, INT, STRING, TIMESTAMP, Program, compile, list_of, map_of, object_type, specialise

KEY = object_type(
    "bench.Key",
    {
        "environment": STRING,
        "team": STRING,
        "rpm": INT,
        "purposes": list_of(STRING),
        "labels": map_of(STRING, STRING),
        "expires": TIMESTAMP,
        "active": BOOL,
    },
)
REQUEST = object_type(
    "bench.Request", {"purpose": STRING, "model": STRING, "input_tokens": INT, "tags": list_of(STRING)}
)
Run = Callable[[Any], object]
VARIABLES = {"key": KEY, "request": REQUEST, "now": TIMESTAMP}

RULES = {
    "a: five comparisons": (
        'key.environment == "prod" && request.purpose == "ranking" && key.rpm > 60'
        ' && request.input_tokens < 4000 && key.team != "guests"'
    ),
    "b: allowlist, prefix, has(), look-up": (
        'request.model in ["m-1", "m-2", "m-3", "m-4", "m-5", "m-6", "m-7", "m-8"]'
        ' && request.model.startsWith("m-") && has(key.labels.tier) && key.labels["tier"] == "gold"'
    ),
    "c: exists, all, ternary over times": (
        "key.purposes.exists(p, p == request.purpose) && request.tags.all(t, t.startsWith('t'))"
        " && (key.expires > now ? key.active : false)"
    ),
}

VALUES: dict[str, Any] = {
    "key": {
        "environment": "prod",
        "team": "search",
        "rpm": 600,
        "purposes": ["chat", "ranking"],
        "labels": {"tier": "gold"},
        "expires": datetime(2027, 1, 1, tzinfo=UTC),
        "active": True,
    },
    "request": {"purpose": "ranking", "model": "m-7", "input_tokens": 100, "tags": ["t1", "t2"]},
    "now": datetime(2026, 6, 1, tzinfo=UTC),
}

_MODELS = frozenset({"m-1", "m-2", "m-3", "m-4", "m-5", "m-6", "m-7", "m-8"})


def _a(values: dict[str, Any]) -> bool:
    key, request = values["key"], values["request"]
    return (
        key["environment"] == "prod"
        and request["purpose"] == "ranking"
        and key["rpm"] > 60
        and request["input_tokens"] < 4000
        and key["team"] != "guests"
    )


def _b(values: dict[str, Any]) -> bool:
    key, request = values["key"], values["request"]
    return (
        request["model"] in _MODELS
        and request["model"].startswith("m-")
        and "tier" in key["labels"]
        and key["labels"]["tier"] == "gold"
    )


def _c(values: dict[str, Any]) -> bool:
    key, request = values["key"], values["request"]
    return (
        any(purpose == request["purpose"] for purpose in key["purposes"])
        and all(tag.startswith("t") for tag in request["tags"])
        and (key["active"] if key["expires"] > values["now"] else False)
    )


BY_HAND = dict(zip(RULES, (_a, _b, _c), strict=True))


def _google(text: str, *, before: bool) -> Run:
    dynamic = google.Type.Map(google.Type.STRING, google.Type.DYN)
    variables = {"key": dynamic, "request": dynamic, "now": google.Type.TIMESTAMP, "expires": google.Type.TIMESTAMP}
    # A datetime inside a dynamic map is refused, so the key's goes in beside it.
    environment = google.NewEnv(variables=variables)
    expression = environment.compile(text.replace("key.expires", "expires"))
    key = {name: held for name, held in VALUES["key"].items() if name != "expires"}
    data = {**VALUES, "key": key, "expires": VALUES["key"]["expires"]}
    if before:
        activation = environment.Activation(data)
        return lambda _: expression.eval(activation).value()
    return lambda _: expression.eval(data=data).value()


def _rivals(name: str, text: str) -> dict[str, tuple[Run, int]]:
    """The other engines, with and without the conversion of the request, and how often to ask each."""
    rule = Rule(text, "", *SINGLE[name])
    runs: dict[str, tuple[Run, int]] = {}
    for engine, rounds in _ROUNDS.items():
        if engine not in RIVALS:
            continue
        rival = RIVALS[engine]([rule])
        facts = VALUES if engine in (CEL_PYTHON, CEL_RUST) else _seconds(VALUES)
        runs[engine] = (partial(_converting, rival, facts), rounds)
        if engine != CEDAR:
            runs[f"{engine}, converted before"] = (partial(_converted, rival, rival.convert(facts)), rounds)
    return runs


_ROUNDS = {CEL_PYTHON: 20, CEL_RUST: 500, CEDAR: 100, REGO: 100, CASBIN: 100}


def _converting(rival: Rival, facts: Any, _: object) -> bool:
    return rival.denies(rival.convert(facts)) == 1


def _converted(rival: Rival, held: object, _: object) -> bool:
    return rival.denies(held) == 1


def _seconds(value: Any) -> Any:
    """The value with instants as numbers, for engines without them."""
    if isinstance(value, dict):
        return {name: _seconds(held) for name, held in value.items()}
    return int(value.timestamp()) if isinstance(value, datetime) else value


def _residue(program: Program) -> Run:
    rest = specialise(program, {"key": VALUES["key"]})
    if not isinstance(rest, Program):
        raise TypeError("the rule does not depend on the request")
    return rest.native


def _microseconds(run: Run, rounds: int) -> float:
    """The best of nine means: what the engine takes when nothing else runs."""
    # An engine's own bool is equal to True, an error that comes back as a text is not.
    if run(VALUES) not in (True,):
        raise ValueError("every rule of the benchmark holds")
    gc.disable()
    try:
        return (
            min(timeit.repeat("run(values)", globals={"run": run, "values": VALUES}, number=rounds, repeat=9))
            / rounds
            * 1e6
        )
    finally:
        gc.enable()


def _measure(name: str, text: str, compiled: dict[str, float]) -> dict[str, object]:
    program = compile(text, variables=VARIABLES, result=BOOL)
    row: dict[str, object] = {"rule": name}
    row["by hand"] = _microseconds(BY_HAND[name], 20_000)
    row["remit"] = _microseconds(program.native, 20_000)
    row["remit, key known"] = _microseconds(_residue(program), 20_000)
    row["remit, exact"] = _microseconds(program.exact, 500)
    row[GOOGLE] = _microseconds(_google(text, before=False), 500)
    row[f"{GOOGLE}, converted before"] = _microseconds(_google(text, before=True), 500)
    for engine, (run, rounds) in _rivals(name, text).items():
        row[engine] = _microseconds(run, rounds)
    row[COMPILED] = compiled[f"{name}/converting"] * 1e6
    row[f"{COMPILED}, converted before"] = compiled[f"{name}/before"] * 1e6
    return row


def run() -> list[dict[str, object]]:
    """Microseconds per evaluation: one row a rule, one column an engine."""
    compiled = single(rounds=9)
    return [_measure(name, text, compiled) for name, text in RULES.items()]


def main() -> None:
    """Print every engine's time and its ratio to the function by hand."""
    for row in run():
        hand = float(str(row["by hand"]))
        print(row["rule"])
        for engine, held in row.items():
            if engine != "rule":
                print(f"  {engine:44} {float(str(held)):10.2f} µs {float(str(held)) / hand:10.1f} x")


if __name__ == "__main__":
    main()
