"""The `network` extension: addresses of version 4 and 6 of the internet protocol, and ranges of them."""

from __future__ import annotations

from remit.cel._errors import CelEvaluationError
from remit.cel._extension import Definition, function, method
from remit.cel._network_texts import WIDTHS, address_text, read_address, read_range
from remit.cel._types import BOOL, CIDR, INT, IP, STRING
from remit.cel._values import Cidr, IpAddress

_BROADCAST = IpAddress(4, 0xFFFFFFFF)
_LOOPBACK = {4: (127, 8), 6: (1, 128)}
_LINK_LOCAL = {4: (0xA9FE, 16), 6: (0x3FA, 10)}
_LINK_LOCAL_MULTICAST = {4: (0xE00000, 24)}
_MULTICAST = {4: (0xE, 4), 6: (0xFF, 8)}


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
    return address.number >> (WIDTHS[address.version] - length)


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
    shift = WIDTHS[range_.address.version] - range_.prefix
    return Cidr(IpAddress(range_.address.version, range_.address.number >> shift << shift), range_.prefix)


def _test(name: str, block: dict[int, tuple[int, int]]) -> Definition:
    return method(name, f"ip_{name}", (IP,), BOOL, lambda address: _starts(address, block))


NETWORK = (
    function("ip", "string_to_ip", (STRING,), IP, read_address),
    method("ip", "cidr_ip", (CIDR,), IP, lambda range_: range_.address),
    function("isIP", "is_ip", (STRING,), BOOL, _is_address),
    function(
        "ip.isCanonical", "ip_is_canonical", (STRING,), BOOL, lambda text: address_text(read_address(text)) == text
    ),
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
