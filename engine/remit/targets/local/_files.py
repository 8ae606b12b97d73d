"""Where stores are, and opening them with this package's errors."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from remit.ledger import LedgerFailed, open_sqlite
from remit.targets import _messages as messages
from remit.targets._errors import SettingsInvalid, Unreadable


def below(root: Path, relative: str) -> Path:
    """`root/relative`. Raises SettingsInvalid when that would not stay below `root`."""
    parts = relative.split("/")
    if not relative or relative.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise SettingsInvalid(messages.path_outside(relative))
    return root.joinpath(*parts)


def open_store(path: Path, *, read_only: bool = False, keep_open: bool = False) -> Engine:
    """As `open_sqlite` does. Raises Unreadable for a link, or a file that cannot be opened."""
    try:
        return open_sqlite(path, read_only=read_only, keep_open=keep_open)
    except LedgerFailed as error:
        raise Unreadable(error.message) from None
