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
    """What a sink may know: whose value it is, the state directory for sinks that keep files, and the environment."""

    key: str
    state_dir: Path
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a value went, and what the store calls this version of it; empty where it does not say."""

    address: str
    version: str = ""


@runtime_checkable
class Sink(Protocol):
    """Keeps values. Delivering again to the same address replaces what was there.

    `remit.secrets.testing` holds a sink against this contract.
    """

    def address(self, delivery: Delivery, key: str) -> str:
        """Where the value of `key` would go: two spellings of one place have one address, two places have two.

        No I/O. Raises DeliveryInvalid for settings that are missing, impossible or another sink's.
        """
        ...

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Keep the value, for good when this returns.

        Raises DeliveryInvalid as `address` does, and DeliveryFailed when the store did not take the value. Neither
        the message nor a frame of the traceback nor a log record holds it: `sealed` sees to the first two.
        """
        ...
