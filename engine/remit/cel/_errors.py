"""Errors of the expression language.

CelError
├── CelSyntaxError       the text does not parse
├── CelTypeError         it parses and cannot be right
└── CelEvaluationError   it is right, and these values have no answer

Messages never hold values of the request: they may be secrets.
"""

from __future__ import annotations


class CelError(Exception):
    """What is wrong with an expression; `line` and `column` count from 1 and are 0 when unknown."""

    def __init__(self, message: str, *, line: int = 0, column: int = 0, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.offset = offset

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})" if self.line else self.message


class CelSyntaxError(CelError):
    """The text is not an expression."""


class CelTypeError(CelError):
    """The expression cannot be right: an unknown name or field, or operands that never fit."""


class CelEvaluationError(CelError):
    """The expression has no value for these inputs. `code` is stable: see `_messages.py`."""

    def __init__(self, message: str, *, code: str = "", line: int = 0, column: int = 0, offset: int = 0) -> None:
        super().__init__(message, line=line, column=column, offset=offset)
        self.code = code
