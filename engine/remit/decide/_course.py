"""How requests of one shape are decided for one key and model: mostly by an answer that is there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import time

from remit.bundle import Effective
from remit.cel import CelError
from remit.decide._decision import Decision
from remit.decide._gauges import Gauges, Shown
from remit.decide._plan import Ask, Plan
from remit.decide._request import DEFAULT_SCOPE
from remit.decide._settle import Settlement, Settling, constant
from remit.decide._shape import Shape, sample, stranger
from remit.decide._usage import NOTHING, Usage

_FIRST = datetime(2, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 1, 1, tzinfo=UTC)
_ROWS = 256
_NOTHING = NOTHING.facts
_now = datetime.now
Row = tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What is known before a request of one shape arrives, from `since` to `until` (in seconds `begins`, `ends`).

    `settled` is the answer when no rule that is open holds and no cap or budget is in the way; None where words of
    rules depend on more than the shape. `rows` are such answers found before, by which of the open rules hold.
    """

    plan: Plan
    settlement: Settlement
    any_open: Ask | None
    settled: Decision | None
    since: datetime
    until: datetime
    begins: float
    ends: float
    gauges: Gauges
    rows: dict[Row, Decision] = field(default_factory=dict)

    def answer(
        self,
        usage: Usage | None,
        now: datetime | None,
        user: str | None = None,
        purpose: str | None = None,
        data_class: str | None = None,
        scope: str | None = None,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        stream: bool | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Decision | None:
        """The decision for fields of the right types; None when it has to be found in another way."""
        if now is None:
            if not self.begins <= time() < self.ends:
                return None
        elif now.tzinfo is not UTC or not self.since <= now < self.until:
            return None
        roomy = self.gauges.open
        if input_tokens is not None and not 0 <= input_tokens <= self.gauges.input_room:
            roomy = False
        if output_tokens is not None and not 0 <= output_tokens <= self.gauges.output_room:
            roomy = False
        if usage is None:
            if roomy and self.any_open is None:
                return self.settled
        elif type(usage) is not Usage:
            return None
        request: dict[str, object] = {"model": self.plan.asked, "scope": DEFAULT_SCOPE if scope is None else scope}
        if purpose is not None:
            request["purpose"] = purpose
        if user is not None:
            request["user"] = user
        if data_class is not None:
            request["data_class"] = data_class
        if input_tokens is not None:
            request["input_tokens"] = input_tokens
        if output_tokens is not None:
            request["output_tokens"] = output_tokens
        if stream is not None:
            request["stream"] = stream
        if tags is not None:
            request["tags"] = tags
        return self._found(request, usage, now, (input_tokens or 0, output_tokens or 0), roomy)

    def _found(
        self, request: dict[str, object], usage: Usage | None, now: datetime | None, sizes: tuple[int, int], roomy: bool
    ) -> Decision | None:
        if now is None and (self.settlement.timed or usage is not None):
            now = _now(UTC)
        activation = {"request": request, "usage": _NOTHING if usage is None else usage.facts, "now": now}
        try:
            if self.any_open is None or self.any_open(activation) is False:
                found = self.settled
            else:
                found = self._by_row(activation, usage)
        except CelError:
            return None
        if found is None:
            return None
        capped = not roomy or (usage is not None and self.gauges.capped(usage, sizes[0]))
        if capped or (usage is not None and self.gauges.broke(usage.spent.get)):
            return self._refused(found, usage, now or _now(UTC), sizes, capped)
        if usage is None or now is None:
            return found
        return found.varied(found.effect, found.reasons, found.retry_after, self._shown(usage, now))

    def _shown(self, usage: Usage, now: datetime) -> Shown:
        return Shown(self.plan.meters, usage, now, self.plan.zone)

    def _refused(
        self, found: Decision, usage: Usage | None, now: datetime, sizes: tuple[int, int], capped: bool
    ) -> Decision | None:
        """The answer where caps or budgets are in the way as well."""
        denied = found.reasons if found.effect == "deny" else ()
        if min(sizes) < 0 or (denied and (found.errors or denied[-1].code == "no-rule-allows")):
            return None  # what is said after caps and budgets would be in the wrong place
        reasons, wait = self.gauges.refusals(usage or NOTHING, sizes, now, caps=capped)
        if not reasons:
            return None  # a size beyond all bounds, and no cap on it
        shown = found.quotas if usage is None else self._shown(usage, now)
        return found.varied("deny", (*denied, *reasons), None if denied else wait, shown)

    def _by_row(self, activation: Mapping[str, object], usage: Usage | None) -> Decision:
        """The answer where some of the open rules hold. Raises CelError where one of them fails."""
        rules = self.settlement
        assert rules.row is not None  # noqa: S101  # there is one where a rule is open
        row: Row = tuple(rules.row.native(activation))  # type: ignore[arg-type]
        found = self.rows.get(row)
        if found is None:
            now = activation["now"] or _now(UTC)
            found = rules.of(self.plan).explain(activation["request"], usage, now, bounds=False)  # type: ignore[arg-type]
            if rules.plain and all(constant(each) for each, holds in zip(rules.open, row, strict=True) if holds):
                if len(self.rows) >= _ROWS:
                    self.rows.clear()
                self.rows[row] = found
        return found

    def explain(self, fields: Mapping[str, object], usage: Usage | None, now: datetime) -> Decision:
        """The whole answer, with every reason, where caps or budgets have to be looked at."""
        found = self._left(fields, usage, now).explain(fields, usage, now)
        # how a rule failed is said in the words of the whole rule
        return self.plan.explain(fields, usage, now) if found.errors else found

    def _left(self, fields: Mapping[str, object], usage: Usage | None, now: datetime) -> Plan:
        """The plan with the rules that have to be asked one by one: those that are open only if one of them holds."""
        request = {"scope": DEFAULT_SCOPE, **fields, "model": self.plan.asked}
        activation = {"request": request, "usage": (usage or NOTHING).facts, "now": now}
        try:
            quiet = self.any_open is None or self.any_open(activation) is False
        except CelError:
            return self.plan
        return self.settlement.closed(self.plan) if quiet else self.settlement.of(self.plan)


def course(plan: Plan, shape: Shape, settling: Settling, effective: Effective, now: datetime) -> Course:
    """The course of requests of one shape around `now`."""
    request = sample(shape, plan.asked, stranger(plan.named))
    settlement = settling.settle(plan, shape, request)
    since, until = _span(plan, effective, now)
    closed = settlement.closed(plan)
    return Course(
        plan=plan,
        settlement=settlement,
        any_open=settlement.any_open,
        settled=closed.explain(request, None, now, bounds=False) if settlement.plain else None,
        since=since,
        until=until,
        begins=since.timestamp(),
        ends=until.timestamp(),
        gauges=plan.gauges,
    )


def _span(plan: Plan, effective: Effective, now: datetime) -> tuple[datetime, datetime]:
    """The time around `now` in which neither waivers change nor the key ends, within the calendar."""
    since, until = max(effective.since, _FIRST), min(effective.until, _LAST)
    if plan.expires is None:
        return since, until
    return (since, min(until, plan.expires)) if now < plan.expires else (max(since, plan.expires), until)
