"""Saying who is at work on the targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from remit.cli import _messages as messages
from remit.cli._output import write_json, write_line, write_rows
from remit.reconcile import Held

_HEADINGS = ("Target", "Holder", "Host", "Process", "Since", "Until")


def show_leases(found: Sequence[Held], *, json: bool) -> None:
    """On stdout."""
    if json:
        write_json({"leases": list(found)})
    elif found:
        write_rows(_HEADINGS, [_cells(each) for each in found])
    else:
        write_line(messages.no_leases())


def show_released(target: str, found: Held | None, *, json: bool) -> None:
    """Whose lease it was, if anybody's."""
    if json:
        write_json({"target": target, "released": found})
    else:
        write_line(messages.not_leased(target) if found is None else messages.released(target, found.holder))


def _cells(held: Held) -> tuple[str, ...]:
    process = "" if held.pid is None else str(held.pid)
    state = "" if held.process == "unknown" else f" ({held.process})"
    until = f"{_instant(held.until)}{' (ended)' if held.ended else ''}"
    return held.target, held.holder, held.host, f"{process}{state}", _instant(held.since), until


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
