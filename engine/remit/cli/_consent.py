"""Asking before something is done."""

from __future__ import annotations

import sys

import typer

from remit.cli import _messages as messages
from remit.cli._errors import Misuse, say


def agreed_to(question: str, *, silent: bool) -> bool:
    """Whether somebody says yes. Raises Misuse where nobody can be asked."""
    if silent or not is_watched():
        raise Misuse(messages.yes_needed())
    agreed = typer.confirm(question, err=True)
    if not agreed:
        say(messages.declined())
    return agreed


def is_watched() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()
