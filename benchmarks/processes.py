"""What is measured from outside: whole processes, from start to exit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.organization import write_organization
from benchmarks.results import Row, Table, duration, times

_CHECK = "import sys; from remit.cli import main; sys.argv[0] = 'remit'; main()"
_HEAVY = (
    "pydantic",
    "ruamel",
    "yaml",
    "celpy",
    "lark",
    "git",
    "rich",
    "typer",
    "jinja2",
    "pygal",
    "sqlalchemy",
    "genai_prices",
)
_LOADED = f"import sys, remit; print(*(name for name in {_HEAVY!r} if name in sys.modules))"


def checking(directory: Path, *, keys: int = 10_000) -> Table:
    """`remit check`, from nothing and after one file changed."""
    tree, cache = directory / "tree", directory / "cache"
    write_organization(tree, keys=keys, rules=200)
    cold = _check(tree, cache)
    changed = next((tree / "projects").iterdir())
    changed.write_text(changed.read_text().replace("NK-", "NK-9", 1), encoding="utf-8")
    warm = _check(tree, cache)
    files = sum(1 for _ in tree.rglob("*.yaml"))
    about = f"`remit check` as a whole process, over {keys:,} keys and 200 rules in {files:,} files."
    rows = (
        Row("from nothing", duration(cold), "", "", "under 20 s", cold < 20),
        Row(
            "after a change to one file, with the cache",
            duration(warm),
            duration(cold),
            times(cold / warm),
            "under 2 s",
            warm < 2,
        ),
    )
    return Table("Checking", about, rows)


def importing(*, rounds: int = 15) -> Table:
    """`import remit`, and what it brings along."""
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(_python("pass"))
        ours.append(_python("import remit"))
    took = max(0.0, median(ours) - median(bare))
    loaded = _output(_LOADED).split()
    brought = ", ".join(f"`{name}`" for name in loaded) or "none of them"
    asked = ", ".join(f"`{name}`" for name in _HEAVY)
    about = f"Whole processes, less the start of a bare interpreter. Of {asked} it imports {brought}."
    row = Row("`import remit`", duration(took), "", "", "under 100 ms, nothing heavy", took < 0.1 and not loaded)
    return Table("Importing", about, (row,))


def _check(tree: Path, cache: Path) -> float:
    began = perf_counter()
    environment = {**os.environ, "REMIT_CACHE_DIR": str(cache)}
    ended = subprocess.run(
        [sys.executable, "-c", _CHECK, "check", str(tree)], env=environment, capture_output=True, text=True, check=False
    )
    took = perf_counter() - began
    if ended.returncode != 0:
        raise ValueError(f"check failed: {ended.stdout[-500:]}{ended.stderr[-500:]}")
    return took


def _python(code: str) -> float:
    began = perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return perf_counter() - began


def _output(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
