"""Saying when keys were last used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from remit.cli import _messages as messages
from remit.cli._errors import Misuse
from remit.cli._output import write_json, write_line, write_rows
from remit.reconcile import Usage, Use
from remit.resources import parse_duration

_HEADINGS = ("Target", "Key", "Last used", "Spend", "Value since")


def parsed_span(text: str | None) -> timedelta | None:
    """Raises Misuse for what is no duration."""
    try:
        return None if text is None else parse_duration(text)
    except ValueError:
        raise Misuse(messages.bad_interval(text or "")) from None


def show_usage(found: Usage, span: timedelta | None, *, json: bool) -> None:
    """All keys, or with `span` only those that nobody used for so long; and which targets say nothing."""
    shown = found.uses if span is None else found.unused(span)
    if json:
        write_json({"at": found.at, "keys": list(shown), "silent": found.silent})
        return
    if shown:
        write_rows(_HEADINGS, [_cells(each) for each in shown])
    else:
        write_line(messages.no_keys_to_show())
    for name, why in sorted(found.silent.items()):
        write_line(f"{name}: {why}")


def _cells(use: Use) -> tuple[str, ...]:
    spend = "" if use.spend is None else str(use.spend)
    return (use.target, use.key, _day(use.last_used) or "never", spend, _day(use.issued))


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d}"
