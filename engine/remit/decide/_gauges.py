"""Caps and budgets of one key and model, made ready for being asked very often; `_caps` says what they mean."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import ParamSpec, overload
from zoneinfo import ZoneInfo

from remit.bundle import BudgetPool
from remit.decide._caps import Meter, budget_reason, cap_reason, quotas, wait
from remit.decide._decision import Reason
from remit.decide._headers import Quota
from remit.decide._usage import Usage
from remit.decide._windows import resets

_SIZES = {"input_tokens": 0, "output_tokens": 1}
_REMEMBERED = 256
_UNBOUNDED = 2**62
P = ParamSpec("P")
Refusals = tuple[tuple[Reason, ...], float | None]


@dataclass(frozen=True, slots=True, eq=False)
class Gauges:
    """Compares usage with all caps and budgets in one go.

    `bounds` are (limit, which of the sizes counts or None for one request), in the order in which `read` gives what
    has been used; `spending` is the id and the amount of each pool. Not `open`: a cap or a budget is zero.
    Up to its `room` the size of a request reaches no cap when nothing has been used.
    """

    meters: tuple[Meter, ...]
    pools: tuple[BudgetPool, ...]
    zone: ZoneInfo
    read: Callable[[Usage], tuple[int, ...]]
    bounds: tuple[tuple[int, int | None], ...]
    spending: tuple[tuple[str, int], ...]
    open: bool
    input_room: int
    output_room: int
    _reasons: dict[Hashable, Reason] = field(default_factory=dict)

    def capped(self, usage: Usage, sizes: tuple[int, int]) -> bool:
        """Whether a request of this input and output reaches a cap on what is counted over time."""
        for used, (limit, size) in zip(self.read(usage), self.bounds, strict=True):
            if used + (1 if size is None else sizes[size]) > limit:
                return True
        return False

    def broke(self, usage: Usage) -> bool:
        """Whether nothing is left of a budget."""
        spent = usage.spent
        return bool(spent) and any(spent.get(pool, 0) >= micro for pool, micro in self.spending)

    def refusals(self, usage: Usage, sizes: tuple[int, int], now: datetime, *, caps: bool) -> Refusals:
        """Each cap and budget that stands in the way, and the seconds until asking again can help.

        Without `caps` only budgets are looked at.
        """
        found = [*(self._caps(usage, sizes, now) if caps else ()), *self._budgets(usage, now)]
        known = [wait for _, wait in found if wait is not None]
        wait = max(known) if known and len(known) == len(found) else None
        return tuple([reason for reason, _ in found]), wait

    def _caps(self, usage: Usage, sizes: tuple[int, int], now: datetime) -> Iterator[tuple[Reason, float | None]]:
        for meter in self.meters:
            asked = 1 if meter.field is None else sizes[_SIZES[meter.field]]
            used = getattr(usage, meter.counter) if meter.counter else 0
            if used + asked > meter.limit or meter.limit == 0:
                yield self._reason(meter.quota, cap_reason, meter), wait(meter, asked, now, self.zone)

    def _budgets(self, usage: Usage, now: datetime) -> Iterator[tuple[Reason, float | None]]:
        spent = usage.spent
        for pool, (name, micro) in zip(self.pools, self.spending, strict=True):
            gone = spent.get(name, 0)
            if gone >= micro:
                end = resets(pool.period, now, self.zone)
                reason = self._reason((name, gone, end), budget_reason, pool, gone, end, self.zone)
                yield reason, (end - now).total_seconds() if micro else None

    def _reason(self, place: Hashable, make: Callable[P, Reason], *of: P.args, **more: P.kwargs) -> Reason:
        found = self._reasons.get(place)
        if found is None:
            if len(self._reasons) >= _REMEMBERED:
                self._reasons.clear()
            found = self._reasons[place] = make(*of, **more)
        return found


def gauges(every: tuple[Meter, ...], pools: tuple[BudgetPool, ...], zone: ZoneInfo) -> Gauges:
    """Gauges of these caps and budgets."""
    metered = [each for each in every if each.counter]
    spending = tuple((each.id, each.amount.micro) for each in pools)
    return Gauges(
        meters=every,
        pools=pools,
        zone=zone,
        read=_reader([str(each.counter) for each in metered]),
        bounds=tuple((each.limit, None if each.field is None else _SIZES[each.field]) for each in metered),
        spending=spending,
        open=all(each.limit for each in every) and all(micro for _, micro in spending),
        input_room=_room(every, "input_tokens"),
        output_room=_room(every, "output_tokens"),
    )


def _room(every: Iterable[Meter], name: str) -> int:
    return min((each.limit for each in every if each.field == name), default=_UNBOUNDED)


def _reader(names: Sequence[str]) -> Callable[[Usage], tuple[int, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda usage: tuple(getattr(usage, name) for name in names)


class Shown(Sequence[Quota]):
    """`quotas`, worked out when somebody asks: most decisions are made without a look at their headers."""

    __slots__ = ("_every", "_found", "_now", "_usage", "_zone")

    def __init__(self, every: tuple[Meter, ...], usage: Usage, now: datetime, zone: ZoneInfo) -> None:
        self._every = every
        self._usage = usage
        self._now = now
        self._zone = zone
        self._found: tuple[Quota, ...] | None = None

    @property
    def found(self) -> tuple[Quota, ...]:
        """All of them."""
        if self._found is None:
            self._found = quotas(self._every, self._usage, self._now, self._zone)
        return self._found

    @overload
    def __getitem__(self, at: int) -> Quota: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Quota, ...]: ...
    def __getitem__(self, at: int | slice) -> Quota | tuple[Quota, ...]:
        return self.found[at]

    def __iter__(self) -> Iterator[Quota]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __eq__(self, other: object) -> bool:
        return self.found == (other.found if isinstance(other, Shown) else other)

    def __hash__(self) -> int:
        return hash(self.found)

    def __repr__(self) -> str:
        return repr(self.found)

    def __reduce__(self) -> tuple[type[tuple[Quota, ...]], tuple[tuple[Quota, ...]]]:
        return tuple, (self.found,)
