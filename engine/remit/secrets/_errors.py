"""What can go wrong with a delivery.

SecretsError
├── DeliveryInvalid   the declaration of the delivery cannot be used; known before anything is created
└── DeliveryFailed    the value did not reach its sink; the key is replaced in the next run
"""

from __future__ import annotations


class SecretsError(Exception):
    """One sentence; never the value."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DeliveryInvalid(SecretsError):
    """`deliver_to` lacks what the sink needs, or says what it does not take."""


class DeliveryFailed(SecretsError):
    """The sink could not take the value."""
