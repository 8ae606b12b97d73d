"""That the benchmarks measure what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.clock import in_turns
from benchmarks.evaluating import applicable, bundle_of, facts_of, pairs, request
from benchmarks.organization import key_models, key_name, key_purpose
from benchmarks.results import Row, Table, duration, markdown, text, times
from benchmarks.rivals import CASBIN, RIVALS
from benchmarks.translations import translated

from remit.bundle import Bundle
from remit.decide import Engine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundle_of(tmp_path_factory.mktemp("organization"), keys=60, rules=100, idle_rules=20)


def test_the_organisation_is_of_the_size_that_was_asked_for(bundle: Bundle) -> None:
    """Keys, rules on requests, and rules that can apply to nobody."""
    assert (len(bundle.keys), len(bundle.rules)) == (60, 120)
    assert {"request"} == {rule.on for rule in bundle.rules}
    assert {key_name(number) for number in range(60)} == set(bundle.keys)
    for number in (0, 7, 59):
        key = bundle.keys[key_name(number)].spec
        assert (set(key_models(number)), (key_purpose(number),)) == (set(key.models), key.purposes)
    idle = {rule.rule.condition for rule in bundle.rules if rule.policy.startswith("idle-")}
    assert 20 > len([text for text in applicable(bundle, 3, 3) if text in idle]) >= 0
    assert all(0 < len(applicable(bundle, number, 0)) <= 100 for number in (0, 7, 59))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, 0),
        ({"purpose": "banned-0"}, 1),
        ({"data_class": "restricted", "user": None}, 1),
        ({"tags": {"region": "region-5"}}, 1),
    ],
)
def test_rivals_answer_as_remit_does(bundle: Bundle, more: dict[str, object], expected: int) -> None:
    """What is compared is the same work with the same outcome."""
    engine = Engine(bundle)
    chosen = pairs(engine, 60)[0]
    facts = facts_of(bundle, *chosen)
    asked = facts["request"]
    assert isinstance(asked, dict)
    asked |= more
    facts["request"] = {name: value for name, value in asked.items() if value is not None}
    rules = translated(applicable(bundle, *chosen))
    told = {name: (each := make(rules)).denies(each.convert(facts)) for name, make in RIVALS.items()}
    # Casbin ends at the first rule that holds.
    assert told.pop(CASBIN, expected) == expected
    found = set(told.values())
    decision = engine.evaluate(**request(*chosen, **more))
    rules = {reason.rule for reason in decision.reasons if reason.code == "rule"}
    assert {len(rules)} == found
    assert (len(rules) > 0) == (expected > 0)


def test_turns_are_fair() -> None:
    """Every round calls each as often as it should, in the same order."""
    calls: list[str] = []

    def call(name: str) -> Callable[[], None]:
        return lambda: calls.append(name)

    took = in_turns({"a": call("a"), "b": call("b")}, rounds=2, number={"a": 2, "b": 1})
    assert calls == ["a", "b", "a", "a", "b", "a", "a", "b"]
    assert all(seconds > 0 for seconds in took.values())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (duration(2.5e-7), "250 ns"),
        (duration(4.56e-6), "4.56 µs"),
        (duration(0.012), "12 ms"),
        (duration(1_234), "1,234 s"),
        (times(1.083), "1.08 x"),
        (times(16_211.4), "16,211 x"),
    ],
)
def test_results_are_written_for_reading(written: str, expected: str) -> None:
    """Three digits and a unit."""
    assert expected == written


def test_a_missed_goal_is_told() -> None:
    """The page says met or missed, and a row without a goal says nothing."""
    rows = (
        Row("a|b", "1", "2", "2 x", "under 1", met=False),
        Row("c", "1", "", "", "under 3", met=True),
        Row("d", "1", "", ""),
    )
    table = Table("Things", "About them.", rows)
    page = markdown([table])
    assert "| a\\|b | 1 | 2 | 2 x | under 1: missed |" in page
    assert "| c | 1 |  |  | under 3: met |" in page
    assert "| d | 1 |  |  |  |" in page
    assert "under 1: missed" in text(table)


def test_everything_runs(tmp_path: Path) -> None:
    """The command measures every table, small, and writes the page."""
    page = tmp_path / "benchmarks.md"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--out", str(page)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    told = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", told, re.MULTILINE) == [
        "Deciding",
        "Growing",
        "A large organisation",
        "Checking",
        "Planning",
        "Importing",
        "Compiling",
        "A set of rules",
    ]
    assert "it imports none of them" in told


def test_the_page_in_the_documentation_is_a_whole_run() -> None:
    """What is published was written by this command, and names no machine."""
    told = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    expected = [
        "Deciding",
        "Growing",
        "A large organisation",
        "Checking",
        "Planning",
        "Importing",
        "Compiling",
        "A set of rules",
        "One rule",
    ]
    assert expected == re.findall(r"^## (.*)$", told, re.MULTILINE)
    assert "/" + "work" not in told
