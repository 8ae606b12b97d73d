"""A day of requests through `Engine.evaluate`, with true usage."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter, perf_counter_ns

from remit.bundle import Bundle, TokenPrices
from remit.decide import Decision, Engine
from remit.demo import _messages as messages
from remit.demo._cast import assign, roles
from remit.demo._errors import DemoError
from remit.demo._requests import Author, Request
from remit.demo._tally import Tally
from remit.demo._traffic import Event
from remit.demo._windows import Meter, budgets
from remit.render.report_facts import Traffic

_DAY = 86_400.0
_EVERY = 500
OnDecided = Callable[[int], None]


@dataclass(frozen=True, slots=True, order=True)
class _Sending:
    """A request on its way: throttled ones wait. Ordered by time, then by arrival."""

    at: float
    number: int
    key: str = field(compare=False)
    user: str | None = field(compare=False)
    tokens: int = field(compare=False)
    cost: int = field(compare=False)


def replay(bundle: Bundle, events: Sequence[Event], start: datetime, origin: str, on_decided: OnDecided) -> Traffic:
    """Decide every event, in order. `on_decided` hears how many more were decided. Raises DemoError.

    A request that is allowed counts at once, a throttled one after its delay, a denied one never.
    """
    available = roles(bundle, start)
    if not available:
        raise DemoError(messages.no_role(bundle.organization.metadata.name))
    author = Author(bundle, assign(available, events))
    entitlements = {each.key: each for each in bundle.entitlements(start)}
    meter = Meter(entitlements)
    began = perf_counter()
    run = _Run(bundle, start, meter)
    for number, event in enumerate(events):
        run.decide(number, event, author.write(event))
        if number % _EVERY == _EVERY - 1:
            on_decided(_EVERY)
    on_decided(len(events) % _EVERY)
    run.send(_DAY)
    end = start + timedelta(seconds=_DAY - 1)
    return run.tally.traffic(bundle, meter, budgets(entitlements), end, origin, perf_counter() - began)


class _Run:
    """The state of a replay: what is on its way, and the counts so far."""

    def __init__(self, bundle: Bundle, start: datetime, meter: Meter) -> None:
        self.tally = Tally()
        self._bundle = bundle
        self._engine = Engine(bundle)
        self._start = start
        self._meter = meter
        self._waiting: list[_Sending] = []
        self._seen: set[tuple[str, str]] = set()
        self._known_prices: dict[str, TokenPrices] = {}

    def decide(self, number: int, event: Event, request: Request) -> None:
        """Decide one request and let it go, or wait, or be gone."""
        self.send(event.seconds)
        user = request.fields.get("user")
        usage = self._meter.usage(request.key, user, event.seconds)
        now = self._start + timedelta(seconds=event.seconds)
        evaluate, key, model, fields = self._engine.evaluate, request.key, request.model, request.fields
        before = perf_counter_ns()
        decision = evaluate(key=key, model=model, usage=usage, now=now, **fields)
        took = perf_counter_ns() - before
        pair = key, model
        self.tally.add(event.seconds, decision, took, first=pair not in self._seen)
        self._seen.add(pair)
        if decision.allowed:
            self._queue(number, event, decision, user)

    def send(self, until: float) -> None:
        """Count whatever goes out until then."""
        while self._waiting and self._waiting[0].at <= until:
            each = heapq.heappop(self._waiting)
            self._meter.sent(each.key, each.user, each.at, each.tokens, each.cost)
            self.tally.pay(each.key, each.cost)

    def _prices(self, model: str) -> TokenPrices:
        if model not in self._known_prices:
            self._known_prices[model] = self._bundle.prices(self._bundle.model_named(model) or model)
        return self._known_prices[model]

    def _queue(self, number: int, event: Event, decision: Decision, user: str | None) -> None:
        prices = self._prices(decision.model)
        asked, answered = event.input_tokens, event.output_tokens
        # an embedding has no answer that anybody pays for
        answered = answered if "output_per_million" in prices.per_million else 0
        cost = prices.cost(input_tokens=asked, output_tokens=answered)
        at = event.seconds + (decision.retry_after or 0.0)
        heapq.heappush(self._waiting, _Sending(at, number, decision.key, user, asked + answered, cost))


def counted(events: Iterable[Event]) -> int:
    """How many different callers there are."""
    return len({event.source for event in events})
