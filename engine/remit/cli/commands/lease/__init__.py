"""`remit lease`: which run is at work on a target, and giving back what a killed one holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from remit.cli.commands.lease.list import list_
from remit.cli.commands.lease.release import release

COMMANDS: Mapping[str, Callable[..., int]] = MappingProxyType({"list": list_, "release": release})

__all__ = ["COMMANDS"]
