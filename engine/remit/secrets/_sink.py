"""What a place that keeps the values of keys must offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from remit.resources import Delivery
from remit.targets import Secret


@dataclass(frozen=True, slots=True)
class SinkContext:
    """What a sink may know: whose value it is, and the state directory for sinks that keep files."""

    key: str
    state_dir: Path
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a value went, and as which version, where the sink counts them."""

    address: str
    version: str = ""


@runtime_checkable
class Sink(Protocol):
    """Keeps values. Delivering again to the same address replaces what was there."""

    def address(self, delivery: Delivery, key: str) -> str:
        """Where the value of `key` would go, such that two keys never share one. Raises DeliveryInvalid; no I/O."""
        ...

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Keep the value, for good when this returns. Raises DeliveryFailed; no message holds the value."""
        ...
