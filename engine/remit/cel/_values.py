"""CEL values as plain Python values.

| CEL         | Python                                      |
|-------------|---------------------------------------------|
| null        | None                                        |
| bool        | bool                                        |
| int         | int (64-bit signed)                         |
| uint        | UInt (64-bit unsigned)                      |
| double      | float                                       |
| string      | str                                         |
| bytes       | bytes                                       |
| list        | list or tuple                               |
| map, object | any Mapping; objects have string keys       |
| timestamp   | aware datetime                              |
| duration    | timedelta                                   |
| type        | TypeValue                                   |
| money       | int of micro-units; a type to the checker   |
| optional    | OptionalValue                               |
| net.IP      | IpAddress                                   |
| net.CIDR    | Cidr                                        |

A timestamp or duration finer than a microsecond, which only the text of a nanosecond gives, is a
FineTimestamp or FineDuration. They take no Python operator but `==`, so that nothing rounds them
unseen: only the functions of this package compute with them.
"""

from __future__ import annotations

from dataclasses import dataclass

INT_MIN, INT_MAX, UINT_MAX = -(2**63), 2**63 - 1, 2**64 - 1


class UInt(int):
    """A CEL `uint`: an unsigned 64-bit integer, apart from `int` by its type."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{int(self)}u"


@dataclass(frozen=True, slots=True)
class TypeValue:
    """What `type(x)` returns and what names such as `int` stand for; equal by name."""

    name: str


@dataclass(frozen=True, slots=True)
class FineTimestamp:
    """A timestamp that no datetime can hold, as nanoseconds since 1970 in UTC."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class FineDuration:
    """A duration that no timedelta can hold, in nanoseconds."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class OptionalValue:
    """What `a.?b` gives: a value, or none when not `present`."""

    value: object = None
    present: bool = False


@dataclass(frozen=True, slots=True)
class IpAddress:
    """What `ip('192.0.2.1')` gives: version 4 or 6, and the 32 or 128 bits as a number."""

    version: int
    number: int


@dataclass(frozen=True, slots=True)
class Cidr:
    """What `cidr('192.0.2.0/24')` gives: an address and the length of the prefix in bits."""

    address: IpAddress
    prefix: int
