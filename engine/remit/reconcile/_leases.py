"""Who is at work on the targets, and giving back what a run that was killed still holds."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from remit.ledger import RELEASED, Event, Lease
from remit.reconcile import _messages as messages
from remit.reconcile._errors import LeaseAlive, ReconcileError
from remit.reconcile._run import this_actor
from remit.reconcile._state import State

Process = Literal["running", "gone", "unknown"]
"""Of a holder. `unknown`: it is on another machine, or hidden from this process."""


@dataclass(frozen=True, slots=True)
class Held:
    """`holder` has `target` from `since` (None: not known) to `until`; `ended`: that is past, and nobody took it since.

    `host` and `pid` are those of the holder, as far as its name tells them.
    """

    target: str
    holder: str
    host: str
    pid: int | None
    process: Process
    since: datetime | None
    until: datetime
    ended: bool


def leases(
    state_dir: Path, environ: Mapping[str, str] = os.environ, *, now: datetime | None = None
) -> tuple[Held, ...]:
    """Every lease that was not given back, by target. Raises StateFailed."""
    at = now or datetime.now(UTC)
    return tuple(_held(each, at) for each in State(state_dir, environ).leases())


def release_lease(
    target: str,
    reason: str,
    *,
    force: bool = False,
    by: str | None = None,
    state_dir: Path,
    environ: Mapping[str, str] = os.environ,
    now: datetime | None = None,
) -> Held | None:
    """Take the lease of `target` away from whoever has it; None when nobody has.

    Its holder writes no more: the next thing it would write finds the lease gone. `force` is needed while the lease
    runs. An event of the audit chain says who did it and why. Raises LeaseAlive, ReconcileError for no reason, and
    StateFailed.
    """
    if not reason.strip():
        raise ReconcileError(messages.no_reason())
    at, state = now or datetime.now(UTC), State(state_dir, environ)
    if all(each.target != target for each in state.leases()):
        return None
    with state.writing() as writing:
        lease = writing.held(target)
        if lease is None:
            return None
        if at < lease.until and not force:
            raise LeaseAlive(target, lease.holder, lease.until)
        writing.release(target, lease.holder)
        actor = by or this_actor(environ)
        writing.append(Event(at, RELEASED, actor, target=target, note=lease.holder, cause=reason.strip()))
    return _held(lease, at)


def _held(lease: Lease, at: datetime) -> Held:
    host, pid = _place(lease.holder)
    ended = lease.until <= at
    return Held(lease.target, lease.holder, host, pid, _process(host, pid), lease.since, lease.until, ended)


def _place(holder: str) -> tuple[str, int | None]:
    """Host and process of a name as `this_run` makes it."""
    host, _, rest = holder.partition(":")
    number = rest.partition(":")[0]
    return (host, int(number)) if number.isdecimal() else ("", None)


def _process(host: str, pid: int | None) -> Process:
    if pid is None or host != socket.gethostname():
        return "unknown"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except (PermissionError, OverflowError):
        return "unknown"
    return "running"
