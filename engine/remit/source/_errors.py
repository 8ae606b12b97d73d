"""What can be wrong with a source.

SourceError
├── NotText            bytes that are not UTF-8, or characters a reviewer cannot see
├── SyntaxFault        text that is not YAML
├── DuplicateKey       the same key twice in a mapping
├── AmbiguousScalar    a value that YAML 1.1 and 1.2 read differently
├── NotPlain           a YAML feature that policies may not use (tags, merge keys, complex keys, cycles)
├── TooLarge           a bound of `Bounds` is exceeded
├── EditFailed         a change that cannot be made, or that would touch more than it says
└── TreeError          a tree that cannot be opened, or an entry of it that is refused
"""

from __future__ import annotations

from typing import NamedTuple, Self

from remit.source._position import Position


class Text(NamedTuple):
    """The words of an error: one sentence, and what to do about it."""

    message: str
    remedy: str = ""


class SourceError(Exception):
    """A fault of the source at a position; `str` gives `file:line:col: message`."""

    def __init__(self, message: str, position: Position, remedy: str = "") -> None:
        super().__init__(message, position, remedy)
        self.message = message
        self.position = position
        self.remedy = remedy

    @classmethod
    def of(cls, text: Text, position: Position) -> Self:
        """The error with the given words."""
        return cls(text.message, position, text.remedy)

    def __str__(self) -> str:
        return f"{self.position}: {self.message}"


class NotText(SourceError):
    """Bytes that are not UTF-8, or characters that a reviewer cannot see."""


class SyntaxFault(SourceError):
    """Text that is not YAML."""


class DuplicateKey(SourceError):
    """The same key twice in one mapping."""


class AmbiguousScalar(SourceError):
    """A plain value that YAML 1.1 and YAML 1.2 read differently, or that no JSON number can hold."""


class NotPlain(SourceError):
    """A feature of YAML that is refused: tags, merge keys, keys that are not strings, cycles."""


class TooLarge(SourceError):
    """More bytes, depth, documents, nodes or errors than the bounds admit."""


class EditFailed(SourceError):
    """A change that cannot be made exactly as asked."""


class TreeError(SourceError):
    """A tree that cannot be opened, or an entry of it that is refused."""
