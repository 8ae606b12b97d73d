"""The policies of every turn: the newest that check, or the last that did."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from remit._installed import registries
from remit.bundle import Bundle, NotABundle, load_bundle, save_bundle
from remit.check import check_tree
from remit.schedule import _messages as messages
from remit.source import open_tree

FILE = "last-good.bundle"


class Rejected(Exception):
    """What is declared now does not check; one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(slots=True)
class Policies:
    """A directory as it lies there, or at a git reference, or a saved bundle.

    The last good bundle is kept in `state_dir`, so that a process which begins anew has it too.
    """

    place: Path
    ref: str | None
    state_dir: Path
    good: Bundle | None = None

    def newest(self, at: datetime) -> Bundle:
        """What is declared now. Raises Rejected with the first error, and what reading raises."""
        if self.ref is None and self.place.is_file():
            found = load_bundle(self.place)
        else:
            report = check_tree(open_tree(self.place, self.ref), at=at, registries=registries())
            if report.bundle is None or not report.ok:
                errors = [each for each in report.findings if each.severity == "error"]
                raise Rejected(messages.rejected(len(errors), str(errors[0])))
            found = report.bundle
        self._keep(found)
        return found

    def last_good(self) -> Bundle | None:
        """Of this process, or of the one before it; None where there is none."""
        if self.good is None:
            with suppress(NotABundle, OSError):
                self.good = load_bundle(self.state_dir / FILE)
        return self.good

    def _keep(self, found: Bundle) -> None:
        if self.good is None or self.good.digest != found.digest or self.good.commit != found.commit:
            self.state_dir.mkdir(parents=True, exist_ok=True)
            save_bundle(found, self.state_dir / FILE)
        self.good = found
