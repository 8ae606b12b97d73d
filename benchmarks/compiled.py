"""cel-python's CompiledRunner, in a process of its own: a process can have one sort of runner only.

It reads conditions and facts as JSON, or nothing for the single rules, and writes seconds by what was done.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial

import celpy

from benchmarks.clock import in_turns
from benchmarks.rivals import CelPython


def whole(conditions: Sequence[str], facts: Mapping[str, object], rounds: int) -> dict[str, float]:
    """Seconds for all conditions on the facts, by whether these were converted before; and how many fail."""
    return _asked({"conditions": list(conditions), "facts": facts, "rounds": rounds})


def single(rounds: int) -> dict[str, float]:
    """Seconds for each rule of `cel_rules`, and for each with its facts converted before."""
    return _asked({"rounds": rounds})


def _asked(what: Mapping[str, object]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.compiled"]
    return dict(json.loads(subprocess.check_output(command, input=json.dumps(what), text=True)))


def _measured(rules: CelPython, facts: Mapping[str, object], rounds: int) -> dict[str, float]:
    held = rules.convert(facts)
    calls = {"converting": lambda: rules.denies(rules.convert(facts)), "before": partial(rules.denies, held)}
    return in_turns(calls, rounds=rounds, number=2)


def main() -> None:
    """Measure what was asked for."""
    asked = json.load(sys.stdin)
    # It writes a line for each error, and writing is not what is measured.
    logging.disable()
    rounds = asked["rounds"]
    if "conditions" in asked:
        rules = CelPython(asked["conditions"], celpy.CompiledRunner)
        # No rule holds, so what does not give false fails.
        failing = rules.denies(rules.convert(asked["facts"]))
        found = {**_measured(rules, asked["facts"], rounds), "failing": float(failing)}
    else:
        from benchmarks.cel_rules import RULES, VALUES

        found = {}
        for name, text in RULES.items():
            took = _measured(CelPython([text], celpy.CompiledRunner), VALUES, rounds)
            found |= {f"{name}/{what}": seconds for what, seconds in took.items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
