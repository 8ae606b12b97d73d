"""Names of the places where values go."""

from __future__ import annotations

import re

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryInvalid

MARK = ("managed-by", "remit")
"""What a secret carries that Remit created, where the store can mark secrets."""

_SETTINGS = tuple(name for name in Delivery.model_fields if name != "sink")


def takes_only(delivery: Delivery, *taken: str) -> None:
    """Raises DeliveryInvalid when the delivery sets what belongs to another sink."""
    for name in _SETTINGS:
        if name not in taken and getattr(delivery, name) is not None:
            raise DeliveryInvalid(messages.not_taken(delivery.sink, name))


def parts_of(path: str) -> tuple[str, ...]:
    """The steps of a relative path. Raises DeliveryInvalid when it would leave its root or can be spelt otherwise."""
    parts = tuple(path.split("/"))
    if any(part in ("", ".", "..") for part in parts):
        raise DeliveryInvalid(messages.path_outside(path))
    return parts


def variable_name(delivery: Delivery, key: str) -> str:
    """`name`, or the key in capitals. A key may begin with a digit, a variable may not."""
    name = delivery.name or re.sub(r"[^A-Z0-9]", "_", key.upper())
    return f"_{name}" if name[0].isdigit() else name
