"""What a run needs around it."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from remit.reconcile._approval import Judge
from remit.reconcile._outcome import OnProgress, Progress
from remit.reconcile._planner import SinkSource
from remit.reconcile._retry import Sleep
from remit.reconcile._state import State
from remit.secrets import SINKS
from remit.targets import Writer

LEASE = timedelta(minutes=10)
READ_BACK_ATTEMPTS = 4


def this_run() -> str:
    """A name for the holder of a lease that tells a person which process it is."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def this_actor(environ: Mapping[str, str] = os.environ) -> str:
    """Who is named in the ledger: `REMIT_ACTOR`, who started a workflow, or the user of this machine."""
    for name in ("REMIT_ACTOR", "GITHUB_ACTOR"):
        if environ.get(name):
            return environ[name]
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def silent(progress: Progress) -> None:
    """Nobody watches."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Run:
    """`writers` are opened one by one, when a target's turn comes and it has changes."""

    writers: Mapping[str, Callable[[], Writer]]
    state: State
    state_dir: Path
    sinks: SinkSource = SINKS.load
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    on_progress: OnProgress = silent
    clock: Callable[[], datetime] = _now
    sleep: Sleep = time.sleep
    holder: str = field(default_factory=this_run)
    actor: str = field(default_factory=this_actor)
    judge: Judge | None = None

    def keep(self, target: str) -> None:
        """Take the lease of `target`. Raises LeaseHeld."""
        self.state.lease(target, self.holder, self.clock(), LEASE)

    def prolong(self, target: str) -> None:
        """Keep the lease that this run has. Raises LeaseLost."""
        self.state.prolong(target, self.holder, self.clock(), LEASE)
