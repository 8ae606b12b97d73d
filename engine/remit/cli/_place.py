"""From what the command line says to a bundle, an instant and a state directory."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit.bundle import Bundle

STATE_NAME = ".remit"


def open_bundle(place: Path, ref: str | None = None) -> Bundle:
    """The bundle of a directory, at a commit or as it lies there, or of a file. Raises what loading raises."""
    from remit.decide import bundle_at

    return bundle_at(place, ref)


def instant(now: datetime | None) -> datetime:
    """What was given, or the clock."""
    return now or datetime.now(UTC)


def state_directory(state: Path | None, policies: Path) -> Path:
    """What was given, or `.remit` beside the policies."""
    return state or Path(os.path.abspath(policies)).parent / STATE_NAME


def inside_repository(place: Path) -> str:
    """The path of a directory within the repository around it, for tools that read annotations; else as given."""
    whole = Path(os.path.abspath(place))
    folder = whole if whole.is_dir() else whole.parent
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            return folder.relative_to(parent).as_posix()
    return "" if place.is_absolute() else place.as_posix()
