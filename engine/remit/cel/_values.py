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
