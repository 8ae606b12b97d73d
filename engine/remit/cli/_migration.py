"""Bringing the text of a file forward to the current version of the format."""

from __future__ import annotations

from remit.resources import MIGRATIONS, plan_migration
from remit.source import edit, read_documents


def migrated(text: str, file: str) -> str:
    """The text with every resource in the current version; `file` names it in errors. Raises SourceError."""
    for _ in MIGRATIONS:
        parsed = read_documents(text.encode(), file)
        if parsed.errors:
            raise parsed.errors[0]
        changes = [change for document in parsed.documents for change in plan_migration(document)]
        if not changes:
            break
        text = edit(text, changes, file)
    return text
