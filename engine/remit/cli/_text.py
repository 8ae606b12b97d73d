"""Text of others made harmless, without loading the renderers."""

from __future__ import annotations

import re

# a text without any of these holds no secret, and needs no look at the shapes of secrets
_SUSPECT = re.compile(r"[A-Za-z0-9+/=_.-]{12}|://|PRIVATE KEY|hooks\.slack")


def printable(text: str) -> str:
    """`text` with what does not print as its escape."""
    if text.isprintable():
        return text
    from remit.render import plain

    return plain(text)


def concealed(text: str) -> str:
    """`text` without what looks like the value of a key: somebody may have pasted one in the place of a name."""
    if not _SUSPECT.search(text):
        return text
    from remit.resources import masked

    return masked(text)
