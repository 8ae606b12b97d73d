"""Libraries that only some sinks need."""

from __future__ import annotations

from importlib.util import find_spec

from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryInvalid


def require(sink: str, extra: str, module: str) -> None:
    """Raises DeliveryInvalid, which names the extra, when `module` is not installed. Imports nothing."""
    if find_spec(module) is None:
        raise DeliveryInvalid(messages.no_extra(sink, extra))
