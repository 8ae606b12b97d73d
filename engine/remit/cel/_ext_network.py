"""The `network` extension: addresses of version 4 and 6 of the internet protocol, and ranges of them.

A zone is refused, and so is an address of version 4 written with dots inside one of version 6; what
maps one in hexadecimal, such as `::ffff:c0a8:1`, is that address of version 4.
"""

from __future__ import annotations

import re

from remit.cel import _messages
from remit.cel._errors import CelEvaluationError
from remit.cel._extension import Definition, function, method
from remit.cel._types import BOOL, CIDR, INT, IP, STRING
from remit.cel._values import Cidr, IpAddress

_WIDTHS = {4: 32, 6: 128}
_MAPPED = 0xFFFF
_BROADCAST = IpAddress(4, 0xFFFFFFFF)
_PREFIX = re.compile(r"0|[1-9][0-9]{0,2}", re.ASCII)
_LOOPBACK = {4: (127, 8), 6: (1, 128)}
_LINK_LOCAL = {4: (0xA9FE, 16), 6: (0x3FA, 10)}
_LINK_LOCAL_MULTICAST = {4: (0xE00000, 24)}
_MULTICAST = {4: (0xE, 4), 6: (0xFF, 8)}


def _parsed(text: str) -> IpAddress:
    import ipaddress

    if "%" in text or (":" in text and "." in text):
        raise _messages.not_convertible(STRING.name, IP.name)
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        raise _messages.not_convertible(STRING.name, IP.name) from None
    return IpAddress(found.version, int(found))


def read_address(text: str) -> IpAddress:
    """The address of a text.

    Raises:
        CelEvaluationError: `invalid_argument` when it is none.
    """
    address = _parsed(text)
    return IpAddress(4, address.number & _BROADCAST.number) if _is_mapped(address) else address


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
    if int(prefix) > _WIDTHS[address.version]:
        raise _messages.not_convertible(STRING.name, CIDR.name)
    return Cidr(address, int(prefix))


def address_text(address: IpAddress) -> str:
    """The canonical text: in lower case, with the longest run of zeros left out."""
    import ipaddress

    return str(ipaddress.IPv4Address(address.number) if address.version == 4 else ipaddress.IPv6Address(address.number))


def range_text(range_: Cidr) -> str:
    """The canonical text of the address, and the length of the prefix."""
    return f"{address_text(range_.address)}/{range_.prefix}"


def _is_address(text: str) -> bool:
    try:
        read_address(text)
    except CelEvaluationError:
        return False
    return True


def _is_range(text: str) -> bool:
    try:
        read_range(text)
    except CelEvaluationError:
        return False
    return True


def _top(address: IpAddress, length: int) -> int:
    """The first `length` bits."""
    return address.number >> (_WIDTHS[address.version] - length)


def _starts(address: IpAddress, block: dict[int, tuple[int, int]]) -> bool:
    bits, length = block[address.version]
    return _top(address, length) == bits


def _is_link_local_multicast(address: IpAddress) -> bool:
    """Version 6 keeps flags between `ff` and the scope."""
    if address.version == 6:
        return _starts(address, _MULTICAST) and _top(address, 16) & 0xF == 2
    return _starts(address, _LINK_LOCAL_MULTICAST)


def _is_global_unicast(address: IpAddress) -> bool:
    """Not only the addresses that are reachable from everywhere: those of private networks too."""
    special = _starts(address, _LOOPBACK) or _starts(address, _MULTICAST) or _starts(address, _LINK_LOCAL)
    return address.number != 0 and address != _BROADCAST and not special


def _contains(range_: Cidr, address: IpAddress) -> bool:
    inside = range_.address.version == address.version
    return inside and _top(address, range_.prefix) == _top(range_.address, range_.prefix)


def _contains_range(range_: Cidr, other: Cidr) -> bool:
    return range_.prefix <= other.prefix and _contains(range_, other.address)


def _masked(range_: Cidr) -> Cidr:
    shift = _WIDTHS[range_.address.version] - range_.prefix
    return Cidr(IpAddress(range_.address.version, range_.address.number >> shift << shift), range_.prefix)


def _test(name: str, block: dict[int, tuple[int, int]]) -> Definition:
    return method(name, f"ip_{name}", (IP,), BOOL, lambda address: _starts(address, block))


NETWORK = (
    function("ip", "string_to_ip", (STRING,), IP, read_address),
    method("ip", "cidr_ip", (CIDR,), IP, lambda range_: range_.address),
    function("isIP", "is_ip", (STRING,), BOOL, _is_address),
    function("ip.isCanonical", "ip_is_canonical", (STRING,), BOOL, lambda text: address_text(read_address(text)) == text),
    method("family", "ip_family", (IP,), INT, lambda address: address.version),
    _test("isLoopback", _LOOPBACK),
    _test("isLinkLocalUnicast", _LINK_LOCAL),
    method("isLinkLocalMulticast", "ip_is_link_local_multicast", (IP,), BOOL, _is_link_local_multicast),
    method("isGlobalUnicast", "ip_is_global_unicast", (IP,), BOOL, _is_global_unicast),
    method("isUnspecified", "ip_is_unspecified", (IP,), BOOL, lambda address: address.number == 0),
    function("cidr", "string_to_cidr", (STRING,), CIDR, read_range),
    function("isCIDR", "is_cidr", (STRING,), BOOL, _is_range),
    method("containsIP", "cidr_contains_ip", (CIDR, IP), BOOL, _contains),
    method("containsIP", "cidr_contains_ip_text", (CIDR, STRING), BOOL, lambda a, b: _contains(a, read_address(b))),
    method("containsCIDR", "cidr_contains_cidr", (CIDR, CIDR), BOOL, _contains_range),
    method("containsCIDR", "cidr_contains_text", (CIDR, STRING), BOOL, lambda a, b: _contains_range(a, read_range(b))),
    method("masked", "cidr_masked", (CIDR,), CIDR, _masked),
    method("prefixLength", "cidr_prefix_length", (CIDR,), INT, lambda range_: range_.prefix),
)
