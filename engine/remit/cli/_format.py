"""`--json` is short for `--format json`."""

from __future__ import annotations

from typing import TypeVar

from remit.cli import _messages as messages
from remit.cli._errors import Misuse

F = TypeVar("F", bound=str)


def chosen(form: F | None, json: bool, default: str) -> str:
    """The format that is meant. Raises Misuse when two are given."""
    if json and form not in (None, "json"):
        raise Misuse(messages.json_or_format())
    return "json" if json else form or default
