"""Bringing the clone of the policies up to date: fetch and fast-forward, never a merge, never a hook."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from remit.schedule import _messages as messages

SECONDS = 60.0

# what the clone itself would run is no part of reading policies
_GIT = (
    *("git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "submodule.recurse=false"),
    *("-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false"),
)
_FETCH = ("fetch", "--quiet", "--tags", "--force", "--no-recurse-submodules")
_UPSTREAM = "@{upstream}"


class FetchFailed(Exception):
    """The clone is as it was; one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Clone:
    """The clone around `place`. `ref`: what policies are read at. `seconds`: how long a program of git may take."""

    place: Path
    ref: str = "HEAD"
    seconds: float = SECONDS

    def update(self) -> None:
        """Fetch, tags as well; then move the branch that is checked out to its upstream if it is what `ref` means.

        Raises FetchFailed, also where that would need a merge.
        """
        if not self._does("rev-parse", "--git-dir"):
            raise FetchFailed(messages.no_clone())
        branch = self._branch()
        follows = self.ref in ("HEAD", branch)
        if follows and not self._does("rev-parse", "--verify", "--quiet", _UPSTREAM):
            raise FetchFailed(messages.no_upstream())
        if not self._does(*_FETCH):
            raise FetchFailed(messages.not_fetched())
        if follows and not self._does("merge", "--ff-only", "--quiet", "--no-stat", _UPSTREAM):
            raise FetchFailed(messages.not_forward(branch))

    def _branch(self) -> str:
        """Empty where none is checked out."""
        return self._run("symbolic-ref", "--quiet", "--short", "HEAD")[1].strip()

    def _does(self, *words: str) -> bool:
        return self._run(*words)[0] == 0

    def _run(self, *words: str) -> tuple[int, str]:
        """(exit code, what it printed). Raises FetchFailed."""
        started = self._start(words)
        try:
            printed, _ = started.communicate(timeout=self.seconds)
        except subprocess.TimeoutExpired:
            _end(started)
            raise FetchFailed(messages.too_slow(self.seconds)) from None
        return started.returncode, printed

    def _start(self, words: Sequence[str]) -> subprocess.Popen[str]:
        """In a session of its own, without a terminal, so that nobody is asked for a password."""
        try:
            return subprocess.Popen(  # noqa: S603
                [*_GIT, *words],
                cwd=_existing(self.place),
                env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
        except OSError:
            raise FetchFailed(messages.no_git()) from None


def _end(process: subprocess.Popen[str]) -> None:
    """With all that it started, such as `ssh`: they share its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _existing(place: Path) -> Path:
    """The policies themselves may be gone at the commit that is checked out."""
    found = Path(os.path.realpath(place))
    while not found.is_dir() and found != found.parent:
        found = found.parent
    return found
