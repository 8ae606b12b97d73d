"""What can go wrong, in one sentence.

CommandError      what a command itself refuses; every package of Remit brings errors of its own
└── Misuse        the command line itself is wrong
"""

from __future__ import annotations

import sys

from remit.cli import _messages as messages
from remit.cli._text import concealed, printable


class CommandError(Exception):
    """A command cannot do what was asked; `message` is one sentence with its remedy."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Misuse(CommandError):
    """What was asked makes no sense, whatever is declared."""


def say(sentence: str) -> None:
    """One line on stderr, which never repeats the value of a key."""
    sys.stderr.write(f"error: {printable(concealed(sentence))}\n")


def explained(error: Exception) -> str:
    """What happened and what to do about it; an error that is nobody's names only its kind."""
    if isinstance(error, OSError):
        return messages.system(error.strerror or messages.refused_by_system(), error.filename)
    if not any(base.__module__.startswith("remit.") for base in type(error).__mro__):
        return messages.unexpected(type(error).__name__)
    from remit.source import TreeError

    text = messages.at_path(error.position.file, error.message) if isinstance(error, TreeError) else str(error)
    return messages.with_remedy(text, getattr(error, "remedy", ""))
