"""Conformance with the language definition: the project's own vectors, and the official suite where it is there."""

from __future__ import annotations

from collections import Counter

import conformance
import pytest

OFFICIAL_CORE = [vector for vector in conformance.official() if vector.group == "core"]
SUITES = {"own": conformance.own(), "official core": OFFICIAL_CORE}


@pytest.fixture(scope="module")
def failures() -> dict[str, dict[str, str]]:
    """Suite to failing vector to what went wrong."""
    return {
        suite: {vector.id: text for vector in vectors if (text := conformance.failure(vector))}
        for suite, vectors in SUITES.items()
    }


def test_own_vectors_pass(failures: dict[str, dict[str, str]]) -> None:
    """Every vector of the project's own gives its value or an error, by the exact evaluator and compiled."""
    assert failures["own"] == {}


def test_own_vectors_are_many_and_distinct() -> None:
    """The own suite stands by itself: it covers every part of the language, and no name is used twice."""
    vectors = SUITES["own"]
    repeated = [name for name, times in Counter(vector.id for vector in vectors).items() if times > 1]
    assert (repeated, len(vectors) >= 390) == ([], True)


def test_official_failures_are_the_known_ones(failures: dict[str, dict[str, str]]) -> None:
    """What fails in the official core is exactly the checked-in list; nothing fails when it is not there."""
    expected = set(conformance.known_failures()) if OFFICIAL_CORE else set()
    assert set(failures["official core"]) == expected


def test_official_core_passes_nearly_whole(failures: dict[str, dict[str, str]]) -> None:
    """At least 97 of 100 core vectors pass."""
    assert len(failures["official core"]) <= 0.03 * len(OFFICIAL_CORE)


def test_known_failures_have_reasons() -> None:
    """Each known failure says why it is one."""
    assert all(len(reason) > 20 for reason in conformance.known_failures().values())


WRONG = [
    ("1", ["int", "2"], "gives 1"),
    ("1", ["uint", "1"], "gives 1"),
    ("1", ["double", "1.0"], "gives 1"),
    ("0.0", ["double", "-0.0"], "gives 0.0"),
    ("[1]", ["list", [["uint", "1"]]], "gives [1]"),
    ("{'a': 1}", ["map", [[["string", "a"], ["bool", True]]]], "gives {'a': 1}"),
    ("1 / 0", ["int", "0"], "divided by zero"),
    ("1", ["error", ["zero"]], "gives 1"),
    ("1 +", ["int", "1"], "refused"),
]


@pytest.mark.parametrize(("source", "expect", "text"), WRONG)
def test_runner_sees_wrong_answers(source: str, expect: list[object], text: str) -> None:
    """The runner itself tells a wrong type, sign, value or error from a right one."""
    vector = conformance.Vector("a/b/c", "own", "a", source, expect, {}, {}, "")
    assert text in conformance.failure(vector)


def test_command_line_prints_totals(capsys: pytest.CaptureFixture[str]) -> None:
    """Run by hand, it prints passed and total by file and gives 0 when nothing unknown fails."""
    status = conformance.main(["--group", "own"])
    printed = capsys.readouterr().out
    assert (status, "money" in printed, f"{len(SUITES['own'])} pass" in printed) == (0, True, True)
