"""The contract of a sink, one function a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from socket import socket
from unittest import mock

from remit.resources import Delivery
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid
from remit.secrets.testing._breach import expect
from remit.secrets.testing._overheard import overheard, told_by
from remit.secrets.testing._subject import Claim, Subject
from remit.targets import Secret

VALUE = "rk_conformance_first_4f1c"
OTHER = "rk_conformance_other_9b27"
_KEYS = ("ranker", "ranker-prod", "ranker.prod", "2nd", "ranker-prod-2")
_AWKWARD = (
    'it\'s "quoted"',
    "$HOME `x` ${y} #z =",
    "{\"json\": [1, 'a']}",
    "back\\slash\\n",
    " blanks around ",
    "naïve ünïcode €",
    "k" * 4_000,
)
_ODD_PATHS = ("/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b")


def addresses_need_no_io(subject: Subject) -> None:
    """An address is known without asking anybody, and is the same every time."""
    with mock.patch.object(socket, "connect", side_effect=AssertionError("an address must not need a connection")):
        first, again = subject.address("ranker-prod"), subject.address("ranker-prod")
    expect(first == again, f"the address changes from `{first}` to `{again}`")
    expect(subject.stored(first) is None, "asking for an address stores something")


def values_are_at_their_address(subject: Subject) -> None:
    """A delivered value is in the store, at the address of the receipt, which is the one told before."""
    told = subject.address("ranker-prod")
    receipt = subject.deliver(Secret(VALUE), "ranker-prod")
    expect(receipt.address == told, f"the receipt says `{receipt.address}`, `address` said `{told}`")
    expect(subject.stored(told) == VALUE, f"the value is not at `{told}`")


def delivering_again_replaces(subject: Subject) -> None:
    """The last value delivered to an address is the one that is there."""
    for value in (VALUE, OTHER, OTHER, VALUE):
        address = subject.deliver(Secret(value), "ranker-prod").address
        expect(subject.stored(address) == value, f"`{address}` keeps an older value")


def places_with_two_addresses_are_two(subject: Subject) -> None:
    """Whatever is delivered to another address leaves a value alone; whatever reaches it has its address."""
    kept: dict[str, str] = {}
    for number, (delivery, key) in enumerate(_spellings(subject)):
        if (address := subject.address(key, delivery)) in kept:
            continue
        # a place may be refused, for instance because it does not exist
        with suppress(DeliveryFailed):
            subject.deliver(Secret(f"{VALUE}{number}"), key, delivery)
            kept[address] = f"{VALUE}{number}"
    for address, value in kept.items():
        expect(subject.stored(address) == value, f"what is at `{address}` was overwritten from another address")


def impossible_settings_are_told_before(subject: Subject) -> None:
    """What an address cannot be made of is DeliveryInvalid, from `deliver` too, and nothing is stored."""
    for delivery in _odd(subject):
        try:
            told = subject.address("ranker-prod", delivery)
        except DeliveryInvalid:
            told = ""
        try:
            address = subject.deliver(Secret(VALUE), "ranker-prod", delivery).address
        except DeliveryInvalid:
            address = ""
        expect(told == address, f"`address` and `deliver` do not agree about {delivery!r}")
        expect(not told or subject.stored(told) == VALUE, f"`{told}` is accepted, and keeps nothing")


def any_text_is_kept_or_refused(subject: Subject) -> None:
    """A value arrives unchanged, or not at all: never shortened, quoted twice, or expanded."""
    for value in _AWKWARD:
        address = subject.address("ranker-prod")
        before = subject.stored(address)
        try:
            subject.deliver(Secret(value), "ranker-prod")
        except DeliveryFailed:
            value = before or ""
        expect((subject.stored(address) or "") == value, "a value with special characters arrives changed")


def nothing_says_the_value(subject: Subject) -> None:
    """No log record of any level and library, and nothing printed, holds a value that is delivered."""
    with overheard() as heard:
        receipt = subject.deliver(Secret(VALUE), "ranker-prod")
    expect(VALUE not in str(heard), "the value is logged or printed")
    expect(VALUE not in repr(receipt), "the receipt holds the value")


def failures_do_not_say_the_value(subject: Subject) -> None:
    """A failure is DeliveryFailed; its text, causes, local variables and logs do not hold the value."""
    subject.address("ranker-prod")
    with subject.broken(), overheard() as heard:
        told = _failure(subject)
    expect(VALUE not in told, "the error holds the value: deliver within `remit.secrets.sealed`")
    expect(VALUE not in str(heard), "the value is logged or printed when delivery fails")


def failures_keep_what_was_there(subject: Subject) -> None:
    """After a failure the former value is there, and the next delivery works."""
    address = subject.deliver(Secret(OTHER), "ranker-prod").address
    with subject.broken():
        _failure(subject)
    expect(subject.stored(address) == OTHER, "a delivery that failed changed the store")
    subject.deliver(Secret(VALUE), "ranker-prod")
    expect(subject.stored(address) == VALUE, "the sink does not recover")


CLAIMS: tuple[Claim, ...] = (
    addresses_need_no_io,
    values_are_at_their_address,
    delivering_again_replaces,
    places_with_two_addresses_are_two,
    impossible_settings_are_told_before,
    any_text_is_kept_or_refused,
    nothing_says_the_value,
    failures_do_not_say_the_value,
    failures_keep_what_was_there,
)
"""All of the contract. Each raises Breach, and wants a store of its own."""


def _failure(subject: Subject) -> str:
    """All that the error of a failing delivery tells. The value is in none of this module's own variables."""
    told = ""
    try:
        subject.deliver(Secret(VALUE), "ranker-prod")
    except DeliveryFailed as error:
        told = told_by(error)
    expect(told != "", "a delivery succeeds although the store is broken")
    return told


def _spellings(subject: Subject) -> Iterator[tuple[Delivery, str]]:
    """Deliveries that are alike: keys that differ by little, and settings that differ by their capitals."""
    yield from ((subject.delivery, key) for key in _KEYS)
    for field, text in (("name", "Llm_Key"), ("path", "secret/Team/Key"), ("environment", "Production")):
        for spelt in (text, text.lower(), text.upper()):
            delivery = subject.delivery.model_copy(update={field: spelt})
            if _is_valid(subject, delivery):
                yield delivery, "ranker"


def _is_valid(subject: Subject, delivery: Delivery) -> bool:
    try:
        subject.address("ranker", delivery)
    except DeliveryInvalid:
        return False
    return True


def _odd(subject: Subject) -> Iterator[Delivery]:
    settings: dict[str, tuple[str, ...]] = {
        "path": _ODD_PATHS,
        "repository": ("./a", "a/..", "../..", "a/b.git"),
        "name": ("GITHUB_X", "_"),
    }
    for field, texts in settings.items():
        for text in texts:
            yield subject.delivery.model_copy(update={field: text})
