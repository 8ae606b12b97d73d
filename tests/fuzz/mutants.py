"""Whether the tests see deliberate mistakes: each in a copy of the package, under `fuzz.quick`, in its own process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from fuzz.mutations import Mutation

_TESTS = Path(__file__).resolve().parents[1]
_ENGINE = _TESTS.parent / "engine"
_SECONDS = 120
"""A mistake that makes something run for so long is seen."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutation: `seen` says by what; empty when it survived."""

    mutation: Mutation
    seen: str


def judged(mutations: Sequence[Mutation], workers: int) -> Iterator[Verdict]:
    """Each mutation's verdict, in their order; every worker has a copy of the package."""
    with tempfile.TemporaryDirectory(prefix="remit-mutants-") as place, ThreadPoolExecutor(workers) as executor:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            copies.put(copied(Path(place) / str(number)))

        def judge(mutation: Mutation) -> Verdict:
            copy = copies.get()
            try:
                return Verdict(mutation, seen(mutation, copy))
            finally:
                copies.put(copy)

        yield from executor.map(judge, mutations)


def copied(place: Path) -> Path:
    """A copy of the package, with what Python compiled of it."""
    shutil.copytree(_ENGINE, place)
    return place


def seen(mutation: Mutation, copy: Path) -> str:
    """What the quick check says of the package with this mistake; the copy is as before afterwards."""
    module = copy / "remit" / mutation.module
    source = module.read_text(encoding="utf-8")
    module.write_text(mutation.applied(source), encoding="utf-8")
    # Python takes a module for unchanged by its size and the second of its last change.
    for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc"):
        compiled.unlink()
    try:
        return checked(copy)
    finally:
        module.write_text(source, encoding="utf-8")


def checked(copy: Path) -> str:
    """What the quick check says of a copy of the package; empty when it finds nothing."""
    environment = {**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{_TESTS}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "fuzz.quick"]
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return f"no end after {_SECONDS} s"
    if ended.returncode == 0:
        return ""
    return ended.stdout.strip() or (ended.stderr.strip().splitlines() or ["ended"])[-1]
