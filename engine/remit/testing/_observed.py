"""Changes and observed budgets as tests write them, in the values that rules see."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date

from remit.bundle import Bundle
from remit.resources import MONEY_PATTERN, Money, parse_duration, parse_instant, parse_money
from remit.testing import _messages as messages

CHANGE_FIELDS = ("kind", "name", "field", "action", "from", "to", "team", "project", "environment")
_ENDS = ("from", "to")
_CHANGE_REQUIRED = ("kind", "name", "field", "action")
BUDGET_FIELDS = ("pool", "name", "period", "spent", "limit", "ratio")
_BUDGET_REQUIRED = ("pool", "name", "period", "spent", "limit")


class NotReadable(ValueError):
    """A field that is missing, unknown, or whose value says nothing."""


def change_of(written: Mapping[str, object], bundle: Bundle) -> dict[str, object]:
    """A change: amounts, dates and durations in `from` and `to` become values. Raises NotReadable.

    An amount stands in `amount_from` and `amount_to` as well, which are `money` to the checker.
    """
    _check_fields(written, CHANGE_FIELDS, _CHANGE_REQUIRED)
    change = {name: _read(value, bundle) if name in _ENDS else value for name, value in written.items()}
    amounts = {f"amount_{name}": change[name] for name in _ENDS if name in written and _is_amount(written[name])}
    return {**change, **amounts}


def budget_of(written: Mapping[str, str], bundle: Bundle) -> dict[str, object]:
    """An observed budget; `ratio` is `spent` over `limit` unless it is given. Raises NotReadable."""
    _check_fields(written, BUDGET_FIELDS, _BUDGET_REQUIRED)
    spent, limit = (_money(name, written[name], bundle) for name in ("spent", "limit"))
    ratio = _ratio(written["ratio"]) if "ratio" in written else _divide(spent, limit)
    return {**written, "spent": spent, "limit": limit, "ratio": ratio}


def _check_fields(written: Mapping[str, object], known: tuple[str, ...], required: tuple[str, ...]) -> None:
    for name in written:
        if name not in known:
            raise NotReadable(messages.not_declared_field(name, known))
    for name in required:
        if name not in written:
            raise NotReadable(messages.missing_field(name))


def _read(value: object, bundle: Bundle) -> object:
    """`"6000 USD"` → micro-units, `"2027-02-01"` → an instant, `"30d"` → a duration; anything else as it is."""
    if not isinstance(value, str):
        return value
    parsers: tuple[Callable[[object], object], ...] = (parse_money, parse_instant, parse_duration)
    for parse in parsers:
        try:
            found = parse(value)
        except ValueError:
            continue
        return _value(found, bundle)
    return value


def _is_amount(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(MONEY_PATTERN, value) is not None


def _value(found: object, bundle: Bundle) -> object:
    if isinstance(found, Money):
        return _own(found, bundle).micro
    return bundle.instant(found) if isinstance(found, date) else found


def _own(amount: Money, bundle: Bundle) -> Money:
    own = bundle.organization.spec.currency
    if amount.currency != own:
        raise NotReadable(messages.foreign_currency(amount.currency, own))
    return amount


def _money(name: str, text: str, bundle: Bundle) -> int:
    try:
        return _own(parse_money(text), bundle).micro
    except NotReadable:
        raise
    except ValueError as error:
        raise NotReadable(messages.bad_field(name, str(error))) from error


def _ratio(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,9})?", text):
        raise NotReadable(messages.bad_field("ratio", messages.not_ratio()))
    return float(text)


def _divide(spent: int, limit: int) -> float:
    """As the meter has it: anything spent of nothing is beyond every ratio."""
    if limit:
        return spent / limit
    return math.inf if spent else 0.0
