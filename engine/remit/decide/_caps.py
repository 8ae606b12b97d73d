"""Rate caps and budgets against what has been used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from remit.bundle import BudgetPool, Cap
from remit.decide import _messages as messages
from remit.decide._decision import Reason
from remit.decide._headers import Quota
from remit.decide._usage import Usage
from remit.decide._windows import next_day, resets
from remit.resources import Money

# cap → (counter of usage, the field of the request that counts towards it, or None for one request)
_COUNTED: Mapping[str, tuple[str, str | None]] = {
    "requests_per_minute": ("requests_last_minute", None),
    "requests_per_hour": ("requests_last_hour", None),
    "requests_per_day": ("requests_today", None),
    "tokens_per_minute": ("tokens_last_minute", "input_tokens"),
    "tokens_per_day": ("tokens_today", "input_tokens"),
    "parallel_requests": ("parallel_requests", None),
}
_SIZES = {"input_tokens_per_request": "input_tokens", "output_tokens_per_request": "output_tokens"}
_DAY = 86_400
_WINDOWS = {"minute": 60, "hour": 3_600, "day": _DAY}


@dataclass(frozen=True, slots=True)
class Meter:
    """One cap, ready to be compared. `counter` is None for a bound on the size of one request.

    `window` is in seconds, and None where no window is involved; `quota` is its name for clients.
    """

    cap: Cap
    limit: int
    counter: str | None
    field: str | None
    whose: str
    window: int | None
    quota: str

    def used(self, usage: Usage) -> int:
        """What counts towards the cap already."""
        return getattr(usage, self.counter) if self.counter else 0

    def asked(self, request: Mapping[str, object]) -> int:
        """What this request adds: one request, or its tokens as far as they are known."""
        if self.field is None:
            return 1
        size = request.get(self.field, 0)
        return size if type(size) is int else 0

    def reached(self, request: Mapping[str, object], usage: Usage) -> bool:
        """Whether this request goes over. Of a cap of 0 nothing is left, whatever the size."""
        return self.used(usage) + self.asked(request) > self.limit or self.limit == 0


def meters(caps: Mapping[str, Cap], whose: str) -> Iterator[Meter]:
    """The caps of a key, or with `whose` = "user" of each user of it."""
    prefix = "user_" if whose == "user" else ""
    for name, cap in caps.items():
        quota = f"{prefix}{name}".replace("_", "-")
        if name in _SIZES:
            yield Meter(cap, cap.value, None, _SIZES[name], whose, None, quota)
        else:
            counter, field = _COUNTED[name]
            window = _WINDOWS.get(name.rpartition("_per_")[2])
            yield Meter(cap, cap.value, prefix + counter, field, whose, window, quota)


def caps_reached(
    every: Iterable[Meter], request: Mapping[str, object], usage: Usage, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[Reason, float | None]]:
    """(reason, seconds until asking again can help) of each cap that this request exceeds."""
    for meter in every:
        if meter.reached(request, usage):
            yield cap_reason(meter), wait(meter, meter.asked(request), now, zone)


def cap_reason(meter: Meter) -> Reason:
    """Why a request that goes over is refused."""
    text = messages.cap_reached(meter.cap.name, meter.limit, meter.whose)
    return Reason("cap-reached", text, meter.cap.origin.rule, meter.cap.origin.position)


def wait(meter: Meter, asked: int, now: datetime, zone: ZoneInfo) -> float | None:
    """Seconds until asking again for so much can help."""
    if meter.limit == 0 or asked > meter.limit:
        return None
    if meter.window == _DAY:
        return (next_day(now, zone) - now).total_seconds()
    return float(meter.window) if meter.window else None


def budgets_exhausted(
    pools: Iterable[BudgetPool], usage: Usage, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[Reason, float | None]]:
    """(reason, seconds to the next window) of each pool with nothing left."""
    for pool in pools:
        spent = usage.spent.get(pool.id, 0)
        if spent >= pool.amount.micro:
            end = resets(pool.period, now, zone)
            yield budget_reason(pool, spent, end, zone), (end - now).total_seconds() if pool.amount.micro else None


def budget_reason(pool: BudgetPool, spent: int, end: datetime, zone: ZoneInfo) -> Reason:
    """Why a request is refused once so much of a pool was spent in the window up to `end`."""
    shown = str(Money(spent, pool.amount.currency))
    text = messages.budget_exhausted(
        pool.pool, pool.name, pool.period, shown, str(pool.amount), end.astimezone(zone).isoformat()
    )
    return Reason("budget-exhausted", text, pool.origin.rule, pool.origin.position)


def quotas(every: Iterable[Meter], usage: Usage | None, now: datetime, zone: ZoneInfo) -> tuple[Quota, ...]:
    """What a client may know of the caps with a window."""
    shown: list[Quota] = []
    day = 0  # the seconds until midnight are worth finding once only
    for meter in every:
        window = meter.window
        if window is None:
            continue
        if usage is None:
            shown.append(Quota(meter.quota, meter.limit, window))
            continue
        if window == _DAY:
            day = day or int((next_day(now, zone) - now).total_seconds())
        left = max(0, meter.limit - meter.used(usage))
        shown.append(Quota(meter.quota, meter.limit, window, left, day if window == _DAY else window))
    return tuple(shown)
