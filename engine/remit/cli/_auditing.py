"""Reading the ledger, and saying what stands in it."""

from __future__ import annotations

import json as encoding
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from remit.cli import _messages as messages
from remit.cli._errors import Misuse
from remit.cli._lines import write_lines
from remit.cli._output import write, write_json, write_line, write_rows
from remit.cli._place import state_directory
from remit.ledger import Approval, Entry, Head, Ledger, Verification, ledger_of

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_TABLE = 500
_PAUSE_SECONDS = 1.0
_HEADINGS = ("Number", "When", "What", "Target", "Key", "By", "Commit", "Remark")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events; None for any."""

    target: str | None = None
    key: str | None = None
    kind: str | None = None
    actor: str | None = None
    run: str | None = None
    commit: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def place_of(state: Path | None, policies: Path) -> Ledger:
    """The ledger that `REMIT_LEDGER` names, or that of the state directory."""
    return ledger_of(os.environ, state_directory(state, policies))


def show_events(ledger: Ledger, asked: Asked, after: int, newest: int | None, *, json: bool) -> int:
    """The events, on stdout; gives the number of the last one."""
    last = after
    for shown in _chunks(ledger.events(after, **asdict(asked), newest=newest)):
        if json:
            _write_json_lines(shown)
        else:
            write_rows(_HEADINGS, [_cells(each) for each in shown])
        last = shown[-1].seq
    if last == after and not json:
        write_line(messages.no_events())
    return last


def follow_events(ledger: Ledger, asked: Asked, after: int, *, json: bool) -> None:
    """What is added behind `after`, line by line, until somebody stops it."""
    while True:
        for entry in ledger.events(after, **asdict(asked)):
            _write_json_lines([entry]) if json else write_line("  ".join(filter(None, _cells(entry))))
            after = entry.seq
        sys.stdout.flush()
        time.sleep(_PAUSE_SECONDS)


def parsed_anchor(text: str | None) -> Head | None:
    """Raises Misuse for what is no anchor."""
    try:
        return None if text is None else Head.parse(text)
    except ValueError as error:
        raise Misuse(messages.bad_anchor(str(error))) from None


def show_verification(found: Verification, anchor: Head | None, *, json: bool) -> None:
    """Whether it holds, and its end or its first fault."""
    if json:
        fault = None if found.fault is None else {"number": found.fault.seq, "message": found.fault.message}
        write_json({"ok": found.ok, "events": found.events, "head": str(found.head), "fault": fault})
    elif found.fault is not None:
        write_lines([((messages.broken(found.fault.message), "error"),)])
        write_line(messages.holds_until(found.events, str(found.head)))
    else:
        write_lines([((messages.holds(found.events), "passed"),)])
        write_line(messages.anchored(str(found.head), anchored=anchor is not None))


def approved(ledger: Ledger, commit: str, by: str, note: str | None) -> Approval:
    """Raises Misuse for what is no whole id of a commit, and for nobody."""
    if not _COMMIT.fullmatch(commit):
        raise Misuse(messages.not_a_commit())
    if not by.strip():
        raise Misuse(messages.nobody())
    with ledger.writing() as writing:
        return writing.approve(commit, by.strip(), datetime.now(UTC), note)


def show_approval(approval: Approval, *, json: bool) -> None:
    """Where it stands in the chain."""
    if json:
        write_json({"approval": approval})
    else:
        write_line(messages.approved(approval.commit, approval.by, approval.seq))


def show_head(ledger: Ledger, *, json: bool) -> None:
    """Which ledger, and where its chain ends."""
    if json:
        write_json({"ledger": ledger.name, "head": str(ledger.head)})
    else:
        write_line(messages.ready(ledger.name, ledger.head.seq))


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """So that a long history is shown while it is read."""
    rest = iter(entries)
    while found := list(islice(rest, _TABLE)):
        yield found


def _write_json_lines(entries: Iterable[Entry]) -> None:
    for entry in entries:
        write(encoding.dumps(entry.content()) + "\n")


def _cells(entry: Entry) -> tuple[str, ...]:
    event = entry.event
    when = event.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    remark = ": ".join(filter(None, (event.note, event.cause or event.answer)))
    optional = (event.target or "", event.key or "")
    return (str(entry.seq), when, event.kind, *optional, event.actor, (event.commit or "")[:8], remark)
