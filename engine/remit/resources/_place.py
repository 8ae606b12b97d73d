"""A value of a document, and how a finding speaks of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from remit.resources._suggest import shown_name
from remit.source import Data, Document, Finding, Path


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a document, to be spoken of by its field's name."""

    document: Document
    path: Path

    def __str__(self) -> str:
        if not self.path:
            return "this resource"
        named = [step for step in self.path if isinstance(step, str)]
        shown = shown_name(named[-1]) if named else None
        if not shown:
            return "this value"
        return f"`{shown}`" if self.path[-1] == named[-1] else f"an entry of `{shown}`"

    def beneath(self, *steps: str | int) -> Place:
        """A value inside this one."""
        return Place(self.document, (*self.path, *steps))

    def finding(self, code: str, message: str, remedy: str = "") -> Finding:
        """A finding where the value starts, or the nearest thing around it."""
        return Finding(self.document.position(self.path), code, message, remedy)

    def finding_at_key(self, code: str, message: str, remedy: str = "") -> Finding:
        """A finding where the field's name stands."""
        return Finding(self.document.key_position(self.path), code, message, remedy)

    def value(self) -> Data:
        """The value itself."""
        value = self.document.data
        for step in self.path:
            value = cast("dict[str | int, Data]", value)[step]
        return value
