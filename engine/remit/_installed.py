"""What can be declared, for `remit.check`: the types of targets and sinks there are, and what each supports."""

from __future__ import annotations

from remit.check import Registries
from remit.secrets import SINKS
from remit.targets import TARGET_TYPES, TargetError


def registries() -> Registries:
    """Of everything that is installed."""
    return Registries(frozenset(TARGET_TYPES.names()), frozenset(SINKS.names()), support_of)


def support_of(type_: str, name: str) -> str:
    """How a type of target supports a property of a key; of one that cannot be loaded, nothing is."""
    try:
        return TARGET_TYPES.load(type_).capabilities.of(name).support
    except TargetError:
        return "unsupported"
