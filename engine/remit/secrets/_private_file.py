"""Writing files that only their owner can ever read, below a directory that nothing leads out of."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed

_FILE_MODE = 0o600
_DIRECTORY_MODE = 0o700
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class PrivateFile:
    """One file at `parts` below `root`, its directory held open, so that a link put in later leads nowhere."""

    def __init__(self, directory: int, name: str, shown: str) -> None:
        self._directory = directory
        self._name = name
        self._shown = shown

    @classmethod
    @contextmanager
    def locked(cls, root: Path, parts: tuple[str, ...]) -> Iterator[PrivateFile]:
        """The file, with nobody else at it until the block ends. Raises DeliveryFailed, for links too."""
        shown = "/".join(parts)
        try:
            directory = _descend(root, parts[:-1])
        except OSError as error:
            raise DeliveryFailed(messages.unwritable(shown, error.strerror or "unknown cause")) from None
        try:
            fcntl.flock(directory, fcntl.LOCK_EX)
            yield cls(directory, parts[-1], shown)
        except OSError as error:
            raise DeliveryFailed(messages.unwritable(shown, error.strerror or "unknown cause")) from None
        finally:
            os.close(directory)

    def read(self) -> bytes:
        """What is in it; nothing when it does not exist."""
        if not self._exists():
            return b""
        with os.fdopen(os.open(self._name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self._directory), "rb") as file:
            return file.read()

    def write(self, content: bytes) -> None:
        """Replace it whole: at no instant is it partial, or readable to others."""
        self._exists()
        draft = f".remit-{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(draft, _NEW, _FILE_MODE, dir_fd=self._directory), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._name, src_dir_fd=self._directory, dst_dir_fd=self._directory)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft, dir_fd=self._directory)
            raise
        os.fsync(self._directory)

    def _exists(self) -> bool:
        try:
            mode = os.stat(self._name, dir_fd=self._directory, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return False
        if stat.S_ISLNK(mode):
            raise DeliveryFailed(messages.link(self._shown))
        if not stat.S_ISREG(mode):
            raise DeliveryFailed(messages.not_file(self._shown))
        return True


def _descend(root: Path, steps: tuple[str, ...]) -> int:
    """A descriptor of the directory `steps` below `root`; the missing ones are made, links are refused."""
    root.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
    current = os.open(root, _DIRECTORY)
    for step in steps:
        try:
            with suppress(FileExistsError):
                os.mkdir(step, _DIRECTORY_MODE, dir_fd=current)
            below = os.open(step, _DIRECTORY, dir_fd=current)
        finally:
            os.close(current)
        current = below
    return current
