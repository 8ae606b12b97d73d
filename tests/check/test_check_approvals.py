"""Approvals that are asked for and that nobody can give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remit.check import check_tree

BASE = Path(__file__).parent / "corpus" / "base"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DECLARED: list[tuple[str, list[str]]] = [
    ("{require: signed}", ["no-allowed-signers"]),
    ("{require: signed, allowed_signers: trust/signers}", []),
    ("{require: any}", []),
    ("{require: recorded}", []),
]


@pytest.mark.parametrize(("provenance", "codes"), DECLARED)
def test_signatures_without_signers(make_tree: Callable, provenance: str, codes: list[str]) -> None:
    """Only where signatures alone count does somebody have to be named; it fails with `--strict` alone."""
    text = (BASE / "organization.yaml").read_text()
    text = text.replace("  channels:", f"  provenance: {provenance}\n  channels:", 1)
    report = check_tree(make_tree({"organization.yaml": text}), at=NOW)
    assert ([each.code for each in report.findings], report.ok) == (codes, True)
