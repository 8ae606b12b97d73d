"""Values as text for people, written as one would write them in an expression."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from remit.cel._time import duration_text, timestamp_text
from remit.cel._types import DYN, MONEY, ObjectType, Type
from remit.cel._values import Cidr, FineDuration, FineTimestamp, IpAddress, OptionalValue, TypeValue, UInt

MAX_ITEMS = 8
MAX_DEPTH = 4
MAX_TEXT = 200
MICRO = 1_000_000

Hide = Callable[[str], str]


def show(value: object, type_: Type = DYN, *, currency: str = "", hide: Hide = str) -> str:
    """`value` on one line: `"text"`, `5u`, `timestamp("…")`, `{"a": [1, 2]}`; long ones are cut.

    `type_` tells amounts from plain numbers, which are the same at run time, and `currency` names them as in
    `usd("12.50")`. Every text goes through `hide` first, which replaces what must not be shown.
    """
    return _Showing(currency, hide).shown(value, type_, MAX_DEPTH)


class _Showing:
    """How to show the values of one expression."""

    def __init__(self, currency: str, hide: Hide) -> None:
        self._money = (currency or "money").lower()
        self._hide = hide

    def shown(self, value: object, type_: Type, depth: int) -> str:
        match value:
            case bool() | None:
                return json.dumps(value)
            case int() if type_ == MONEY:
                return f'{self._money}("{_amount(value)}")'
            case UInt():
                return repr(value)
            case int() | float():
                return str(value)
            case str():
                return json.dumps(_cut(self._hide(value)), ensure_ascii=False)
            case Mapping():
                return self._map(value, type_, depth)
            case list() | tuple():
                return self._list(value, parameter(type_, 0), depth)
            case OptionalValue():
                inner = self.shown(value.value, parameter(type_, 0), depth)
                return f"optional.of({inner})" if value.present else "optional.none()"
        return self._scalar(value)

    def _scalar(self, value: object) -> str:
        match value:
            case bytes():
                return f"b{json.dumps(_cut(self._hide(value.decode('latin-1'))))}"
            case datetime() if value.utcoffset() is None:
                return "a time without a zone"
            case datetime() | FineTimestamp():
                return f'timestamp("{timestamp_text(value)}")'
            case timedelta() | FineDuration():
                return f'duration("{duration_text(value)}")'
            case TypeValue():
                return value.name
            case IpAddress() | Cidr():
                return _address(value)
        return f"a {type(value).__name__}"

    def _list(self, values: Sequence[object], type_: Type, depth: int) -> str:
        if values and not depth:
            return "[…]"
        items = [self.shown(each, type_, depth - 1) for each in values[:MAX_ITEMS]]
        return f"[{_joined(items, len(values))}]"

    def _map(self, values: Mapping[object, object], type_: Type, depth: int) -> str:
        if values and not depth:
            return "{…}"
        items = [
            f"{self.shown(key, DYN, depth - 1)}: {self.shown(values[key], field_type(type_, key), depth - 1)}"
            for key in list(values)[:MAX_ITEMS]
        ]
        return f"{{{_joined(items, len(values))}}}"


def _joined(items: list[str], count: int) -> str:
    more = [f"… {count - len(items)} more"] if count > len(items) else []
    return ", ".join([*items, *more])


def parameter(type_: Type, at: int) -> Type:
    """The type of the elements of a list, say; dyn when nothing says."""
    return type_.parameters[at] if len(type_.parameters) > at else DYN


def field_type(type_: Type, key: object) -> Type:
    """The type of what stands under `key` in a map or object."""
    if isinstance(type_, ObjectType):
        return type_.fields.get(str(key), DYN)
    return parameter(type_, 1)


def _amount(micro: int) -> str:
    """Two digits behind the point, or as many as it takes."""
    return f"{Decimal(micro) / MICRO:f}" if micro % 10_000 else f"{Decimal(micro) / MICRO:.2f}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def _address(value: IpAddress | Cidr) -> str:
    from remit.cel._network_texts import address_text, range_text

    return f'cidr("{range_text(value)}")' if isinstance(value, Cidr) else f'ip("{address_text(value)}")'
