"""The contract of sinks: the built-in ones keep it, and its suite finds those that do not."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest
from sink_subjects import BENCHES, Bench

from remit.resources import Delivery
from remit.secrets import SINKS, DeliveryFailed, DeliveryInvalid, Receipt, Secret, SinkContext, sealed
from remit.secrets.testing import CLAIMS, Breach, Claim, Subject


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
@pytest.mark.parametrize("name", BENCHES)
def test_built_in_sinks_keep_the_contract(name: str, claim: Claim, open_bench: Callable[[str], Bench]) -> None:
    """Each sentence holds for each sink."""
    claim(open_bench(name).subject)


def test_every_built_in_sink_is_tried() -> None:
    """No sink is left out."""
    assert set(BENCHES) == set(SINKS.names())


@dataclass
class Store:
    """A sink that keeps its contract, for others to break."""

    kept: dict[str, str] = field(default_factory=dict)
    is_broken: bool = False

    def address(self, delivery: Delivery, key: str) -> str:
        if delivery.path is not None and (set(delivery.path.split("/")) & {"", ".", ".."}):
            raise DeliveryInvalid("the path leaves its root")
        return f"store:{delivery.path or key}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        address = self.address(delivery, context.key)
        sealed(secret, lambda: self.keep(address, secret.reveal()), repr)
        return Receipt(address)

    def keep(self, address: str, value: str) -> None:
        if self.is_broken:
            raise DeliveryFailed("the store is broken")
        self.kept[address] = value

    @property
    def subject(self) -> Subject:
        return Subject(
            self,
            Delivery(sink="store"),
            lambda key: SinkContext(key, Path()),
            self.kept.get,
            lambda: mock.patch.object(self, "is_broken", True),
        )


class Wandering(Store):
    """Gives an address once."""

    count = 0

    def address(self, delivery: Delivery, key: str) -> str:
        self.count += 1
        return f"{super().address(delivery, key)}#{self.count}"


class Forgetful(Store):
    def keep(self, address: str, value: str) -> None:
        super().keep(address, value)
        self.kept.clear()


class First(Store):
    def keep(self, address: str, value: str) -> None:
        super().keep(address, self.kept.get(address, value))


class Narrow(Store):
    """Two addresses, one place."""

    def address(self, delivery: Delivery, key: str) -> str:
        return super().address(delivery, key)

    def keep(self, address: str, value: str) -> None:
        super().keep(address, value)
        self.kept.update({other: value for other in self.kept if other.lower() == address.lower()})


class Late(Store):
    """Finds out only when it delivers."""

    def address(self, delivery: Delivery, key: str) -> str:
        return f"store:{delivery.path or key}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        Store.address(self, delivery, context.key)
        return super().deliver(delivery, secret, context)


class Trimming(Store):
    def keep(self, address: str, value: str) -> None:
        super().keep(address, value.strip())


class Talkative(Store):
    def keep(self, address: str, value: str) -> None:
        logging.getLogger("talkative").debug("keeping %s", value)
        super().keep(address, value)


class Printing(Store):
    def keep(self, address: str, value: str) -> None:
        sys.stdout.write(value)
        super().keep(address, value)


class Open(Store):
    """Fails in a frame that holds the value."""

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        plain = secret.reveal()
        self.keep(self.address(delivery, context.key), plain)
        return Receipt(self.address(delivery, context.key))


class Chained(Store):
    """Cuts the cause off, but only for those who ask."""

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        try:
            self.keep(self.address(delivery, context.key), secret.reveal())
        except DeliveryFailed as error:
            raise DeliveryFailed(error.message) from None
        return Receipt(self.address(delivery, context.key))


class Eager(Store):
    """Writes, and fails then."""

    def keep(self, address: str, value: str) -> None:
        self.kept[address] = value
        super().keep(address, value)


class Unshakable(Store):
    @property
    def subject(self) -> Subject:
        whole = super().subject
        return Subject(whole.sink, whole.delivery, whole.context, whole.stored, nullcontext)


BREACHES = [
    (Wandering, "addresses_need_no_io"),
    (Forgetful, "values_are_at_their_address"),
    (First, "delivering_again_replaces"),
    (Narrow, "places_with_two_addresses_are_two"),
    (Late, "impossible_settings_are_told_before"),
    (Trimming, "any_text_is_kept_or_refused"),
    (Talkative, "nothing_says_the_value"),
    (Printing, "nothing_says_the_value"),
    (Talkative, "failures_do_not_say_the_value"),
    (Open, "failures_do_not_say_the_value"),
    (Chained, "failures_do_not_say_the_value"),
    (Unshakable, "failures_do_not_say_the_value"),
    (Eager, "failures_keep_what_was_there"),
]


@pytest.mark.parametrize(("sink", "name"), BREACHES, ids=lambda each: getattr(each, "__name__", each))
def test_the_suite_finds_a_breach(sink: type[Store], name: str) -> None:
    """Whoever breaks a sentence of the contract is told so."""
    claim = next(claim for claim in CLAIMS if claim.__name__ == name)
    with pytest.raises(Breach):
        claim(sink().subject)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_the_suite_lets_a_sound_sink_pass(claim: Claim) -> None:
    """A sink of two methods can keep all of it."""
    claim(Store().subject)


def test_every_claim_is_tried_on_a_sink_that_breaks_it() -> None:
    """No sentence is for show."""
    assert {name for _, name in BREACHES} == {claim.__name__ for claim in CLAIMS}


def test_listening_leaves_the_loggers_as_they_were() -> None:
    """The suite does not change how the tests of others log."""
    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.ERROR)
    before = (logging.root.level, list(logging.root.handlers))
    listening = next(claim for claim in CLAIMS if claim.__name__ == "nothing_says_the_value")
    listening(Store().subject)
    assert (logging.root.level, list(logging.root.handlers), quiet.level) == (*before, logging.ERROR)
