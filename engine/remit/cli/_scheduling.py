"""From the command line to a process that reconciles, and its end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from remit.cli import _messages as messages
from remit.cli._errors import Misuse
from remit.cli._exit import ExitCode
from remit.resources import parse_duration
from remit.schedule import Clone, Log, Loop, Policies, Settings, Standing, listening

_PATIENCE = timedelta(hours=1)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def parsed_interval(text: str) -> timedelta:
    """Raises Misuse for what is no duration."""
    try:
        found = parse_duration(text)
    except ValueError:
        found = timedelta()
    if found <= timedelta():
        raise Misuse(messages.bad_interval(text))
    return found


@dataclass(frozen=True, slots=True)
class Schedule:
    """What `remit reconcile` was told."""

    policies: Path
    ref: str | None
    state: Path
    interval: timedelta
    targets: tuple[str, ...]
    fetch: bool = False

    def once(self) -> ExitCode:
        """One turn. 0 when every target is as declared."""
        loop = self._loop()
        with _stopped_by_signals(loop):
            return ExitCode.OK if loop.once() else ExitCode.ERROR

    def serve(self, listen: str) -> ExitCode:
        """Turn after turn, until a signal. Raises ListenFailed."""
        loop = self._loop()
        with _stopped_by_signals(loop), nullcontext() if listen == "off" else listening(listen, loop.standing) as at:
            host, port = (at.host, at.port) if at is not None else (None, None)
            loop.settings.log.info("began", interval_seconds=self.interval.total_seconds(), host=host, port=port)
            loop.forever()
        return ExitCode.OK

    def _loop(self) -> Loop:
        ref, clone = self._source()
        policies = Policies(self.policies, ref, self.state)
        settings = Settings(policies, self.state, Log(sys.stderr), os.environ, targets=self.targets, clone=clone)
        return Loop(settings, Standing(self.interval * 3 + _PATIENCE, datetime.now(UTC)), self.interval)

    def _source(self) -> tuple[str | None, Clone | None]:
        """What is fetched is read at its commit. Raises Misuse for what comes from no clone."""
        if not self.fetch:
            return self.ref, None
        if self.policies.is_file():
            raise Misuse(messages.fetch_of_file())
        ref = self.ref or "HEAD"
        return ref, Clone(self.policies, ref)


@contextmanager
def _stopped_by_signals(loop: Loop) -> Iterator[None]:
    """A second signal of the same kind ends the process as it would any other."""
    before = {each: signal.getsignal(each) for each in _SIGNALS}

    def stop(number: int, _: object) -> None:
        loop.settings.stop.set()
        signal.signal(number, before[signal.Signals(number)] or signal.SIG_DFL)

    for each in _SIGNALS:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, former in before.items():
            signal.signal(each, former)
