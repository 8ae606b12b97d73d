"""One small tree per way of being wrong; `expected.txt` beside it holds each finding, word by word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remit.check import Registries, check_tree

CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REGISTRIES = Registries(frozenset({"local"}), frozenset({"file", "env-file"}))
CASES = sorted(path.name for path in CORPUS.iterdir() if path.name != "base")


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found_at_its_place_with_a_remedy(case: str, make_tree: Callable) -> None:
    """Exactly the expected findings, in order: severity, message, remedy, code, and `file:line:col`."""
    added = {path.name: path.read_bytes() for path in (CORPUS / case).glob("*.yaml")}
    report = check_tree(make_tree(added), at=NOW, registries=REGISTRIES)
    expected = (CORPUS / case / "expected.txt").read_text().splitlines()
    assert [str(finding) for finding in report.findings] == expected
    assert report.ok == (not any(": error: " in line for line in expected))


def test_the_corpus_holds_every_case() -> None:
    """No case is lost on the way."""
    assert len(CASES) >= 25
