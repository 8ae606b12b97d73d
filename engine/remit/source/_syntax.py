"""The parser's complaints in words of our own, at the place a reader should look."""

from __future__ import annotations

from remit.source import _syntax_messages as messages
from remit.source._errors import SyntaxFault, Text
from remit.source._position import Position
from remit.source._text import place


def fault(problem: str, context: str, mark: tuple[int, int], text: str, file: str) -> SyntaxFault:
    """The error for what the parser said at `mark` (line and column, from 0)."""
    line, column = mark
    return SyntaxFault.of(
        _words(problem.lower(), context.lower(), _character(text, line, column)), _clamped(text, line, column, file)
    )


def unreadable(text: str, file: str) -> SyntaxFault:
    """The error for a parser that stopped without saying where."""
    return SyntaxFault.of(messages.UNKNOWN, place(text, 0, file))


def _words(problem: str, context: str, character: str) -> Text:
    if "cannot start any token" in problem:
        return messages.bad_start(character)
    for start, words in messages.KNOWN:
        if problem.startswith(start):
            return words
    return next((words for start, words in messages.CONTEXTS if context.startswith(start)), messages.UNKNOWN)


def _character(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    return lines[line][column : column + 1] if line < len(lines) else ""


def _clamped(text: str, line: int, column: int, file: str) -> Position:
    last = text.count("\n")
    return Position(file, line + 1, column + 1) if line <= last else place(text, len(text), file)
