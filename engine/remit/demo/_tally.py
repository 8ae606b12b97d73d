"""Decisions, counted as they are made."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from remit.bundle import Bundle
from remit.decide import Decision, Reason, alerts
from remit.demo._windows import Meter, Pot
from remit.render.report_facts import AlertRaised, Effect, KeyUse, Latency, PoolSpend, ReasonCount, Timed, Traffic

_BOUNDS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
_HOURS = 24
_CAVEAT = (
    "Only times and sizes of requests come from the traffic: which key, model and purpose each stands for, the mistakes"
    " among them, and what the month had cost before the day are made up."
)


class Tally:
    """Counts decisions; `traffic` is what they came to."""

    def __init__(self) -> None:
        self._hours: list[Counter[Effect]] = [Counter() for _ in range(_HOURS)]
        self._keys: defaultdict[str, Counter[Effect]] = defaultdict(Counter)
        self._reasons: Counter[tuple[str, Effect]] = Counter()
        self._examples: dict[tuple[str, Effect], str] = {}
        self._caps: Counter[str] = Counter()
        self._delays: Counter[float] = Counter()
        self._spent: Counter[str] = Counter()
        self._ready, self._preparing = array("q"), array("q")
        self._fastest: Timed | None = None
        self._slowest: Timed | None = None

    def add(self, seconds: float, decision: Decision, nanoseconds: int, *, first: bool) -> None:
        """Count one decision at `seconds` of the day; `first` for its key and model."""
        effect = decision.effect
        self._hours[int(seconds // 3_600)][effect] += 1
        self._keys[decision.key][effect] += 1
        if decision.reasons:
            self._explain(decision)
        if decision.retry_after is not None and effect == "throttle":
            self._delays[decision.retry_after] += 1
        (self._preparing if first else self._ready).append(nanoseconds)
        if not first:
            self._time(decision, nanoseconds)

    def pay(self, key: str, cost: int) -> None:
        """Count what a request cost."""
        self._spent[key] += cost

    def traffic(
        self, bundle: Bundle, meter: Meter, limits: Mapping[Pot, int], at: datetime, origin: str, seconds: float
    ) -> Traffic:
        """Everything that was counted, ordered for reading."""
        pools = tuple(
            PoolSpend(*place, meter.before.get(place, 0), meter.spent[place], limit)
            for place, limit in sorted(limits.items())
        )
        return Traffic(
            origin=origin,
            seconds=seconds,
            hours=tuple(dict(hour) for hour in self._hours),
            reasons=self._by_reason(),
            pools=pools,
            keys=self._by_key(bundle),
            latency=self._latency(),
            delays=dict(sorted(self._delays.items())),
            caps=dict(self._caps.most_common()),
            alerts=tuple(_raised(bundle, pools, at)),
            caveat=_CAVEAT,
        )

    def _explain(self, decision: Decision) -> None:
        for reason in decision.reasons:
            counted = (_name(reason), decision.effect)
            self._reasons[counted] += 1
            self._examples.setdefault(counted, reason.message)
            if reason.code == "cap-reached":
                self._caps[reason.message] += 1

    def _time(self, decision: Decision, nanoseconds: int) -> None:
        timed = (nanoseconds, decision.key, decision.model, decision.effect)
        if self._fastest is None or nanoseconds < self._fastest.nanoseconds:
            self._fastest = Timed(*timed)
        if self._slowest is None or nanoseconds > self._slowest.nanoseconds:
            self._slowest = Timed(*timed)

    def _by_reason(self) -> tuple[ReasonCount, ...]:
        ordered = sorted(self._reasons.items(), key=lambda each: (-each[1], each[0]))
        return tuple(ReasonCount(*counted, number, self._examples[counted]) for counted, number in ordered)

    def _by_key(self, bundle: Bundle) -> tuple[KeyUse, ...]:
        ordered = sorted(self._keys.items(), key=lambda each: (-each[1].total(), each[0]))
        known = bundle.keys
        return tuple(
            KeyUse(key, known[key].metadata.team if key in known else "", dict(effects), self._spent[key])
            for key, effects in ordered
        )

    def _latency(self) -> Latency:
        nothing = Timed(0, "", "", "deny")
        ready = sorted(self._ready or self._preparing)
        counts = Counter(bisect_left(_BOUNDS, each / 1_000) for each in ready)
        return Latency(
            p50=percentile(ready, 50),
            p99=percentile(ready, 99),
            fastest=self._fastest or nothing,
            slowest=self._slowest or nothing,
            prepared=len(self._preparing),
            preparing_p50=percentile(sorted(self._preparing), 50),
            histogram=tuple((bound, counts[at]) for at, bound in enumerate((*_BOUNDS, float("inf")))),
        )


def percentile(ordered: list[int], percent: int) -> int:
    """The nearest rank; 0 of nothing."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else 0


def _name(reason: Reason) -> str:
    """Built-in codes stay what they are, even where a rule set the bound."""
    return reason.rule if reason.code == "rule" else reason.code


def _raised(bundle: Bundle, pools: Iterable[PoolSpend], at: datetime) -> Iterable[AlertRaised]:
    """Alert rules that hold after the day and did not before."""
    for each in pools:
        before = {fired.rule for fired in alerts(bundle, _observed(each, each.before), at)}
        for fired in alerts(bundle, _observed(each, each.after), at):
            if fired.rule not in before:
                alert = fired.alert
                yield AlertRaised(fired.rule, alert.severity, each.pool, each.name, fired.message, tuple(alert.notify))


def _observed(each: PoolSpend, spent: int) -> dict[str, object]:
    ratio = spent / each.limit if each.limit else 1.0
    pool = {"pool": each.pool, "name": each.name, "period": each.period}
    return {**pool, "spent": spent, "limit": each.limit, "ratio": ratio}
