"""Turn after turn, until somebody stops it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from remit.reconcile import Stopped
from remit.schedule._standing import Standing
from remit.schedule._turn import Settings, turn

JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Loop:
    """`interval` between the end of a turn and the next; up to a tenth more, so that many processes spread out."""

    settings: Settings
    standing: Standing
    interval: timedelta
    chance: Callable[[], float] = random.random

    def once(self) -> bool:
        """One turn; whether every target is as declared, by the newest policies."""
        try:
            made = turn(self.settings)
        except Stopped as error:
            self.settings.log.info("stopped", message=error.message)
            return True
        self.standing.turned(made)
        self.settings.log.info("turn", ending=made.ending, commit=made.commit, seconds=made.span.total_seconds())
        return made.ending == "ok" and not (made.rejected or made.unfetched)

    def forever(self) -> None:
        """Returns when `settings.stop` is set, after the step at hand."""
        stop = self.settings.stop
        while not stop.is_set():
            self.once()
            stop.wait(self.interval.total_seconds() * (1 + JITTER * self.chance()))
        self.standing.stop()
        self.settings.log.info("ended")
