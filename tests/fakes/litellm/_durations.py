"""Durations as the proxy reads them, and the moments budgets start again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from fakes.litellm._errors import Refusal

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def parsed(text: str) -> tuple[int, str] | None:
    """The number and the unit of `30d` or `1mo`, or None."""
    match = re.fullmatch(r"(\d+)(s|mo|m|h|d|w)", text)
    return (int(match[1]), match[2]) if match else None


def after(now: datetime, text: str, refusal: Refusal) -> datetime:
    """The moment a duration from now, cut to milliseconds as the database does. Raises the refusal for a bad text."""
    parts = parsed(text)
    if parts is None:
        raise refusal
    number, unit = parts
    moment = _months(now, number) if unit == "mo" else now + timedelta(seconds=number * _SECONDS[unit])
    return milliseconds(moment)


def resets(now: datetime, text: str, refusal: Refusal) -> datetime:
    """When a budget of that duration next starts again: snapped to the day, Monday, or the first of the month."""
    parts = parsed(text)
    if parts is None:
        raise refusal
    number, unit = parts
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "mo":
        return _months(midnight.replace(day=1), number)
    return _snapped(now, midnight, number * _SECONDS[unit])


def _snapped(now: datetime, midnight: datetime, seconds: int) -> datetime:
    days, rest = divmod(seconds, 86_400)
    if rest or not days:
        return midnight + timedelta(seconds=seconds * ((now - midnight).total_seconds() // seconds + 1))
    if days == 30:
        return _months(midnight.replace(day=1), 1)
    return midnight + timedelta(days=7 - midnight.weekday() if days == 7 else days)


def _months(moment: datetime, number: int) -> datetime:
    years, month = divmod(moment.month - 1 + number, 12)
    return moment.replace(year=moment.year + years, month=month + 1, day=min(moment.day, 28))


def milliseconds(moment: datetime) -> datetime:
    """The moment as the database keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)
