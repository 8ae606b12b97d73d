"""What one demo leaves for the tests to look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REQUESTS = 3_000


@dataclass(frozen=True)
class Kept:
    """What `remit demo --keep` said and left behind."""

    code: int
    said: str
    place: Path
