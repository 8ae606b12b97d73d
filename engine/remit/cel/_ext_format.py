"""`text.format([values])`: the clauses `%s %d %f %e %b %o %x %X`, with a precision such as `%.2f`.

Nothing depends on the locale. A double is written with the fewest digits that read back as it, and
never with an exponent but for `%e`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from remit.cel import _messages
from remit.cel._conversions import CONVERSIONS
from remit.cel._kinds import LIST, MAP, TYPE, kind
from remit.cel._types import BOOL, BYTES, CIDR, DOUBLE, DURATION, INT, IP, NULL, STRING, TIMESTAMP, UINT

MOST_DIGITS = 1_000
"""The largest precision of `%f` and `%e`."""

_LONGEST = 10_000_000
_CLAUSE = re.compile(r"%(?:(%)|(?:\.([0-9]{1,9}))?([sdfeboxX])|([\s\S]{0,1}))")
_DIGITS = 6
_AS_TEXT = (STRING, BOOL, INT, UINT, TIMESTAMP, DURATION, IP, CIDR)
_BY_TEXT = frozenset(type_.name for type_ in _AS_TEXT)
_INTEGERS = frozenset({INT.name, UINT.name})

_Write = Callable[[Any, int], str]


def format_text(text: str, values: Sequence[object]) -> str:
    """`text` with each clause replaced by the next of `values`; values that are left over are not looked at."""
    waiting = iter(values)
    parts, length, end = [], 0, 0
    for match in _CLAUSE.finditer(text):
        parts += [text[end : match.start()], _clause(match, waiting)]
        end = match.end()
        length += len(parts[-1])
        if length > _LONGEST:
            raise _messages.text_too_long(_LONGEST)
    return "".join([*parts, text[end:]])


_NONE = object()


def _clause(match: re.Match[str], waiting: Iterator[object]) -> str:
    percent, digits, verb, other = match.groups()
    if percent:
        return "%"
    if verb is None:
        raise _messages.bad_clause(other)
    value = next(waiting, _NONE)
    if value is _NONE:
        raise _messages.too_few_values()
    precision = _DIGITS if digits is None else int(digits)
    if precision > MOST_DIGITS:
        raise _messages.too_precise(MOST_DIGITS)
    write = _CLAUSES[verb].get(kind(value))
    if write is None:
        raise _messages.no_such_overload(f"%{verb}", (kind(value),))
    return write(value, precision)


def _text(value: object) -> str:
    """What `%s` writes."""
    name = kind(value)
    if name in _BY_TEXT:
        return cast("str", CONVERSIONS["string"](value))
    write = _TEXTS.get(name)
    if write is None:
        raise _messages.no_such_overload("%s", (name,))
    return write(value)


def _list(value: Sequence[object]) -> str:
    return f"[{', '.join(map(_text, value))}]"


def _map(value: Mapping[object, object]) -> str:
    """The entries in the order of the texts of their keys."""
    entries = sorted((_text(key), _text(value[key])) for key in value)
    return "{" + ", ".join(f"{key}: {held}" for key, held in entries) + "}"


def _double(value: float) -> str:
    if not math.isfinite(value):
        return _word(value)
    shortest = f"{Decimal(repr(value)):f}"
    return shortest.rstrip("0").rstrip(".") if "." in shortest else shortest


def _word(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _fixed(value: float, precision: int) -> str:
    number = float(value)
    return f"{number:.{precision}f}" if math.isfinite(number) else _word(number)


def _scientific(value: float, precision: int) -> str:
    number = float(value)
    return f"{number:.{precision}e}" if math.isfinite(number) else _word(number)


def _integer(form: str) -> _Write:
    return lambda value, _: format(int(value), form)


def _octets(value: str | bytes) -> str:
    try:
        return (value.encode() if isinstance(value, str) else value).hex()
    except UnicodeEncodeError:
        raise _messages.not_unicode() from None


_TEXTS: Mapping[str, Callable[[Any], str]] = {
    NULL.name: lambda _: "null",
    DOUBLE.name: _double,
    BYTES.name: lambda value: value.decode("utf-8", "replace"),
    TYPE: lambda value: value.name,
    LIST: _list,
    MAP: _map,
}


def _numbers(write: _Write) -> Mapping[str, _Write]:
    return dict.fromkeys((*_INTEGERS, DOUBLE.name), write)


# By clause, then by the type of the value.
_CLAUSES: Mapping[str, Mapping[str, _Write]] = {
    "s": dict.fromkeys((*_BY_TEXT, *_TEXTS), lambda value, _: _text(value)),
    "d": {**dict.fromkeys(_INTEGERS, _integer("d")), DOUBLE.name: lambda value, _: _double(value)},
    "f": _numbers(_fixed),
    "e": _numbers(_scientific),
    "b": dict.fromkeys((*_INTEGERS, BOOL.name), _integer("b")),
    "o": dict.fromkeys(_INTEGERS, _integer("o")),
    "x": {
        **dict.fromkeys(_INTEGERS, _integer("x")),
        **dict.fromkeys((STRING.name, BYTES.name), lambda value, _: _octets(value)),
    },
    "X": {
        **dict.fromkeys(_INTEGERS, _integer("X")),
        **dict.fromkeys((STRING.name, BYTES.name), lambda value, _: _octets(value).upper()),
    },
}
