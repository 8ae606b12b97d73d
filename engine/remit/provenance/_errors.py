"""What keeps anybody from telling who approved something."""

from __future__ import annotations


class ProvenanceFailed(Exception):
    """One sentence. What cannot be told is not approved."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
