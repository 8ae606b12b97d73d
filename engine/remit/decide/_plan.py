"""What is left to decide for one key and one model: prepared once, and how to decide it rule by rule.

Every decision is one that `explain` gives; a `Course` finds most of them without asking every rule again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from remit.bundle import BudgetPool, Residual, said
from remit.cel import CelError
from remit.decide import _messages as messages
from remit.decide._caps import Meter, budgets_exhausted, caps_reached, quotas
from remit.decide._decision import Decision, Effect, Reason
from remit.decide._gauges import Gauges
from remit.decide._request import DEFAULT_SCOPE, tidy
from remit.decide._usage import NOTHING, Usage
from remit.source import Position

Waits = list[float | None]
Ask = Callable[[Mapping[str, object]], object]


@dataclass(frozen=True, slots=True)
class Grants:
    """What the key was granted, and where each grant is declared."""

    scopes: frozenset[str]
    model_scopes: frozenset[str]
    purposes: frozenset[str]
    data_classes: frozenset[str]
    key_position: Position
    positions: Mapping[str, Position]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything about a key and a model that is known before a request."""

    key: str
    model: str
    asked: str
    digest: str
    zone: ZoneInfo
    grants: Grants
    expires: datetime | None
    certain: tuple[Reason, ...]
    certain_errors: tuple[Reason, ...]
    denies: tuple[Residual, ...]
    throttles: tuple[Residual, ...]
    allows: tuple[Residual, ...]
    must_allow: bool
    failed_allows: tuple[Reason, ...]
    meters: tuple[Meter, ...]
    pools: tuple[BudgetPool, ...]
    gauges: Gauges
    named: Mapping[str, frozenset[str]]

    def explain(
        self, fields: Mapping[str, object], usage: Usage | None, now: datetime, *, bounds: bool = True
    ) -> Decision:
        """The whole answer, with every reason; without `bounds` as if no cap or budget were in the way."""
        fields = {name: value for name, value in fields.items() if name != "model"}
        request, faults = tidy(fields)
        request.setdefault("scope", DEFAULT_SCOPE)
        request["model"] = self.asked
        known = usage or NOTHING
        activation = {"request": request, "usage": known.facts, "now": now}
        waits: Waits = []
        errors = [*self.certain_errors]
        reasons = [Reason("invalid-request", text) for text in faults]
        reasons += [*self._granted(request, now), *self.certain, *self._denials(activation, errors)]
        for reason, wait in self._bounds(request, known, now) if bounds else ():
            reasons.append(reason)
            waits.append(wait)
        delays: list[tuple[Reason, float]] = list(self._throttles(activation, errors, reasons))
        reasons += self._unallowed(activation, errors)
        if reasons:
            final = (
                None if len(reasons) > len(waits) or None in waits else max(each for each in waits if each is not None)
            )
            return self._answer("deny", tuple(reasons), tuple(errors), final, usage, now)
        if delays:
            wait = max(delay for _, delay in delays)
            return self._answer("throttle", tuple(each for each, _ in delays), tuple(errors), wait, usage, now)
        return self._answer("allow", (), tuple(errors), None, usage, now)

    def _answer(
        self,
        effect: Effect,
        reasons: tuple[Reason, ...],
        errors: tuple[Reason, ...],
        retry_after: float | None,
        usage: Usage | None,
        now: datetime,
    ) -> Decision:
        shown = quotas(self.meters, usage, now, self.zone)
        return Decision(effect, reasons, errors, retry_after, self.key, self.model, self.digest, shown)

    def _granted(self, request: Mapping[str, object], now: datetime) -> Iterator[Reason]:
        grants, where = self.grants, self.grants.positions
        if self.expires is not None and now >= self.expires:
            text = messages.expired(self.key, self.expires.astimezone(self.zone).date().isoformat())
            yield Reason("key-expired", text, position=where["expires"])
        if request["scope"] not in grants.scopes:
            yield Reason("scope-not-granted", messages.not_granted(self.key, "scope"), position=where["scopes"])
        elif request["scope"] not in grants.model_scopes:
            yield Reason("scope-not-granted", messages.model_without_scope(self.model), position=where["model"])
        if "purpose" in request and request["purpose"] not in grants.purposes:
            yield Reason("purpose-not-granted", messages.not_granted(self.key, "purpose"), position=where["purposes"])
        if "data_class" in request and request["data_class"] not in grants.data_classes:
            text = messages.not_granted(self.key, "data class")
            yield Reason("data-class-not-granted", text, position=where["data_classes"])

    def _bounds(
        self, request: Mapping[str, object], usage: Usage, now: datetime
    ) -> Iterator[tuple[Reason, float | None]]:
        yield from caps_reached(self.meters, request, usage, now, self.zone)
        yield from budgets_exhausted(self.pools, usage, now, self.zone)

    def _denials(self, activation: Mapping[str, object], errors: list[Reason]) -> Iterator[Reason]:
        for residual in self.denies:
            outcome = holds(residual, activation)
            if isinstance(outcome, CelError):
                errors.append(failed(residual, outcome))
                yield errors[-1]
            elif outcome:
                yield because(residual, activation)

    def _throttles(
        self, activation: Mapping[str, object], errors: list[Reason], reasons: list[Reason]
    ) -> Iterator[tuple[Reason, float]]:
        for residual in self.throttles:
            outcome = holds(residual, activation)
            delay = _delay(residual, activation) if outcome is True else timedelta()
            for fault in (outcome, delay):
                if isinstance(fault, CelError):
                    errors.append(failed(residual, fault))
                    reasons.append(errors[-1])
            if outcome is True and isinstance(delay, timedelta):
                yield because(residual, activation), max(0.0, delay.total_seconds())

    def _unallowed(self, activation: Mapping[str, object], errors: list[Reason]) -> list[Reason]:
        allowed = not self.must_allow
        errors.extend(self.failed_allows)
        for residual in self.allows:
            outcome = holds(residual, activation)
            if isinstance(outcome, CelError):
                errors.append(failed(residual, outcome))
            allowed = allowed or outcome is True
        return [] if allowed else [Reason("no-rule-allows", messages.no_rule_allows())]


def holds(residual: Residual, activation: Mapping[str, object]) -> bool | CelError:
    """Whether what is left of a rule holds, or why that cannot be said."""
    if residual.error is not None:
        return residual.error
    if residual.program is None:
        return True
    try:
        outcome = residual.program(activation)
    except CelError as error:
        return error
    return outcome if isinstance(outcome, bool) else CelError("the condition is not a bool")


def because(residual: Residual, activation: Mapping[str, object]) -> Reason:
    """A rule as a reason, in its own words."""
    rule = residual.rule
    text = said(rule, residual.message, activation)
    if rule.on == "request":
        return Reason("rule", text, rule.id, rule.position)
    if rule.on == "model":
        return Reason("model-not-allowed", text, rule.id, rule.position)
    return Reason("key-violates-policy", messages.violates(text), rule.id, rule.position)


def failed(residual: Residual, error: CelError) -> Reason:
    """A rule that could not be evaluated, as a reason; without values."""
    rule = residual.rule
    return Reason("rule-error", messages.rule_error(rule.id, error.message), rule.id, rule.position)


def _delay(residual: Residual, activation: Mapping[str, object]) -> timedelta | CelError:
    if isinstance(residual.delay, timedelta | CelError):
        return residual.delay
    try:
        delay = residual.delay(activation) if residual.delay else None
    except CelError as error:
        return error
    return delay if isinstance(delay, timedelta) else CelError("the delay is not a duration")
