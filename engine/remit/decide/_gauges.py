"""Caps and budgets of one key and model, made ready for being asked very often; `_caps` says what they mean."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import overload
from zoneinfo import ZoneInfo

from remit.bundle import BudgetPool
from remit.decide._caps import Meter, budget_reason, cap_reason, quotas, wait
from remit.decide._comparison import Broke, Capped, broke_by, capped_by
from remit.decide._decision import Reason
from remit.decide._headers import Quota
from remit.decide._usage import Usage
from remit.decide._windows import resets

_SIZES = {"input_tokens": 0, "output_tokens": 1}
_REMEMBERED = 256
_UNBOUNDED = 2**62
_ALWAYS = datetime.max.replace(tzinfo=UTC)
Refusals = tuple[tuple[Reason, ...], float | None]


@dataclass(frozen=True, slots=True)
class _Known:
    """A reason that was worded before, and for a budget the time in which it holds."""

    reason: Reason
    since: datetime = _ALWAYS
    until: datetime = _ALWAYS


@dataclass(frozen=True, slots=True, eq=False)
class Gauges:
    """Compares usage with all caps and budgets in one go.

    `capped` says whether usage and a request's tokens of input go over a cap on what is counted over time, `broke`
    whether the `get` of what was spent names a pool with nothing left. `spending` is the id and the amount of each
    pool. Not `open`: a cap or a budget is zero. Up to its `room` the size of a request reaches no cap when nothing
    has been used.
    """

    meters: tuple[Meter, ...]
    pools: tuple[BudgetPool, ...]
    zone: ZoneInfo
    capped: Capped
    broke: Broke
    spending: tuple[tuple[str, int], ...]
    open: bool
    input_room: int
    output_room: int
    _known: dict[Hashable, _Known] = field(default_factory=dict)

    def refusals(self, usage: Usage, sizes: tuple[int, int], now: datetime, *, caps: bool) -> Refusals:
        """Each cap and budget that stands in the way, and the seconds until asking again can help.

        Without `caps` only budgets are looked at.
        """
        reasons, longest, certain = [], 0.0, True
        for reason, seconds in (*(self._caps(usage, sizes, now) if caps else ()), *self._budgets(usage, now)):
            reasons.append(reason)
            if seconds is None:
                certain = False
            elif seconds > longest:
                longest = seconds
        return tuple(reasons), longest if certain and reasons else None

    def _caps(self, usage: Usage, sizes: tuple[int, int], now: datetime) -> Iterator[tuple[Reason, float | None]]:
        for meter in self.meters:
            asked = 1 if meter.field is None else sizes[_SIZES[meter.field]]
            used = getattr(usage, meter.counter) if meter.counter else 0
            if used + asked > meter.limit or meter.limit == 0:
                known = self._known.get(meter.quota) or self._keep(meter.quota, _Known(cap_reason(meter)))
                yield known.reason, wait(meter, asked, now, self.zone)

    def _budgets(self, usage: Usage, now: datetime) -> list[tuple[Reason, float | None]]:
        gone = usage.spent.get
        return [
            self._exhausted(at, gone(pool, 0), now)
            for at, (pool, micro) in enumerate(self.spending)
            if gone(pool, 0) >= micro
        ]

    def _exhausted(self, at: int, gone: int, now: datetime) -> tuple[Reason, float | None]:
        """What is said of a pool with nothing left, and the seconds to its next window."""
        known = self._known.get((at, gone))
        if known is None or not known.since <= now < known.until:
            pool = self.pools[at]
            end = resets(pool.period, now, self.zone)
            known = self._keep((at, gone), _Known(budget_reason(pool, gone, end, self.zone), now, end))
        return known.reason, (known.until - now).total_seconds() if self.spending[at][1] else None

    def _keep(self, place: Hashable, known: _Known) -> _Known:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[place] = known
        return known


def gauges(every: tuple[Meter, ...], pools: tuple[BudgetPool, ...], zone: ZoneInfo) -> Gauges:
    """Gauges of these caps and budgets."""
    spending = tuple((each.id, each.amount.micro) for each in pools)
    return Gauges(
        meters=every,
        pools=pools,
        zone=zone,
        capped=capped_by(every),
        broke=broke_by(spending),
        spending=spending,
        open=all(each.limit for each in every) and all(micro for _, micro in spending),
        input_room=_room(every, "input_tokens"),
        output_room=_room(every, "output_tokens"),
    )


def _room(every: Iterable[Meter], name: str) -> int:
    return min((each.limit for each in every if each.field == name), default=_UNBOUNDED)


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
