"""Rate caps and budgets against what has been used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
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


def within(every: Iterable[Meter], request: Mapping[str, object], usage: Usage) -> bool:
    """Whether this request stays within all of them: `Meter.reached`, unrolled, for every request comes by here."""
    for meter in every:
        size = 1 if meter.field is None else request.get(meter.field, 0)
        asked = size if type(size) is int else 0
        used = getattr(usage, meter.counter) if meter.counter else 0
        if used + asked > meter.limit or meter.limit == 0:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Gauges:
    """Caps and budgets, ready to be compared with usage in one go: `within`, for what is asked very often.

    `bounds` are (limit, 0 for one request, 1 for its input, 2 for its output), in the order in which `read` gives what
    has been used; `pools` are (id, micro-units).
    """

    read: Callable[[Usage], tuple[int, ...]]
    bounds: tuple[tuple[int, int], ...]
    pools: tuple[tuple[str, int], ...]

    def afford(self, usage: Usage, input_tokens: int, output_tokens: int) -> bool:
        """Whether a request of this size reaches no cap and meets no exhausted budget."""
        for used, (limit, sort) in zip(self.read(usage), self.bounds, strict=True):
            if used + (1 if sort == 0 else input_tokens if sort == 1 else output_tokens) > limit:
                return False
        spent = usage.spent
        if spent:
            for pool, micro in self.pools:
                if spent.get(pool, 0) >= micro:
                    return False
        return True


_SORTS = {None: 0, "input_tokens": 1, "output_tokens": 2}


def gauges(every: Iterable[Meter], pools: Iterable[BudgetPool]) -> Gauges:
    """Gauges of these caps and budgets; of a cap of 0 nothing is left, and the sizes of requests are not looked at."""
    metered = [each for each in every if each.counter or each.limit == 0]
    names = [each.counter or "requests_today" for each in metered]
    bounds = tuple((each.limit if each.limit else -1, _SORTS[each.field]) for each in metered)
    return Gauges(_reader(names), bounds, tuple((each.id, each.amount.micro) for each in pools))


def _reader(names: Sequence[str]) -> Callable[[Usage], tuple[int, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda usage: tuple(getattr(usage, name) for name in names)


def caps_reached(
    every: Iterable[Meter], request: Mapping[str, object], usage: Usage, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[Reason, float | None]]:
    """(reason, seconds until asking again can help) of each cap that this request exceeds."""
    for meter in every:
        if meter.reached(request, usage):
            text = messages.cap_reached(meter.cap.name, meter.limit, meter.whose)
            reason = Reason("cap-reached", text, meter.cap.origin.rule, meter.cap.origin.position)
            yield reason, _wait(meter, request, now, zone)


def _wait(meter: Meter, request: Mapping[str, object], now: datetime, zone: ZoneInfo) -> float | None:
    if meter.limit == 0 or meter.asked(request) > meter.limit:
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
            shown = str(Money(spent, pool.amount.currency))
            text = messages.budget_exhausted(
                pool.pool, pool.name, pool.period, shown, str(pool.amount), end.astimezone(zone).isoformat()
            )
            wait = (end - now).total_seconds() if pool.amount.micro else None
            yield Reason("budget-exhausted", text, pool.origin.rule, pool.origin.position), wait


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
