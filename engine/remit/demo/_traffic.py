"""A day of requests: who asked for which sort of model, when, and how many tokens."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from remit.demo import _messages as messages
from remit.demo._errors import DemoError

COLUMNS = ("t_seconds", "key_id", "model_class", "input_tokens", "output_tokens")
_GZIP = b"\x1f\x8b"


class Event(NamedTuple):
    """One request as recorded: seconds since the start of the day, the caller, and sizes in tokens."""

    seconds: float
    source: str
    model_class: str
    input_tokens: int
    output_tokens: int


def read_events(place: Path) -> list[Event]:
    """The requests of a CSV file, plain or gzipped, in the order of time. Raises DemoError."""
    try:
        with _opened(place) as file:
            events = sorted(_rows(file, str(place)))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise DemoError(messages.cannot_read(str(place), cause)) from error
    if not events:
        raise DemoError(messages.no_rows(str(place)))
    return events


def thinned(events: list[Event], count: int) -> list[Event]:
    """About `count` of the events, evenly taken over the day."""
    step = max(1, -(-len(events) // count))
    return events[::step]


def _opened(place: Path) -> IO[str]:
    """The file as text, unpacked when it is gzipped whatever its name says."""
    with place.open("rb") as file:
        packed = file.read(2) == _GZIP
    if packed:
        return cast("IO[str]", gzip.open(place, "rt", encoding="utf-8", newline=""))
    return place.open(encoding="utf-8", newline="")


def _rows(file: IO[str], place: str) -> Iterator[Event]:
    rows = csv.reader(file)
    header = next(rows, [])
    for name in COLUMNS:
        if name not in header:
            raise DemoError(messages.no_column(place, name))
    when, source, sort, asked, answered = (header.index(name) for name in COLUMNS)
    for line, row in enumerate(rows, start=2):
        try:
            event = Event(float(row[when]), row[source], row[sort], int(row[asked]), int(row[answered]))
        except (ValueError, IndexError):
            raise DemoError(messages.bad_row(place, line, _culprit(row, header))) from None
        # written so that a NaN fails too
        if not (0 <= event.seconds < 86_400 and event.input_tokens >= 0 and event.output_tokens >= 0):
            raise DemoError(messages.bad_row(place, line, _culprit(row, header)))
        yield event


def _culprit(row: list[str], header: list[str]) -> str:
    """The first column of a bad row that is to blame."""
    values = dict(zip(header, row, strict=False))
    for name in ("t_seconds", "input_tokens", "output_tokens"):
        if not values.get(name, "").replace(".", "", int(name == "t_seconds")).isdecimal():
            return name
    return "t_seconds"
