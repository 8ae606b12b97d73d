"""What is wrong with an expression: one sentence, and the line with a caret under the column."""

from __future__ import annotations

from collections.abc import Iterator

from remit.cel import CelError, CelTypeError, Ident, parse, postorder
from remit.cli import _messages as messages
from remit.cli._lines import Line
from remit.cli._text import concealed
from remit.cli.cel._scope import Scope
from remit.resources import secret_shape
from remit.source import Position

_NAME = "expression"


def fault_lines(error: CelError, source: str, scope: Scope) -> Iterator[Line]:
    """The sentence, then the place. Nothing is repeated of an expression that holds a secret."""
    yield ("error: ", "error"), (concealed(fault_text(error, source, scope)), "")
    lines = source.split("\n")
    if not 1 <= error.line <= len(lines) or secret_shape(source):
        return
    from remit.render._excerpt import excerpt
    from remit.render._text import gutter

    place = Position(_NAME, error.line, max(1, error.column))
    yield from (((line, "dim"),) for line in gutter(excerpt(lines[error.line - 1], place)))


def fault_json(error: CelError, source: str, scope: Scope) -> dict[str, object]:
    """The same as plain data."""
    return {
        "error": {
            "message": concealed(fault_text(error, source, scope)),
            "code": getattr(error, "code", "") or None,
            "line": error.line or None,
            "column": error.column or None,
        }
    }


def fault_text(error: CelError, source: str, scope: Scope) -> str:
    """The message, and where to get variables from for one who has none."""
    unknown = isinstance(error, CelTypeError) and not scope.types and _is_name(source, error.offset)
    return messages.with_remedy(error.message, messages.give_variables() if unknown else "")


def _is_name(source: str, offset: int) -> bool:
    return any(isinstance(node, Ident) and node.offset == offset for node in postorder(parse(source)))
