"""`--json` is short for `--format json`."""

from __future__ import annotations

from remit.cli import _messages as messages
from remit.cli._errors import Misuse


def chosen(form: str | None, json: bool) -> str:
    """The format that is meant, `text` by default. Raises Misuse when two are given."""
    if json and form not in (None, "json"):
        raise Misuse(messages.json_or_format())
    return "json" if json else form or "text"
