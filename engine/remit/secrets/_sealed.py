"""Failing without showing what was held."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from remit.secrets._errors import DeliveryFailed
from remit.targets import Secret

T = TypeVar("T")


def sealed(secret: Secret, act: Callable[[], T], explain: Callable[[Exception], str]) -> T:
    """What `act` gives. Raises DeliveryFailed with the message of its DeliveryFailed, or what `explain` says.

    The error begins here and has no cause, so that neither a traceback with locals nor a debugger that follows causes
    comes to the frames in which the value was plain text.
    """
    try:
        return act()
    except DeliveryFailed as error:
        message = error.message
    except Exception as error:
        message = explain(error)
    raise DeliveryFailed(secret.hidden_in(message))
