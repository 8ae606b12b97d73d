"""A ledger in a file does what a ledger must."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ledger_cases import CASES, Place


@pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])
def test_file(tmp_path: Path, case: Callable[[Place], None]) -> None:
    """Each case, on a file that is not there yet."""
    case(tmp_path / "state" / "ledger.db")
