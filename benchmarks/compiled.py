"""cel-python's CompiledRunner, in a process of its own: a process can have one sort of runner only.

It reads conditions and facts as JSON, or nothing for the single rules, and writes seconds by what was done.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial

import celpy

from benchmarks.clock import in_turns
from benchmarks.rivals import CelPython


def whole(conditions: Sequence[str], facts: Mapping[str, object], rounds: int) -> dict[str, float]:
    """Seconds for all conditions on the facts, by whether these were converted before."""
    return _asked({"conditions": list(conditions), "facts": facts, "rounds": rounds})


def single(rounds: int) -> dict[str, float]:
    """Seconds for each rule of `cel_rules`, and for each with its facts converted before."""
    return _asked({"rounds": rounds})


def _asked(what: Mapping[str, object]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.compiled"]
    return dict(json.loads(subprocess.check_output(command, input=json.dumps(what), text=True)))


def _measured(rules: CelPython, facts: Mapping[str, object], rounds: int, expected: int) -> dict[str, float]:
    held = rules.convert(facts)
    if rules.denies(held) != expected:
        raise ValueError("cel-python's compiled runner gives another answer")
    calls = {"converting": lambda: rules.denies(rules.convert(facts)), "before": partial(rules.denies, held)}
    return in_turns(calls, rounds=rounds, number=2)


def main() -> None:
    """Measure what was asked for."""
    asked = json.load(sys.stdin)
    rounds = asked["rounds"]
    if "conditions" in asked:
        found = _measured(CelPython(asked["conditions"], celpy.CompiledRunner), asked["facts"], rounds, 0)
    else:
        from benchmarks.cel_rules import RULES, VALUES

        found = {}
        for name, text in RULES.items():
            took = _measured(CelPython([text], celpy.CompiledRunner), VALUES, rounds, 1)
            found |= {f"{name}/{what}": seconds for what, seconds in took.items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
