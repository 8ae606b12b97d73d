"""Rewriting texts; the YAML libraries are loaded on first use."""

from __future__ import annotations

from collections.abc import Sequence

from remit.source._changes import Change
from remit.source._data import Data


def edit(text: str, changes: Sequence[Change], file: str = "text") -> str:
    """The text with the changes made in order; other documents stay byte for byte as they were.

    The result is read again, and must differ in nothing but what the changes say, comments included: those
    inside a deleted or replaced value go with it. `file` names the text in errors.
    Raises EditFailed, or the first fault of the text.
    """
    from remit.source._edit import edited

    return edited(text, changes, file)


def format_text(text: str, file: str = "text") -> str:
    """The text in canonical layout; the same when formatted again, equal in data, and with all of its comments.

    Two spaces, lists indented below their key, `apiVersion`, `kind`, `metadata`, `spec` first, lines that end
    with LF, quotes and the spelling of values as they were. `file` names the text in errors.
    Raises EditFailed where that cannot be, or the first fault of the text.
    """
    from remit.source._format import formatted

    return formatted(text, file)


def write_document(data: Data | None, comments: Sequence[str] = ()) -> str:
    """The text of a new document, below its comments; None has no text but the comments.

    Read again, it is `data`. A line break or a control character in a comment becomes a space.
    """
    from remit.source._layout import Indents
    from remit.source._roundtrip import Rewriter, written

    lines = [f"# {''.join(each if each.isprintable() else ' ' for each in line)}\n" for line in comments]
    body = "" if data is None else Rewriter(Indents(2, 2)).dump(written(data))  # type: ignore[arg-type]
    return "".join(lines) + body
