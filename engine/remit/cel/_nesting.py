"""How deep the tree of a text is at least, followed along its brackets, signs and conditionals.

Levels are those of `_depth.py`. Only what opens a level in every text that can be parsed is counted: the
brackets of lists, maps, indexes and calls, every `?` of conditionals that follow each other in one element,
and the signs before an operand, less the first `-`, which may subtract, and the last, which may be a number's.
"""

from __future__ import annotations

from dataclasses import dataclass


class TooDeep(Exception):
    """More levels than the limit, reached at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(slots=True)
class _Element:
    """What stands between two commas or brackets: the level it begins at, and its conditionals."""

    level: int
    conditionals: int = 0
    unanswered: int = 0


class Nesting:
    """The level that a text has reached; every method raises TooDeep past the limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open = [_Element(0)]
        self._signs = 0
        self._signed_to = -1

    def signs(self, text: str, start: int, end: int) -> None:
        """Signs in a row, and the blanks behind them."""
        count = text.count("!", start, end) + text.count("-", start, end)
        self._signs = count - (text[start] == "-")
        self._signed_to = end
        self._reach(self._level() + self._signs - 1, start)

    def bracket(self, start: int, levels: int) -> None:
        """An opening bracket, which begins `levels` levels besides those of the signs before it."""
        signs = self._signs if start == self._signed_to else 0
        self._open.append(_Element(self._level() + signs + levels))
        self._reach(self._open[-1].level, start)

    def close(self) -> None:
        """A closing bracket; one too many is for the parser to refuse."""
        if len(self._open) > 1:
            self._open.pop()

    def comma(self) -> None:
        """The next element of a list, map or call."""
        element = self._open[-1]
        element.conditionals = element.unanswered = 0

    def question(self, start: int) -> None:
        """The `?` of a conditional."""
        element = self._open[-1]
        element.conditionals += 1
        element.unanswered += 1
        self._reach(self._level(), start)

    def colon(self) -> None:
        """The `:` of the last conditional, or the one between a key and its value."""
        element = self._open[-1]
        if element.unanswered:
            element.unanswered -= 1
        else:
            element.conditionals = 0

    def _level(self) -> int:
        return self._open[-1].level + self._open[-1].conditionals

    def _reach(self, level: int, offset: int) -> None:
        if level > self._limit:
            raise TooDeep(offset)
