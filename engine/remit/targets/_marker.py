"""Whose an object is: the mark that Remit leaves on everything it creates."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = re.compile(
    r"remit:(?P<organization>[a-z0-9.-]{1,63})/(?P<key>(?:team:|project:)?[a-z0-9.-]{1,63})#(?P<object>[A-Za-z0-9._:~-]{1,200})"
)
_PENDING = "~"


@dataclass(frozen=True, slots=True)
class Marker:
    """`remit:<organization>/<slot>#<id of the object that carries it>`; the slot of a key is its name.

    Because it names its own object, a marker that somebody copied to another object is recognised. Where the
    id is known only after creation, the object first carries `#~<nonce>` of the intent that created it.
    """

    organization: str
    key: str
    object_id: str

    @classmethod
    def parse(cls, text: str) -> Marker | None:
        """The marker in `text`, or None when it is not one."""
        match = _MARKER.fullmatch(text)
        return cls(match["organization"], match["key"], match["object"]) if match else None

    @classmethod
    def pending(cls, organization: str, key: str, nonce: str) -> Marker:
        """What an object carries until its own id is known."""
        return cls(organization, key, _PENDING + nonce)

    @property
    def nonce(self) -> str | None:
        """The nonce of a pending marker, else None."""
        return self.object_id[1:] if self.object_id.startswith(_PENDING) else None

    def __str__(self) -> str:
        return f"remit:{self.organization}/{self.key}#{self.object_id}"
