"""What every sink must do, for the tests of whoever writes one.

from remit.secrets.testing import Trial, conform

def test_my_sink():
    conform(Trial(sink=SINK, delivery=Delivery(sink="mine"), context=context, held=read_it_there))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from remit.resources import Delivery
from remit.secrets import SINKS, Secret, Sink, SinkContext

VALUE = "invented-value-0123456789"


class NotConforming(AssertionError):
    """The sink breaks its contract, in one sentence."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A sink, a delivery that it can make, and a way to see what is kept there (None: nothing)."""

    sink: Sink
    delivery: Delivery
    context: SinkContext
    held: Callable[[], str | None]


def conform(trial: Trial) -> None:
    """Raises NotConforming for the first thing that is not as the contract says."""
    SINKS.checked(trial.delivery.sink, trial.sink)
    address = trial.sink.address(trial.delivery, trial.context.key)
    _require(trial.held() is None, "something was kept before anything was delivered")
    _require(address == trial.sink.address(trial.delivery, trial.context.key), "the address is another each time")
    _require(
        address != trial.sink.address(trial.delivery, f"{trial.context.key}-2") or _named(trial), "two keys share it"
    )
    for value in (VALUE, f"another-{VALUE}"):
        receipt = trial.sink.deliver(trial.delivery, Secret(value), trial.context)
        _require(receipt.address == address, "the receipt names another address than was foretold")
        _require(trial.held() == value, "what is kept is not the value that was delivered last")
        _require(value not in repr(receipt) and value not in address, "the value stands where it can be read")


def _named(trial: Trial) -> bool:
    """Whether the delivery itself says where the value goes, whatever the key is called."""
    return trial.delivery.name is not None or trial.delivery.path is not None


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotConforming(otherwise)
