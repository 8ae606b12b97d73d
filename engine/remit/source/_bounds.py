"""How much a source may hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Upper limits for one file; every one of them is inclusive."""

    file_bytes: int = 10_000_000
    depth: int = 100
    documents: int = 10_000
    nodes: int = 1_000_000
    alias_nodes: int = 100_000
    errors: int = 100


DEFAULT_BOUNDS = Bounds()
