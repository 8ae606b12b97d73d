"""Fuzzing: `python -m fuzz` from `tests`, or `make fuzz`. Each sub-run gives the number of differences it found."""

from __future__ import annotations

import sys
from pathlib import Path

# What expressions are drawn from stands with the tests of the language.
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "cel")]
