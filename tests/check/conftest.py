"""Trees in memory, for tests of `remit check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from remit.source import SourceError

BASE = Path(__file__).parent / "corpus" / "base"


class MemoryTree:
    """A tree of the given files."""

    root = "memory"
    commit = None

    def __init__(self, content: Mapping[str, bytes]) -> None:
        self._content = dict(sorted(content.items()))

    def files(self) -> tuple[str, ...]:
        return tuple(self._content)

    def read(self, path: str) -> bytes:
        return self._content[path]

    def digest(self, path: str) -> str:
        return sha256(self._content[path]).hexdigest()

    def problems(self) -> tuple[SourceError, ...]:
        return ()


def files_of(folder: Path) -> dict[str, bytes]:
    """The YAML files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.glob("*.yaml")}


@pytest.fixture
def make_tree() -> Callable[..., MemoryTree]:
    """A tree of the corpus' base with files laid over it: `make_tree({"key.yaml": "…"})`."""

    def make(added: Mapping[str, str | bytes] = {}) -> MemoryTree:
        extra = {name: text.encode() if isinstance(text, str) else text for name, text in added.items()}
        return MemoryTree({**files_of(BASE), **extra})

    return make
