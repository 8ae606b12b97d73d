"""A tree of files as they were at a commit, read without a checkout."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, NamedTuple, Self

from remit.source import _messages as messages
from remit.source._bounds import DEFAULT_BOUNDS, Bounds
from remit.source._errors import SourceError, Text, TooLarge
from remit.source._git import has_git
from remit.source._position import Position
from remit.source._tree import checked_within, digest, is_plain, is_source, refusal

if TYPE_CHECKING:
    from git import Commit, Repo

_REGULAR = (b"100644", b"100755")
_FAULTS = {b"120000": messages.symlink(), b"160000": messages.submodule()}


class _Entry(NamedTuple):
    """One line of `git ls-tree`: mode, blob and size (None for what is no blob), path from the root."""

    mode: bytes
    blob: bytes
    size: int | None
    path: str


class CommitTree:
    """The YAML files below the directory `path` of a commit, or below the sub-paths `within` that directory.

    `repository` is any directory of a clone. Raises TreeError when it is none, when `ref` names no commit, or
    when the directory does not exist there.
    """

    def __init__(
        self,
        repository: str | FilePath,
        ref: str,
        path: str = "",
        *,
        within: tuple[str, ...] = (),
        bounds: Bounds = DEFAULT_BOUNDS,
    ) -> None:
        (base,) = checked_within((path,))
        self._starts = checked_within(within)
        self._bounds = bounds
        self._repo = _repository(repository)
        commit = _commit(self._repo, ref)
        self.commit: str | None = commit.hexsha
        self.root = f"{commit.hexsha[:12]}:{base}"
        self._blobs: dict[str, _Entry] = {}
        self._problems: list[SourceError] = []
        found = 0
        for entry in _entries(self._repo, commit.hexsha, base):
            found += self._add(entry)
        if not found and (base or within):
            raise refusal(base or within[0], messages.no_tree_at_commit(ref))
        self._sorted = tuple(sorted(self._blobs))

    @classmethod
    def at(cls, location: str | FilePath, ref: str) -> Self:
        """The tree of a directory of a clone, or of a single file, as it was at `ref`; it need not exist now."""
        directory = _repository(location).working_tree_dir
        if directory is None:
            raise refusal(str(location), messages.no_repository())
        top = FilePath(directory)
        inside = FilePath(os.path.realpath(location)).relative_to(os.path.realpath(top)).as_posix()
        path = "" if inside == "." else inside
        if not is_source(path):
            return cls(top, ref, path)
        parent, _, name = path.rpartition("/")
        return cls(top, ref, parent, within=(name,))

    def files(self) -> tuple[str, ...]:
        """The paths of all YAML files, sorted."""
        return self._sorted

    def problems(self) -> tuple[SourceError, ...]:
        """An error for each link, submodule, or name that cannot be shown, sorted by path."""
        return tuple(sorted(self._problems, key=lambda error: error.position))

    def read(self, path: str) -> bytes:
        """The content of one of `files()`. Raises TreeError or TooLarge."""
        entry = self._blobs.get(path)
        if entry is None:
            raise refusal(path, messages.not_listed())
        bound = self._bounds.file_bytes
        if entry.size is not None and entry.size > bound:
            raise TooLarge.of(messages.too_many_bytes(entry.size, bound), Position(path, 1, 1))
        try:
            return bytes(self._repo.odb.stream(bytes.fromhex(entry.blob.decode("ascii"))).read())
        except Exception as error:  # the object database raises many unrelated kinds
            raise refusal(path, messages.git_failed()) from error

    def digest(self, path: str) -> str:
        """The SHA-256 of the content, in hexadecimal. Raises as `read` does."""
        return digest(self.read(path))

    def _add(self, entry: _Entry) -> bool:
        """Lists or refuses an entry; says whether it lies below one of the sub-paths."""
        below = any(not start or entry.path == start or entry.path.startswith(start + "/") for start in self._starts)
        if below and not _is_hidden(entry.path):
            words = _fault(entry)
            if words:
                self._problems.append(refusal(entry.path, words))
            elif is_source(entry.path):
                self._blobs[entry.path] = entry
        return below


def _fault(entry: _Entry) -> Text | None:
    if not is_plain(entry.path):
        return messages.bad_name()
    return None if entry.mode in _REGULAR else _FAULTS.get(entry.mode, messages.special_file())


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/")[:-1])


def _repository(location: str | FilePath) -> Repo:
    if not has_git():
        raise refusal(str(location), messages.no_git())
    from git import InvalidGitRepositoryError, NoSuchPathError, Repo

    path = FilePath(os.path.realpath(location))
    while not path.is_dir() and path != path.parent:
        path = path.parent
    try:
        return Repo(path, search_parent_directories=True)
    except (InvalidGitRepositoryError, NoSuchPathError) as error:
        raise refusal(str(location), messages.no_repository()) from error


def _commit(repo: Repo, ref: str) -> Commit:
    if not ref or ref.startswith("-") or not is_plain(ref):
        raise refusal(".", messages.bad_ref(ref))
    try:
        commit = repo.commit(ref)
        commit.tree  # noqa: B018 - reads the object: a full id is not looked up before
    except Exception as error:  # the revision parser raises many unrelated kinds
        raise refusal(".", messages.bad_ref(ref)) from error
    return commit


def _entries(repo: Repo, commit: str, base: str) -> Iterator[_Entry]:
    """All blobs, links and submodules below a directory of the commit. Raises TreeError."""
    from git import GitCommandError

    treeish = f"{commit}:{base}" if base else commit
    try:
        listing = repo.git.execute(["git", "ls-tree", "-r", "-l", "-z", "--full-tree", treeish], stdout_as_string=False)
    except GitCommandError as error:
        raise refusal(base, messages.no_tree_at_commit(commit[:12])) from error
    for line in listing.split(b"\0"):
        if line:
            facts, _, name = line.partition(b"\t")
            mode, _, blob, size = facts.split()
            yield _Entry(mode, blob, int(size) if size.isdigit() else None, name.decode("utf-8", "surrogateescape"))
