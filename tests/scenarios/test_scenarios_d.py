"""Bad input, word by word: one small tree for each way of being wrong, and exactly what is said about it.

`corpus/base` is a sound organisation. The files of a case are laid over it, `${name}` in them stands for a secret that
was never issued, and `expected.txt` beside them holds every finding: place, severity, message, remedy, code.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scenario_cases import APPLIED, CASES, NOUNS, expected, number
from scenario_secrets import leaks, used
from scenario_trees import CORPUS, plant, reference

from remit.check import Registries, Report, check_tree
from remit.secrets import SINKS
from remit.source import open_tree
from remit.targets import TARGET_TYPES

NOW = "2026-11-23T09:00:00Z"
REGISTRIES = Registries(frozenset(TARGET_TYPES.names()), frozenset(SINKS.names()))
SECONDS = 60
FORMATS = ("text", "json", "sarif", "github", "junit")
FAULTY = tuple(case for case in CASES if ": error: " in expected(case) and case not in APPLIED)
PERILOUS = (
    "131-alias-bomb",
    "258-name-with-terminal-escape",
    "281-one-thousand-negations",
    "441-secret-in-broken-yaml",
)
SECRETIVE = tuple(case for case in CASES if number(case) in NOUNS["a secret in YAML"])
_LINE = re.compile(r"(?P<place>[^:]+:\d+:\d+): (?P<severity>\w+): (?P<said>.+) \[(?P<code>[a-z-]+)\]")


def _checked(case: str, tree: Path) -> Report:
    found = open_tree(tree, reference(case))
    return check_tree(found, at=datetime.fromisoformat(NOW).astimezone(UTC), registries=REGISTRIES)


def _at(case: str) -> tuple[str, ...]:
    ref = reference(case)
    return ("--ref", ref) if ref else ()


def _secrets(case: str) -> tuple[str, ...]:
    return tuple(secret for path in (CORPUS / case).glob("*.yaml") for secret in used(path.read_text("utf-8")))


@pytest.mark.parametrize("case", CASES)
def test_a_tree_gets_exactly_its_findings(case: str, tmp_path: Path) -> None:
    """Each finding in order: `file:line:col`, severity, message, remedy, code; and without a wait."""
    tree = plant(case, tmp_path)
    before = time.process_time()
    report = _checked(case, tree)
    assert time.process_time() - before < SECONDS
    assert expected(case) == "".join(f"{finding}\n" for finding in report.findings)
    assert report.ok == (": error: " not in expected(case))


@pytest.mark.parametrize("case", CASES)
def test_every_sentence_is_one_that_helps(case: str) -> None:
    """One sentence, small letter or backtick first, no full stop, and a remedy; nothing a terminal would obey."""
    for line in expected(case).splitlines():
        found = _LINE.fullmatch(line)
        assert found, line
        said = found["said"]
        assert said[0] in "`." or said[0].islower() or said.startswith(("Key ", "Group ", "Model ")), line
        assert not said.endswith("."), line
        # an error in an expression may say no more than what is unknown there
        assert ": " in said or found["code"] == "cel-type", line
        assert said.count("`") % 2 == 0, line
        assert not any(unicodedata.category(letter) in ("Cc", "Cf") for letter in line), line


@pytest.mark.parametrize("case", CASES)
def test_the_command_line_says_the_same(case: str, tmp_path: Path, remit: Callable) -> None:
    """`remit check --json` prints the same findings as one document, exits with 3 for an error, and never trips."""
    ran = remit("check", str(plant(case, tmp_path)), "--json", "--no-cache", "--now", NOW, *_at(case))
    found = json.loads(ran.out)["findings"]
    lines = [
        f"{each['file']}:{each['line']}:{each['column']}: {each['severity']}: {each['message']}"
        f"{': ' if each['remedy'] else ''}{each['remedy']} [{each['code']}]"
        for each in found
    ]
    assert expected(case).splitlines() == lines
    assert (3 if ": error: " in expected(case) else 0) == ran.code
    assert ran.err == ""


@pytest.mark.parametrize("case", PERILOUS)
def test_a_process_of_its_own_ends_well(case: str, tmp_path: Path) -> None:
    """With the real entry point, stack and streams: exit code 3, nothing on stderr, the findings on stdout."""
    code = "import sys; from remit.cli import main; sys.exit(main())"
    words = ("check", str(plant(case, tmp_path)), "--no-cache", "--now", NOW)
    engine = str(Path(__file__).parents[2] / "engine")
    ran = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=30, env={"PYTHONPATH": engine}
    )
    assert (ran.returncode, ran.stderr) == (3, "")
    assert all(line in ran.stdout for line in expected(case).splitlines())
    assert "Traceback" not in ran.stdout
    assert not any(leaks(secret, ran.stdout) for secret in _secrets(case))


@pytest.mark.parametrize("case", FAULTY)
def test_nothing_of_a_faulty_tree_is_planned_or_applied(case: str, tmp_path: Path, remit: Callable) -> None:
    """`remit apply` exits with 1 and one sentence, and leaves no trace: neither state, nor target, nor plan."""
    tree = plant(case, tmp_path)
    before = sorted(tmp_path.iterdir())
    ran = remit("apply", "--yes", "--policies", str(tree), *_at(case))
    assert (ran.code, ran.out) == (1, "")
    assert re.fullmatch(r"error: the policies have \d+ errors?, the first: [^\n]+: run `remit check`\n", ran.err)
    assert sorted(tmp_path.iterdir()) == before
    assert not any(leaks(secret, ran.err) for secret in _secrets(case))


@pytest.mark.parametrize("case", [case for case in FAULTY if number(case) % 10 == 1])
def test_nothing_of_a_faulty_tree_is_planned(case: str, tmp_path: Path, remit: Callable) -> None:
    """`remit plan --out` exits with 1, and writes neither a plan nor state."""
    tree = plant(case, tmp_path)
    before = sorted(tmp_path.iterdir())
    ran = remit("plan", "--out", str(tmp_path / "plan.json"), "--policies", str(tree), *_at(case))
    assert (ran.code, ran.out) == (1, "")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("case", SECRETIVE)
def test_a_secret_is_refused_and_stands_in_no_output(case: str, tmp_path: Path, remit: Callable) -> None:
    """In no format does a part of it come back, and the finding is an error."""
    tree, secrets = plant(case, tmp_path), _secrets(case)
    assert secrets
    assert "[secret-in-yaml]" in expected(case)
    for form in FORMATS:
        ran = remit("check", str(tree), "--format", form, "--no-cache", "--now", NOW)
        assert ran.code == 3
        assert not [secret for secret in secrets if leaks(secret, ran.out + ran.err)], form


def test_a_cached_secret_stays_out_of_the_cache(tmp_path: Path, remit: Callable) -> None:
    """The second run, from the cache, says the same as the first."""
    tree = str(plant("441-secret-in-broken-yaml", tmp_path))
    first, second = (remit("check", tree, "--json", "--now", NOW) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_about_a_word_of_the_list(case: str) -> None:
    """No case stands apart from what was asked for."""
    assert [noun for noun, numbers in NOUNS.items() if number(case) in numbers]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_word_of_the_list_has_a_case(noun: str) -> None:
    """No way of being wrong is forgotten."""
    assert [case for case in CASES if number(case) in NOUNS[noun]]


def test_the_base_is_sound(tmp_path: Path) -> None:
    """What a case is laid over has nothing to say for itself."""
    assert _checked("base", plant("base", tmp_path)).findings == ()
