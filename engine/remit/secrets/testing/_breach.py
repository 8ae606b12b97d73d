"""How a sink fails."""

from __future__ import annotations


class Breach(AssertionError):
    """The sink does not keep its contract; the message says in what."""


def expect(holds: bool, otherwise: str) -> None:
    """Raises Breach."""
    if not holds:
        raise Breach(otherwise)
