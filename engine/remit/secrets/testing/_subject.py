"""What the claims need to know of a sink."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from remit.resources import Delivery
from remit.secrets._sink import Receipt, Sink, SinkContext
from remit.targets import Secret


@dataclass(frozen=True, slots=True)
class Subject:
    """A sink with an empty store that nothing else uses.

    `delivery` is the least that the sink needs; `context` gives what it may know when the value of a key is delivered;
    `stored` looks into the store, past the sink, for what is at an address (None: nothing); within `broken()` every
    delivery fails.
    """

    sink: Sink
    delivery: Delivery
    context: Callable[[str], SinkContext]
    stored: Callable[[str], str | None]
    broken: Callable[[], AbstractContextManager[object]]

    def deliver(self, secret: Secret, key: str, delivery: Delivery | None = None) -> Receipt:
        """Deliver a value of a key. Raises DeliveryInvalid and DeliveryFailed."""
        return self.sink.deliver(delivery or self.delivery, secret, self.context(key))

    def address(self, key: str, delivery: Delivery | None = None) -> str:
        """Where it would go. Raises DeliveryInvalid."""
        return self.sink.address(delivery or self.delivery, key)


Claim = Callable[[Subject], None]
"""One sentence of the contract, as a function that raises Breach."""
