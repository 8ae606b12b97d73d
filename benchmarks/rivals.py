"""The same rules in other engines, evaluated one by one, as an application without Remit would."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import celpy
from cel_expr_python import cel as google

_VARIABLES = ("request", "usage", "limits", "key", "project", "team", "organization", "model")


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
    """cel-python, with its interpreter: the runner that is safe to share between threads."""

    def __init__(self, conditions: Sequence[str]) -> None:
        environment = celpy.Environment(runner_class=celpy.InterpretedRunner)
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
