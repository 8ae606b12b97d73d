"""Where in a text something stands."""

from __future__ import annotations

from remit.cel._errors import CelTypeError
from remit.cel._messages import position


def type_error(message: str, offset: int, source: str) -> CelTypeError:
    """The error with its line and column, both 0 when the text is not known."""
    line, column = position(source, offset) if source else (0, 0)
    return CelTypeError(message, line=line, column=column, offset=offset)
