"""The same rules in other engines, as an application without Remit would evaluate them.

Every engine has `convert`, from facts to what it takes, and `denies`, the number of rules that hold; Casbin ends at
the first. Cedar takes a request as JSON, which it reads again each time: its conversion cannot be left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import cel
import celpy
from cel_expr_python import cel as google

from benchmarks.translations import NAMES, Rule

_VARIABLES = ("request", "usage", "limits", "key", "project", "team", "organization", "model")


class Rival(Protocol):
    """What every engine can be asked."""

    def convert(self, facts: Mapping[str, object]) -> Any:
        """Facts as the engine wants them."""
        ...

    def denies(self, converted: Any) -> int:
        """How many rules hold."""
        ...


class GoogleCel:
    """cel-expr-python: Google's C++ implementation behind a Python binding."""

    def __init__(self, conditions: Sequence[str]) -> None:
        declared = google.Type.Map(google.Type.STRING, google.Type.DYN)
        self._environment = google.NewEnv(variables=dict.fromkeys(_VARIABLES, declared))
        self._rules = [self._environment.compile(condition) for condition in conditions]

    def convert(self, facts: Mapping[str, object]) -> google.Activation:
        """Facts as the engine wants them."""
        return self._environment.Activation(facts)

    def denies(self, activation: google.Activation) -> int:
        """How many rules hold. An error comes back as a value too, so the type is looked at."""
        return sum(rule.eval(activation).plain_value() is True for rule in self._rules)


class CelPython:
    """cel-python; its interpreter is safe to share between threads, and a process can have one sort of runner only."""

    def __init__(self, conditions: Sequence[str], runner: type[celpy.Runner] = celpy.InterpretedRunner) -> None:
        environment = celpy.Environment(runner_class=runner)
        self._rules = [environment.program(environment.compile(condition)) for condition in conditions]

    def convert(self, facts: Mapping[str, object]) -> dict[str, object]:
        """Facts as the engine wants them."""
        return {name: celpy.json_to_cel(value) for name, value in facts.items()}

    def denies(self, activation: dict[str, object]) -> int:
        """How many rules hold."""
        return sum(self._holds(rule, activation) for rule in self._rules)

    @staticmethod
    def _holds(rule: celpy.Runner, activation: dict[str, object]) -> bool:
        try:
            return bool(rule.evaluate(activation))
        except celpy.CELEvalError:
            return True


class CelRust:
    """common-expression-language: an implementation in Rust behind a Python binding."""

    def __init__(self, conditions: Sequence[str]) -> None:
        self._rules = [cel.compile(condition) for condition in conditions]

    def convert(self, facts: Mapping[str, object]) -> cel.Context:
        """Facts as the engine wants them; it converts them at the first evaluation."""
        return cel.Context(variables=dict(facts))

    def denies(self, context: cel.Context) -> int:
        """How many rules hold."""
        return sum(rule.execute(context) is True for rule in self._rules)


class ByHand:
    """Functions of Python."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [eval(f"lambda {', '.join(NAMES)}: {rule.hand}") for rule in rules]

    def convert(self, facts: Mapping[str, object]) -> tuple[object, ...]:
        """The arguments."""
        return tuple(facts.get(name) for name in NAMES)

    def denies(self, arguments: tuple[object, ...]) -> int:
        """How many rules hold."""
        return sum(rule(*arguments) is True for rule in self._rules)


class Cedar:
    """cedarpy: a `forbid` for each rule, and a `permit` for everything."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        import cedarpy

        texts = [f"forbid(principal, action, resource) when {{ {rule.cedar} }};" for rule in rules]
        self._policies = cedarpy.PolicySet.from_str("\n".join(["permit(principal, action, resource);", *texts]))
        self._asked = cedarpy.is_authorized
        self._entities = cedarpy.Entities.from_json_str("[]")

    def convert(self, facts: Mapping[str, object]) -> dict[str, object]:
        """Facts as the engine wants them: it has no null and no fractions, and no rule here reads any."""
        context = {name: _without(facts[name]) for name in NAMES if name in facts}
        return {"principal": 'Key::"k"', "action": 'Action::"ask"', "resource": 'Model::"m"', "context": context}

    def denies(self, asked: dict[str, object]) -> int:
        """How many rules hold. Raises ValueError when a rule fails."""
        answer = self._asked(asked, self._policies, self._entities)
        if answer.diagnostics.errors:
            raise ValueError(str(answer.diagnostics.errors[0]))
        return 0 if answer.allowed else len(answer.diagnostics.reasons)


class Rego:
    """regopy: Rego in C++."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        import regopy

        lines = [f'deny contains "{at}" if {{ {way} }}' for at, rule in enumerate(rules) for way in rule.rego]
        self._interpreter = regopy.Interpreter()
        self._interpreter.add_module("rules", "\n".join(["package rules", *lines]))
        self._bundle = self._interpreter.build("data.rules.deny")

    def convert(self, facts: Mapping[str, object]) -> None:
        """Hand the facts over."""
        self._interpreter.set_input(dict(facts))

    def denies(self, _: None) -> int:
        """How many rules hold."""
        return len(self._interpreter.query_bundle(self._bundle).results[0].expressions[0])


class Casbin:
    """pycasbin: a policy for each rule, whose text is evaluated."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        import casbin

        model = casbin.Model()
        model.load_model_from_text(_CASBIN_MODEL.format(", ".join(NAMES)))
        self._enforcer = casbin.Enforcer(model)
        self._enforcer.add_policies([[rule.casbin, "deny"] for rule in rules])
        self._enforcer.add_function("any_begins", lambda texts, part: any(text.startswith(part) for text in texts))
        self._enforcer.add_function("all_begin", lambda texts, part: all(text.startswith(part) for text in texts))

    def convert(self, facts: Mapping[str, object]) -> tuple[object, ...]:
        """The arguments."""
        return tuple(facts.get(name) for name in NAMES)

    def denies(self, arguments: tuple[object, ...]) -> int:
        """1 when any rule holds."""
        return int(not self._enforcer.enforce(*arguments))


_CASBIN_MODEL = """\
[request_definition]
r = {}
[policy_definition]
p = rule, eft
[policy_effect]
e = !some(where (p.eft == deny))
[matchers]
m = eval(p.rule)
"""


GOOGLE, CEL_PYTHON, COMPILED = "cel-expr-python (C++)", "cel-python (interpreter)", "cel-python (compiled)"
CEL_RUST, BY_HAND, CEDAR = "common-expression-language (Rust)", "Python by hand", "Cedar (cedarpy)"
REGO, CASBIN = "Rego (regopy)", "Casbin (pycasbin)"
_RIVALS: dict[str, tuple[str, Callable[[list[Rule]], Rival]]] = {
    BY_HAND: ("", ByHand),
    GOOGLE: ("cel-expr-python", lambda rules: GoogleCel([rule.cel for rule in rules])),
    CEL_PYTHON: ("cel-python", lambda rules: CelPython([rule.cel for rule in rules])),
    CEL_RUST: ("common-expression-language", lambda rules: CelRust([rule.cel for rule in rules])),
    CEDAR: ("cedarpy", Cedar),
    REGO: ("regopy", Rego),
    CASBIN: ("pycasbin", Casbin),
}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


RIVALS = {name: make for name, (package, make) in _RIVALS.items() if not package or _version(package)}
"""Those that are installed and that one process can hold; `COMPILED` has its own. `make bench` installs all."""


def versions() -> str:
    """The rivals' packages and their versions."""
    return ", ".join(
        f"{package} {_version(package)}" for package, _ in _RIVALS.values() if package and _version(package)
    )


def _without(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _without(held) for name, held in value.items() if held is not None and type(held) is not float}
    return value


def plain(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts without instants and durations: no rule here reads one, and a rival refuses them inside a map."""
    kept = {name: _plain(value) for name, value in facts.items()}
    return json.loads(json.dumps(kept))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items() if not isinstance(v, datetime | timedelta)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value
