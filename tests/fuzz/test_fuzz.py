"""A part of the fuzzing that `make fuzz` does at length, and that it sees and tells what it should."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import fuzz
from fuzz import __main__ as command
from fuzz import expressions, mutants
from fuzz.mutations import Mutation, mutations
from fuzz.subjects import Difference, Tally

# long, and what it runs is covered by shorter tests: counting its branches would only make it longer
pytestmark = pytest.mark.no_cover

TESTS = Path(fuzz.__file__).resolve().parents[1]


def test_all_ways_agree_about_some_thousands_of_cases() -> None:
    """Compiled, exact, specialised, saved, fused and Google's: one answer for every expression and its values."""
    heard: list[int] = []
    total = expressions.run(0, 600, 12, 1, lambda tally: heard.append(tally.counts["cases"]))
    told = "\n".join(expressions.reproduction(each, 12) for each in total.differences)
    assert not total.differences, told
    assert total.counts["cases"] == heard[-1] > 5_000
    assert total.counts["asked of the oracle"] > 3_000
    assert total.counts["distinct expressions"] > 550
    assert total.counts["fused"] > 100


SOME = 5
"""Mutations that this suite tries; `make mutants` tries all."""


def test_mutations_are_many_and_apply() -> None:
    """Each edit stands once in the module it is about, and makes it another one that Python can read."""
    every = list(mutations())
    assert len(every) >= 100
    assert len(set(every)) == len(every)
    for mutation in every:
        source = (TESTS.parent / "engine" / "remit" / mutation.module).read_text(encoding="utf-8")
        mistaken = mutation.applied(source)
        compile(mistaken, mutation.module, "exec")
        assert mistaken != source


def test_some_mistakes_are_seen() -> None:
    """Mutations from all over the list, each in a copy of the package, are told from the package as it is."""
    every = list(mutations())
    chosen = every[:: len(every) // SOME][:SOME]
    assert not [each.mutation.name for each in mutants.judged(chosen, 1) if not each.seen]


def test_no_mistake_is_no_finding(tmp_path: Path) -> None:
    """The quick check finds nothing wrong with the package as it is."""
    assert mutants.checked(mutants.copied(tmp_path / "copy")) == ""


def test_a_mutation_that_no_longer_applies_is_told() -> None:
    """A text that is not in its module is an error, not a mistake that was seen."""
    with pytest.raises(ValueError, match="stands 0 times"):
        Mutation("cel/_compare.py", "no such text", "").applied("something else")


SHOWN = Difference(41, "oracle", "i + 1", "{'i': 1}", "2", "3")


def test_a_difference_says_how_to_see_it_again() -> None:
    """The line names the seed and the number of values, for they make the expression and what it is asked about."""
    told = expressions.reproduction(SHOWN, 9)
    assert "expressions --seed 41 --expressions 1 --values 9" in told
    assert all(part in told for part in ("oracle", "i + 1", "{'i': 1}", "expected 2", "found    3"))


def test_a_seed_gives_the_same_again() -> None:
    """What a process writes for a seed does not depend on those before it."""
    whole: list[str] = []
    alone: list[str] = []
    expressions.worker(30, 3, 8, whole.append)
    expressions.worker(32, 1, 8, alone.append)
    assert whole[2:] == alone


def test_the_end_of_a_process_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed at which the oracle ends its process is told, and the next process goes on behind it."""
    line = json.dumps({"counts": {"cases": 1}, "text": "", "differences": []})
    code = (
        "import os, sys\n"
        "start, count = map(int, sys.argv[3:5])\n"
        "for seed in range(start, start + count):\n"
        "    if seed == 1: sys.stdout.flush(); os.abort()\n"
        f"    print({line!r})\n"
    )
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda arguments, **more: popen([sys.executable, "-c", code, *arguments[1:]], **more)
    )
    total = expressions.run(0, 3, 5, 1, lambda _: None)
    assert [(each.seed, each.ways) for each in total.differences] == [(1, "oracle")]
    assert total.counts["cases"] == 2


def test_the_command_fails_on_a_difference(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with 1, and prints the difference and the sums."""
    survivor = mutants.Verdict(next(mutations()), "")
    monkeypatch.setattr(mutants, "judged", lambda *_: iter([survivor]))
    assert command.main(["mutants"]) == 1
    assert f"survives: {survivor.mutation.name}" in capsys.readouterr().out
    found = Tally()
    found.counts["cases"] = 7
    monkeypatch.setattr(expressions, "run", lambda *_: found)
    assert command.main(["expressions"]) == 0
    found.differences.append(SHOWN)
    assert command.main(["expressions", "--seed", "41"]) == 1
    printed = capsys.readouterr().out
    assert "7 cases" in printed
    assert "1 differences" in printed
