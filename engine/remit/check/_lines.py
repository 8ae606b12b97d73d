"""The lines of the files of a tree, to find a place inside an expression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from remit.source import SourceError, Tree

Lines = Callable[[str], Sequence[str]]


def lines_of(tree: Tree) -> Lines:
    """The lines of a file by its path; none of a file that cannot be read any more."""

    @lru_cache(maxsize=64)
    def lines(path: str) -> Sequence[str]:
        try:
            return tree.read(path).decode("utf-8", errors="replace").splitlines()
        except SourceError:
            return ()

    return lines
