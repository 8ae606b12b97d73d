"""A large organisation: ten thousand keys and a thousand rules, decided from a saved bundle."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from benchmarks.clock import least_per_call
from benchmarks.evaluating import USAGE, bundle_of, pairs, request
from benchmarks.results import Row, Table, duration
from remit.bundle import save_bundle
from remit.decide import Decision, Engine, Usage, load

ALLOW, DENY, SELECTED, ROOM = 2.5e-6, 3.5e-6, 4e-6, 60.0
_ABOUT = (
    "{keys:,} keys and {rules:,} rules on requests, loaded from the saved bundle. Each time is one `evaluate`, from"
    " keywords to decision, at its quietest: the median over pairs of key and model. Memory is what a process that"
    " loaded the bundle and decided for these pairs, twice, has more than a bare interpreter; beside it what it"
    " imported of a parser or a validator."
)
_HEAVY = ("celpy", "lark", "ruamel", "yaml", "pydantic")
_RESIDENT = """
import json, sys
from datetime import datetime

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

bare = resident()
from remit import load
engine = load(sys.argv[1])
loaded = resident()
for _ in range(2):
    for asked in json.loads(sys.argv[2]):
        engine.evaluate(**{**asked, "now": datetime.fromisoformat(asked["now"])})
heavy = [name for name in json.loads(sys.argv[3]) if name in sys.modules]
print(json.dumps([loaded - bare, resident() - bare, heavy]))
"""


def measure(directory: Path, *, keys: int = 10_000, rules: int = 1_000, few: int = 200) -> Table:
    """Allows, denials and memory, and the allows of a set of `few` rules."""
    path = _saved(directory, "large", keys, rules)
    engine = load(path)
    some = pairs(engine, keys)
    smaller = load(_saved(directory, "few", min(keys, 1_000), few))
    selected = _median(smaller, pairs(smaller, min(keys, 1_000)), "allow")
    rows = (
        _row(f"`evaluate`, allow, with {few} rules", selected, SELECTED),
        *(_row(f"`evaluate`, {what}", _median(engine, some, *asked), goal) for what, goal, asked in _CASES),
        *_memory(path, some),
    )
    return Table("A large organisation", _ABOUT.format(keys=keys, rules=rules), rows)


_CASES: tuple[tuple[str, float | None, tuple[str, Mapping[str, object]]], ...] = (
    ("allow", ALLOW, ("allow", {})),
    ("allow, at the time of the clock", ALLOW, ("allow", {"now": None})),
    ("allow, with usage of key, user and budgets", None, ("allow", {"usage": USAGE})),
    ("deny: a purpose that was not granted", DENY, ("deny", {"purpose": "purpose-of-nobody"})),
    ("deny: no purpose, which many rules ask for", DENY, ("deny", {"purpose": None})),
    ("deny: by a budget", None, ("deny", {"usage": Usage(spent={"key.monthly": 10**12})})),
    ("deny: by rules on usage", None, ("deny", {"usage": Usage(user_requests_today=5_010)})),
)


def _row(what: str, took: float, goal: float | None) -> Row:
    if goal is None:
        return Row(what, duration(took), "", "")
    return Row(what, duration(took), "", "", f"under {duration(goal)}", took < goal)


def _saved(directory: Path, name: str, keys: int, rules: int) -> Path:
    path = directory / f"{name}.bundle"
    save_bundle(bundle_of(directory / name, keys=keys, rules=rules), path)
    return path


def _median(
    engine: Engine, some: list[tuple[int, int]], effect: str, more: Mapping[str, object] | None = None
) -> float:
    """Seconds for one decision. Raises ValueError where it is another than expected."""
    found = []
    for each in some:
        call = _call(engine, {**request(*each), **(more or {})})
        if call().effect != effect:
            raise ValueError(f"{effect} was expected for {each}")
        found.append(least_per_call(call))
    return median(found)


def _call(engine: Engine, asked: Mapping[str, object]) -> Callable[[], Decision]:
    """A call with its keywords written out, as an application has it: one of `partial` copies them first."""
    names = ", ".join(f"{name}={name}" for name in asked)
    return eval(f"lambda: evaluate({names})", {**asked, "evaluate": engine.evaluate})  # type: ignore[no-any-return]


def _memory(path: Path, some: list[tuple[int, int]]) -> tuple[Row, ...]:
    asked = [{**request(*each), "now": str(request(*each)["now"])} for each in some]
    command = [sys.executable, "-c", _RESIDENT, str(path), json.dumps(asked), json.dumps(_HEAVY)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    loaded, decided, heavy = json.loads(output)
    return (
        Row("memory of the loaded bundle", f"{loaded:.0f} MB", "", ""),
        Row(
            f"memory once it decided; imported: {', '.join(heavy) or 'none'}",
            f"{decided:.0f} MB",
            "",
            "",
            f"at most {ROOM:.0f} MB",
            decided <= ROOM,
        ),
    )
