"""How much one run may change. Zero means none, and a small set is no exemption."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from remit.reconcile import _messages as messages
from remit.reconcile._change import Change
from remit.resources import ChangeLimit, ChangeLimits, Money
from remit.targets import TargetObject, kind_of

Bound = Literal["max_count", "max_percent", "max_amount", "allow_empty"]
DAYS_OF_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Verdict:
    """One declared bound and what the plan comes to. `scope` is a target, or `total`.

    `overridden`: why this plan may exceed it all the same.
    """

    scope: str
    action: str
    bound: Bound
    measured: str
    limit: str
    exceeded: bool
    message: str
    overridden: str = ""


def judge(scope: str, changes: Sequence[Change], managed: int, limits: ChangeLimits) -> tuple[Verdict, ...]:
    """A verdict for every bound that `limits` declares; `managed` is how many keys are ours now."""
    verdicts: list[Verdict] = []
    for action, limit in _declared(limits):
        concerned = [change for change in changes if _CONCERNS[action](change)]
        verdicts.extend(_verdicts(scope, action, limit, concerned, managed))
    return tuple(verdicts)


def judge_emptying(scope: str, changes: Iterable[Change], managed: int, allowed: bool) -> tuple[Verdict, ...]:
    """A verdict when none of `managed` keys would be left; a revoked key is still there, and has its own limits."""
    gone = [change for change in changes if _of_key(change)]
    left = managed + sum((change.after is not None) - (change.before is not None) for change in gone)
    if managed == 0 or left > 0:
        return ()
    measured, message = messages.counted(managed, managed), messages.emptied(scope, managed)
    return (Verdict(scope, "empty", "allow_empty", measured, str(allowed).lower(), not allowed, message),)


_CONCERNS: dict[str, Callable[[Change], bool]] = {
    "delete": lambda change: change.action == "delete" and _of_key(change),
    "revoke": lambda change: change.action == "revoke",
    "raise": lambda change: change.action in ("update", "adopt") and change.loosens,
    "create": lambda change: change.action in ("create", "replace") and _of_key(change),
}


def _of_key(change: Change) -> bool:
    """Spaces come and go with their keys; only what they allow counts for itself."""
    return kind_of(change.key) == "key"


def _declared(limits: ChangeLimits) -> Iterator[tuple[str, ChangeLimit]]:
    yield "delete", limits.delete
    yield "revoke", limits.revoke
    yield "raise", limits.raise_
    yield "create", limits.create


def _verdicts(
    scope: str, action: str, limit: ChangeLimit, changes: Sequence[Change], managed: int
) -> Iterator[Verdict]:
    count, measured = len(changes), messages.counted(len(changes), managed)
    if limit.max_count is not None:
        yield _verdict(scope, action, "max_count", measured, str(limit.max_count), count > limit.max_count)
    if limit.max_percent is not None:
        share = f"{(limit.max_percent * 100).normalize():f}%"
        yield _verdict(scope, action, "max_percent", measured, share, count > managed * limit.max_percent)
    if limit.max_amount is not None:
        currency = limit.max_amount.currency
        amount = _amount(changes, currency)
        measured = messages.unbounded(currency) if amount is None else str(amount)
        exceeded = amount is None or amount.micro > limit.max_amount.micro
        yield _verdict(scope, action, "max_amount", measured, str(limit.max_amount), exceeded)


def _verdict(scope: str, action: str, bound: Bound, measured: str, limit: str, exceeded: bool) -> Verdict:
    say = messages.over_limit if exceeded else messages.within_limit
    return Verdict(scope, action, bound, measured, limit, exceeded, say(scope, action, bound, measured, limit))


def _amount(changes: Sequence[Change], currency: str) -> Money | None:
    """The sum of what each change adds per month (or takes away); None when any of it has no bound."""
    total = 0
    for change in changes:
        less, more = _cost(change.before, currency), _cost(change.after, currency)
        if not change.loosens:
            less, more = more, less
        if more is None and less != more:
            return None
        total += max((more or 0) - (less or 0), 0) if less is not None else 0
    return Money(total, currency)


def _cost(key: TargetObject | None, currency: str) -> int | None:
    """Micro-units per month: 0 for a key that cannot be used, None without bound in this currency."""
    if key is None or not key.enabled:
        return 0
    money = _monthly(key)
    return money.micro if money is not None and money.currency == currency else None


def _monthly(key: TargetObject) -> Money | None:
    """What a key can cost at most in a month; None when no budget bounds it, or budgets differ in currency."""
    amounts = [
        Money(money.micro * (DAYS_OF_LONGEST_MONTH if pool.endswith("daily") else 1), money.currency)
        for pool, money in key.budgets.items()
    ]
    return min(amounts) if len({money.currency for money in amounts}) == 1 else None
