"""Trees in memory, for tests of `remit check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from organisation import MemoryTree

BASE = Path(__file__).parent / "corpus" / "base"


def files_of(folder: Path) -> dict[str, bytes]:
    """The YAML files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.glob("*.yaml")}


@pytest.fixture
def make_tree() -> Callable[..., MemoryTree]:
    """A tree of the corpus' base with files laid over it: `make_tree({"key.yaml": "…"})`."""

    def make(added: Mapping[str, str | bytes] = {}) -> MemoryTree:
        return MemoryTree({**files_of(BASE), **added})

    return make
