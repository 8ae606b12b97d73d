"""Conformance with the language definition: the project's own vectors, and the official suite where it is there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cel_lifted
import cel_rivals
import conformance
import pytest

OFFICIAL = conformance.official()
SUITES = {"own": conformance.own(), "official": OFFICIAL}


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


@pytest.mark.parametrize("suite", SUITES)
def test_vectors_pass_with_their_constants_in_variables(suite: str) -> None:
    """Generated code and partial evaluation give the same where the expression's constants are not known before."""
    found = {vector.id for vector in SUITES[suite] if cel_lifted.failure(vector)}
    assert found <= set(conformance.known_failures())


def test_own_vectors_are_many_and_distinct() -> None:
    """The own suite stands by itself: it covers every part of the language, and no name is used twice."""
    vectors = SUITES["own"]
    repeated = [name for name, times in Counter(vector.id for vector in vectors).items() if times > 1]
    assert (repeated, len(vectors) >= 750) == ([], True)


def test_official_failures_are_the_known_ones(failures: dict[str, dict[str, str]]) -> None:
    """What fails in the official suite is exactly the checked-in list; nothing fails when it is not there."""
    expected = set(conformance.known_failures()) if OFFICIAL else set()
    assert set(failures["official"]) == expected


def test_official_suite_passes_nearly_whole(failures: dict[str, dict[str, str]]) -> None:
    """At least 997 of 1,000 vectors pass, those of the extensions among them."""
    assert len(failures["official"]) <= 0.003 * len(OFFICIAL)


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


def test_table_counts_by_file_and_implementation() -> None:
    """A row for each file, and one for each group, with what each implementation passes."""
    vectors = [conformance.Vector("", group, file, "1", None, {}, {}, "") for group, file in _FILES]
    rows = conformance.table(vectors, {"first": [True, True, False], "second": [False, True, True]})
    assert rows == [
        "| File | Vectors | first | second |",
        "| --- | ---: | ---: | ---: |",
        "| a | 2 | 2 | 1 |",
        "| **all of core** | 2 | 2 | 1 |",
        "| b | 1 | 0 | 1 |",
        "| **all of ext** | 1 | 0 | 1 |",
    ]


_FILES = [("core", "a"), ("core", "a"), ("ext", "b")]


def test_page_keeps_what_is_around_the_table() -> None:
    """Only what stands between the marks is replaced, and a page without marks is refused."""
    page = "before\n<!-- conformance -->\nold\n<!-- end conformance -->\nafter\n"
    expected = "before\n<!-- conformance -->\n\n| new |\n\n<!-- end conformance -->\nafter\n"
    assert conformance.written(page, ["| new |"]) == expected
    with pytest.raises(ValueError, match="no `<!-- conformance -->`"):
        conformance.written("before", [])


@pytest.mark.parametrize("name", cel_rivals.installed())
def test_rivals_are_judged_by_the_same_vectors(name: str) -> None:
    """Each rival that is installed passes what it can do, and fails what no implementation should."""
    good = [{"expr": "1 + 1", "expect": ["int", "2"]}, {"expr": "1 / 0", "expect": ["error", []]}]
    good.append({"expr": "[x, 'b']", "expect": GOOD_LIST, "bindings": BOUND, "type_env": [["x", ["string"]]]})
    bad = [{"expr": "1 + 1", "expect": ["int", "3"]}, {"expr": "1 + 1", "expect": ["error", []]}]
    assert cel_rivals.passed(name, [*good, *bad]) == [True, True, True, False, False]


GOOD_LIST = ["list", [["string", "a"], ["string", "b"]]]
BOUND = {"x": ["string", "a"]}


def test_command_line_writes_the_table(tmp_path: Path) -> None:
    """With `--write`, the table goes into a page."""
    page = tmp_path / "page.md"
    page.write_text("<!-- conformance --><!-- end conformance -->", "utf-8")
    assert conformance.main(["--group", "none", "--write", str(page)]) == 0
    assert "| File | Vectors | Remit" in page.read_text("utf-8")


def test_command_line_prints_totals(capsys: pytest.CaptureFixture[str]) -> None:
    """Run by hand, it prints passed and total by file and gives 0 when nothing unknown fails."""
    status = conformance.main(["--group", "own"])
    printed = capsys.readouterr().out
    assert (status, "money" in printed, f"{len(SUITES['own'])} pass" in printed) == (0, True, True)
