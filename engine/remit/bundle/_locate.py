"""From a place in an expression to a place in its file.

YAML tells where a scalar starts; how the text goes on from there depends on how it was written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from remit.source import Position

_BLOCK = re.compile(r"[|>]")


def locate(lines: Sequence[str], start: Position, line: int, column: int) -> Position:
    """The position of `line` and `column` (from 1) of the expression whose scalar starts at `start`.

    Exact for literal blocks and for scalars on one line; a folded or continued scalar gives its first line.
    """
    if not 0 < start.line <= len(lines) or not line:
        return start
    text = lines[start.line - 1]
    first = text[start.column - 1 : start.column]
    if _BLOCK.fullmatch(first):
        return _in_block(lines, start, first, line, column)
    if line > 1:
        return start
    return Position(start.file, start.line, start.column + (first in "'\"" and first != "") + column - 1)


def _in_block(lines: Sequence[str], start: Position, style: str, line: int, column: int) -> Position:
    row = start.line + (line if style == "|" else 1)
    if row > len(lines):
        return start
    indent = len(lines[start.line]) - len(lines[start.line].lstrip(" "))
    return Position(start.file, row, indent + column)
