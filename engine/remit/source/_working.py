"""A tree of files as they lie on disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Literal, Self

from remit.source import _messages as messages
from remit.source._bounds import DEFAULT_BOUNDS, Bounds
from remit.source._errors import SourceError, Text, TooLarge
from remit.source._position import Position
from remit.source._tree import checked_within, digest, is_plain, is_source, refusal

# Never wait for a pipe, never follow a link that was swapped in after the scan.
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CHUNK = 1 << 20


class WorkingTree:
    """The YAML files under a directory, or under the sub-paths `within` it; scanned once, when made.

    Raises TreeError when the directory or a sub-path does not exist or leads outside.
    """

    def __init__(self, path: str | FilePath, *, within: tuple[str, ...] = (), bounds: Bounds = DEFAULT_BOUNDS) -> None:
        self.root = str(path)
        self.commit: str | None = None
        self._bounds = bounds
        # its parents are this machine's business; what it is itself may be a pull request's
        if os.path.islink(self.root.rstrip("/")):
            raise refusal(self.root, messages.linked_root())
        self._base = os.path.realpath(path)
        if not os.path.isdir(self._base):
            raise refusal(self.root, messages.no_directory())
        self._files: set[str] = set()
        self._problems: list[SourceError] = []
        for start in checked_within(within):
            self._scan(start)
        self._sorted = tuple(sorted(self._files))

    @classmethod
    def at(cls, location: str | FilePath) -> Self:
        """The tree of a directory, or of a single file in its directory."""
        path = FilePath(location)
        if path.is_dir() or not os.path.lexists(path):
            return cls(path)
        return cls(path.parent, within=(path.name,))

    def files(self) -> tuple[str, ...]:
        """The paths of all YAML files, sorted."""
        return self._sorted

    def problems(self) -> tuple[SourceError, ...]:
        """An error for each link, nested repository, special file, or name that cannot be shown, sorted by path."""
        return tuple(sorted(self._problems, key=lambda error: error.position))

    def read(self, path: str) -> bytes:
        """The content of one of `files()`. Raises TreeError or TooLarge."""
        if path not in self._files:
            raise refusal(path, messages.not_listed())
        try:
            descriptor = os.open(f"{self._base}{os.sep}{path}", _OPEN)
            try:
                return self._content(path, descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise refusal(path, messages.unreadable(error.strerror or "unknown")) from error

    def digest(self, path: str) -> str:
        """The SHA-256 of the content, in hexadecimal. Raises as `read` does."""
        return digest(self.read(path))

    def _content(self, path: str, descriptor: int) -> bytes:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise refusal(path, messages.special_file())
        bound = self._bounds.file_bytes
        content = b"" if facts.st_size > bound else _read_up_to(descriptor, bound + 1, facts.st_size)
        size = max(facts.st_size, len(content))
        if size > bound:
            raise TooLarge.of(messages.too_many_bytes(size, bound), Position(path, 1, 1))
        return content

    def _scan(self, start: str) -> None:
        """Lists everything under a sub-path, without following links on the way to it."""
        if start and not os.path.lexists(os.path.join(self._base, start)):
            raise refusal(start, messages.no_directory())
        parents = start.split("/")
        for end in range(1, len(parents)):
            words = self._fault("/".join(parents[:end]))
            if words:
                raise refusal(start, words)
        pending = [start]
        while pending:
            pending.extend(self._visit(pending.pop()))

    def _visit(self, path: str) -> Iterator[str]:
        words = self._fault(path) if path else None
        if words:
            self._problems.append(refusal(path, words))
        elif os.path.isdir(os.path.join(self._base, path)):
            yield from self._children(path)
        else:
            self._list(path)

    def _children(self, path: str) -> Iterator[str]:
        try:
            with os.scandir(os.path.join(self._base, path)) as entries:
                found = [(entry.name, _sort(entry)) for entry in entries]
        except OSError as error:
            self._problems.append(refusal(path or ".", messages.unreadable(error.strerror or "unknown")))
            return
        for name, sort in found:
            child = f"{path}/{name}" if path else name
            if sort == "file" and is_plain(child):  # most are, and need no second look
                self._list(child)
            elif not (sort == "directory" and name.startswith(".")):
                yield child

    def _list(self, path: str) -> None:
        if is_source(path):
            self._files.add(path)

    def _fault(self, path: str) -> Text | None:
        """The words about an entry that is neither a plain file nor a plain directory."""
        full = os.path.join(self._base, path)
        mode = os.lstat(full).st_mode if os.path.lexists(full) else 0
        if not is_plain(path):
            return messages.bad_name()
        if stat.S_ISLNK(mode):
            return messages.symlink()
        if stat.S_ISDIR(mode):
            return messages.submodule() if os.path.lexists(os.path.join(full, ".git")) else None
        return None if stat.S_ISREG(mode) else messages.special_file()


def _sort(entry: os.DirEntry[str]) -> Literal["file", "directory", "other"]:
    """What an entry itself is, wherever it may lead."""
    if entry.is_file(follow_symlinks=False):
        return "file"
    return "directory" if entry.is_dir(follow_symlinks=False) else "other"


def _read_up_to(descriptor: int, bound: int, expected: int) -> bytes:
    """Everything, up to `bound` bytes; most files come whole at the first look."""
    content = os.read(descriptor, min(bound, expected + 1, _CHUNK))
    if len(content) == expected < _CHUNK:
        return content
    parts = [content]
    left = bound - len(content)
    while left > 0 and (part := os.read(descriptor, min(left, _CHUNK))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
