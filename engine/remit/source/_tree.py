"""What a tree of source files offers, whether it lies on disk or in a commit."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path as FilePath
from typing import Protocol

from remit.source import _messages as messages
from remit.source._errors import SourceError, Text, TreeError
from remit.source._position import Position
from remit.source._text import hides_something

SUFFIXES = (".yaml", ".yml")


class Tree(Protocol):
    """YAML files under one root; paths are posix, relative to the root, and sorted."""

    @property
    def root(self) -> str:
        """A label for people."""
        ...

    @property
    def commit(self) -> str | None:
        """The hexadecimal id of the commit, or None for files on disk."""
        ...

    def files(self) -> tuple[str, ...]:
        """The paths of all `*.yaml` and `*.yml` files outside hidden directories."""
        ...

    def read(self, path: str) -> bytes:
        """The content of one of `files()`. Raises TreeError or TooLarge."""
        ...

    def digest(self, path: str) -> str:
        """The SHA-256 of the content, in hexadecimal. Raises as `read` does."""
        ...

    def problems(self) -> tuple[SourceError, ...]:
        """An error for each entry that was refused instead of listed."""
        ...


def open_tree(location: str | FilePath, ref: str | None = None) -> Tree:
    """The tree at a directory or a single file: as it lies on disk, or as it was at the git reference `ref`.

    Raises TreeError when the location, the repository or the reference does not exist.
    """
    if ref is None:
        from remit.source._working import WorkingTree

        return WorkingTree.at(location)
    from remit.source._commit import CommitTree

    return CommitTree.at(location, ref)


def is_source(path: str) -> bool:
    """Whether the name of a file says that it holds YAML."""
    return path.endswith(SUFFIXES)


def digest(content: bytes) -> str:
    """The SHA-256 of the content, in hexadecimal."""
    return sha256(content).hexdigest()


def refusal(path: str, words: Text) -> TreeError:
    """The error about an entry of a tree."""
    return TreeError.of(words, Position(shown(path), 1, 1))


def shown(path: str) -> str:
    """A path that any terminal and any file can hold."""
    return path if is_plain(path) else path.encode("unicode_escape", "surrogatepass").decode("ascii")


def is_plain(path: str) -> bool:
    """Whether a path is UTF-8 without control and invisible characters."""
    return "\n" not in path and "\t" not in path and hides_something(path) is None


def checked_within(within: tuple[str, ...]) -> tuple[str, ...]:
    """Sub-paths in normal form; the root is the empty one. Raises TreeError when one leads outside."""
    return tuple(_normal(path) for path in within) or ("",)


def _normal(path: str) -> str:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or "\0" in path:
        raise refusal(path, messages.outside())
    return "/".join(parts)
