"""Addresses and ranges of the internet protocol, from texts and back.

A zone is refused, and so is an address of version 4 that is mapped into version 6 with dots; mapped in
hexadecimal, as in `::ffff:c0a8:1`, it is that address of version 4.
"""

from __future__ import annotations

import re

from remit.cel import _messages
from remit.cel._types import CIDR, IP, STRING
from remit.cel._values import Cidr, IpAddress

WIDTHS = {4: 32, 6: 128}
"""The bits of an address, by version."""

_MAPPED = 0xFFFF
_PREFIX = re.compile(r"0|[1-9][0-9]{0,2}", re.ASCII)


def _parsed(text: str) -> IpAddress:
    import ipaddress

    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        raise _messages.not_convertible(STRING.name, IP.name) from None
    address = IpAddress(found.version, int(found))
    if "%" in text or ("." in text and _is_mapped(address)):
        raise _messages.not_convertible(STRING.name, IP.name)
    return address


def read_address(text: str) -> IpAddress:
    """The address of a text.

    Raises:
        CelEvaluationError: `invalid_argument` when it is none.
    """
    address = _parsed(text)
    return IpAddress(4, address.number & 0xFFFFFFFF) if _is_mapped(address) else address


def _is_mapped(address: IpAddress) -> bool:
    return address.version == 6 and address.number >> 32 == _MAPPED


def read_range(text: str) -> Cidr:
    """The range of a text such as `10.0.0.0/8`; bits after the prefix are kept.

    Raises:
        CelEvaluationError: `invalid_argument` when it is none.
    """
    written, slash, prefix = text.partition("/")
    address = _parsed(written)
    if not slash or _PREFIX.fullmatch(prefix) is None or _is_mapped(address):
        raise _messages.not_convertible(STRING.name, CIDR.name)
    if int(prefix) > WIDTHS[address.version]:
        raise _messages.not_convertible(STRING.name, CIDR.name)
    return Cidr(address, int(prefix))


def address_text(address: IpAddress) -> str:
    """The canonical text: in lower case, with the longest run of zeros left out."""
    import ipaddress

    return str(ipaddress.IPv4Address(address.number) if address.version == 4 else ipaddress.IPv6Address(address.number))


def range_text(range_: Cidr) -> str:
    """The canonical text of the address, and the length of the prefix."""
    return f"{address_text(range_.address)}/{range_.prefix}"
