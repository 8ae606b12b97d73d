"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

_CLOSE = 0.6


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to `name`, or None when none is close; letter case counts least.

    Among equally close names one of the same letters wins, then one with the same first letter.
    """
    ranked = [(_closeness(name.casefold(), other.casefold()), other) for other in sorted(known)]
    best = max(ranked, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0][0] >= _CLOSE else None


def _closeness(name: str, other: str) -> tuple[float, bool, bool]:
    ratio = SequenceMatcher(None, name, other, autojunk=False).ratio()
    return ratio, sorted(name) == sorted(other), name[:1] == other[:1]
