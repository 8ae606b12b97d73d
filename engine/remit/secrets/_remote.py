"""What sinks that keep values elsewhere have in common: their client library, their address, their silence."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping
from importlib.util import find_spec
from urllib.parse import urlsplit

from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid

SECONDS = 20


def needs(sink: str, module: str, extra: str) -> None:
    """Raises DeliveryInvalid when the library of a sink is not installed: before any key is created."""
    if find_spec(module) is None:
        raise DeliveryInvalid(messages.extra_missing(sink, extra))


def credential(sink: str, environ: Mapping[str, str], *names: str) -> str:
    """The first of these variables that is set. Raises DeliveryFailed."""
    for name in names:
        if environ.get(name):
            return environ[name]
    raise DeliveryFailed(messages.variable_missing(sink, names))


def safe_address(sink: str, address: str) -> str:
    """`address`, when what is sent there cannot be read on the way. Raises DeliveryFailed."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        return address.rstrip("/")
    raise DeliveryFailed(messages.address_unsafe(sink))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def quiet(*loggers: str) -> None:
    """Client libraries write whole requests to their debug logs, values included: never below `info` from here on."""
    for name in loggers:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.INFO:
            logger.setLevel(logging.INFO)
