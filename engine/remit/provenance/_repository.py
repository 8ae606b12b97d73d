"""A clone, asked only for objects: no filter, hook, replacement or configured program of it has a say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from remit.provenance import _messages as messages
from remit.provenance._errors import ProvenanceFailed
from remit.source import has_git

if TYPE_CHECKING:
    from git import Repo

_GIT = ("git", "--no-replace-objects", "--literal-pathspecs", "-c", "core.fsmonitor=false")


@dataclass(frozen=True, slots=True)
class Repository:
    """The clone around a directory, and the path of that directory inside it. Calls raise ProvenanceFailed."""

    repo: Repo
    inside: str

    @classmethod
    def around(cls, place: Path) -> Self | None:
        """None where there is no clone. Raises ProvenanceFailed where there is no `git` to read it."""
        if not has_git():
            raise ProvenanceFailed(messages.no_git())
        from git import InvalidGitRepositoryError, NoSuchPathError, Repo

        real = Path(os.path.realpath(place))
        try:
            repo = Repo(_existing(real), search_parent_directories=True)
        except (InvalidGitRepositoryError, NoSuchPathError):
            return None
        if repo.working_tree_dir is None:
            return None
        inside = real.relative_to(os.path.realpath(repo.working_tree_dir)).as_posix()
        return cls(repo, "" if inside == "." else inside)

    def require(self, commit: str) -> None:
        """Raises ProvenanceFailed where the clone does not hold `commit`, and says how it comes to."""
        status, _, _ = self._ask("cat-file", "-e", f"{commit}^{{commit}}")
        if status != 0:
            is_shallow = self._text("rev-parse", "--is-shallow-repository").strip() == b"true"
            raise ProvenanceFailed(messages.not_in_clone(commit, is_shallow=is_shallow))

    def follows(self, head: str, base: str) -> bool:
        """Whether `base` is in the history of `head`."""
        status, _, _ = self._ask("merge-base", "--is-ancestor", base, head)
        return status == 0

    def mainline(self, base: str, head: str, paths: Sequence[str]) -> tuple[str, ...]:
        """The commits that changed `paths` on the way to `head`, oldest first: of a merge the merge, not its parts."""
        found = self._text("rev-list", "--reverse", "--first-parent", f"{base}..{head}", "--", *paths)
        return tuple(found.decode("ascii").split())

    def touched(self, commit: str, paths: Sequence[str]) -> frozenset[str]:
        """The files below `paths` that differ from its first parent."""
        status, _, _ = self._ask("rev-parse", "--verify", "--quiet", f"{commit}^1")
        between = (f"{commit}^1", commit) if status == 0 else ("--root", commit)
        options = ("-r", "-z", "--name-only", "--no-renames", "--no-commit-id", "--no-ext-diff", "--no-textconv")
        found = self._text("diff-tree", *options, *between, "--", *paths)
        return frozenset(name.decode("utf-8", "surrogateescape") for name in found.split(b"\0") if name)

    def blob(self, commit: str, path: str) -> bytes | None:
        """A file as it was at a commit; None when it was not there."""
        status, found, _ = self._ask("cat-file", "blob", f"{commit}:{path}")
        return found if status == 0 else None

    def files(self, commit: str) -> tuple[str, ...]:
        """The files below the directory at a commit, by their path in the clone."""
        paths = (self.inside,) if self.inside else ()
        found = self._text("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, *paths)
        return tuple(name.decode("utf-8", "surrogateescape") for name in found.split(b"\0") if name)

    def raw(self, kind: str, object_id: str) -> bytes:
        """A commit or a tag as it is stored."""
        return self._text("cat-file", kind, object_id)

    def tags(self, commit: str) -> tuple[str, ...]:
        """The ids of the tag objects that point at a commit."""
        form = "--format=%(objecttype) %(objectname)"
        found = self._text("for-each-ref", f"--points-at={commit}", form, "refs/tags").decode("ascii")
        return tuple(line.partition(" ")[2] for line in found.splitlines() if line.startswith("tag "))

    def _text(self, *words: str) -> bytes:
        status, found, _ = self._ask(*words)
        if status != 0:
            raise ProvenanceFailed(messages.git_failed(f"`git {words[0]}` failed"))
        return found

    def _ask(self, *words: str) -> tuple[int, bytes, bytes]:
        from git import GitCommandNotFound

        try:
            status, out, err = self.repo.git.execute(
                [*_GIT, *words],
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        except GitCommandNotFound:
            raise ProvenanceFailed(messages.no_git()) from None
        return int(status), _bytes(out), _bytes(err)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def _existing(place: Path) -> Path:
    while not place.is_dir() and place != place.parent:
        place = place.parent
    return place
