"""`remit audit`: what happened, whether the record of it holds, and who approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from remit.cli.commands.audit.approve import approve
from remit.cli.commands.audit.log import log
from remit.cli.commands.audit.migrate import migrate
from remit.cli.commands.audit.verify import verify

COMMANDS: Mapping[str, Callable[..., int]] = MappingProxyType(
    {"log": log, "verify": verify, "approve": approve, "migrate": migrate}
)

__all__ = ["COMMANDS"]
