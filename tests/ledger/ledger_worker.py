"""A process that writes: `python ledger_worker.py VERB PLACE NAME COUNT`; it says each event that is kept."""

from __future__ import annotations

import sys
from datetime import timedelta

from ledger_samples import NOW, event

from remit.ledger import LeaseTaken, LedgerError, open_ledger


def append(place: str, name: str, count: int) -> None:
    """One event a transaction, each with what it is about."""
    ledger = open_ledger(place)
    for number in range(count):
        with ledger.writing() as writing:
            kept = writing.append(event(number, run=name, note="x" * 200))
            writing.record("gateway", f"{name}-{number}", "{}", "sha256:0", None)
        say(str(kept.seq))


def lease(place: str, name: str, count: int) -> None:
    """Try once to take each of many targets."""
    ledger = open_ledger(place)
    for number in range(count):
        try:
            with ledger.writing() as writing:
                writing.lease(f"target-{number}", name, NOW, timedelta(minutes=1))
        except LeaseTaken:
            continue
        say(str(number))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    verb, place, name, count = sys.argv[1:]
    try:
        {"append": append, "lease": lease}[verb](place, name, int(count))
    except LedgerError as error:
        sys.exit(f"{type(error).__name__}: {error.message}")
