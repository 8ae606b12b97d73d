"""Text of others made harmless, without loading the renderers."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` with what does not print as its escape."""
    if text.isprintable():
        return text
    from remit.render import plain

    return plain(text)
