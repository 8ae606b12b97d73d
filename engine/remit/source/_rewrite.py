"""Rewriting texts; the YAML libraries are loaded on first use."""

from __future__ import annotations

from collections.abc import Sequence

from remit.source._changes import Change


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
