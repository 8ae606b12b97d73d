"""What is left to decide for one key and one model: prepared once, used for every request.

The first look is a single compiled expression over all rules that could deny. Only when it does not
come out as a certain `false` are the rules asked one by one, to name every reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from remit.bundle import BudgetPool, Residual, said
from remit.cel import CelError
from remit.decide import _messages as messages
from remit.decide._caps import Meter, budgets_exhausted, caps_reached, quotas, within
from remit.decide._decision import Decision, Effect, Reason
from remit.decide._request import DEFAULT_SCOPE, TYPES, tidy
from remit.decide._usage import NOTHING, Usage
from remit.source import Position

_KINDS = dict(TYPES)
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
    any_deny: Ask | None
    throttles: tuple[Residual, ...]
    any_throttle: Ask | None
    allows: tuple[Residual, ...]
    asks: tuple[Ask, ...]
    must_allow: bool
    failed_allows: tuple[Reason, ...]
    meters: tuple[Meter, ...]
    sized: tuple[Meter, ...]
    pools: tuple[BudgetPool, ...]
    scopes: frozenset[str]
    open: bool
    allow: Decision
    named: Mapping[str, frozenset[str]]

    def decide(self, fields: dict[str, object], usage: Usage | None, now: datetime) -> Decision:
        """Decide one request. `fields` are the caller's own keywords, and `now` is in UTC."""
        if self.open and self._granted_at_once(fields, now):
            if usage is None:
                if not self.sized or self._small(fields):
                    return self.allow if self._clear(fields, NOTHING, now) else self.explain(fields, None, now)
            elif self._within(fields, usage) and self._clear(fields, usage, now):
                return self._answer("allow", (), (), None, usage, now)
        return self.explain(fields, usage, now)

    def _granted_at_once(self, fields: dict[str, object], now: datetime) -> bool:
        """Whether each field is of its type, and what it asks for was granted."""
        for name, value in fields.items():
            wanted = _KINDS.get(name)
            if type(value) is not wanted or (wanted is int and value < 0):  # type: ignore[operator]
                return False
        if fields.setdefault("scope", DEFAULT_SCOPE) not in self.scopes:
            return False
        grants = self.grants
        if "purpose" in fields and fields["purpose"] not in grants.purposes:
            return False
        if "data_class" in fields and fields["data_class"] not in grants.data_classes:
            return False
        return "tags" not in fields and (self.expires is None or now < self.expires)

    def _small(self, fields: Mapping[str, object]) -> bool:
        return within(self.sized, fields, NOTHING)

    def _within(self, fields: Mapping[str, object], usage: Usage) -> bool:
        spent = usage.spent
        for pool in self.pools:
            if spent and spent.get(pool.id, 0) >= pool.amount.micro:
                return False
        return within(self.meters, fields, usage)

    def _clear(self, fields: dict[str, object], usage: Usage, now: datetime) -> bool:
        """Whether no rule denies or throttles, and one allows where one must; false is no answer yet."""
        fields["model"] = self.asked
        activation = {"request": fields, "usage": usage.facts, "now": now}
        try:
            return (
                (self.any_deny is None or self.any_deny(activation) is False)
                and (self.any_throttle is None or self.any_throttle(activation) is False)
                and (not (self.must_allow or self.asks) or self._allowed(activation))
            )
        except CelError:
            return False

    def _allowed(self, activation: Mapping[str, object]) -> bool:
        """Whether a rule allows where one must. Each is asked, for one that fails is to be listed."""
        allowed = not self.must_allow
        for ask in self.asks:
            answer = ask(activation)
            if answer is True:
                allowed = True
            elif answer is not False:
                return False
        return allowed

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
