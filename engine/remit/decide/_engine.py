"""The engine: a bundle, ready to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Unpack

from remit.bundle import Bundle, Effective
from remit.decide import _messages as messages
from remit.decide._decision import Code, Decision, Reason
from remit.decide._explain import Explanation, explain
from remit.decide._plan import Plan
from remit.decide._prepare import Preparation
from remit.decide._request import RequestFields, tidy
from remit.decide._usage import Usage
from remit.decide._windows import moment

_now = datetime.now


@dataclass(frozen=True, slots=True)
class _Epoch:
    """Plans that hold while what is waived does not change."""

    effective: Effective
    preparation: Preparation
    plans: dict[tuple[str, str], Plan] = field(default_factory=dict)


class Engine:
    """Decides requests by one bundle. Thread-safe: plans are remembered, nothing else is."""

    __slots__ = ("_epoch", "bundle")

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._epoch = self._begin(_now(UTC))

    def evaluate(
        self,
        *,
        key: str,
        model: str,
        usage: Usage | None = None,
        now: datetime | None = None,
        **request: Unpack[RequestFields],
    ) -> Decision:
        """Decide whether `key` may send a request to `model`.

        The other keywords describe the request; one left out is unknown, and a rule that needs it denies.
        `usage` is what has been used so far; none means nothing. `now` is aware; none means the clock.
        Raises TypeError for a keyword that does not exist or a `usage` that is none, ValueError for a `now`
        that is naive or in the first or last year of the calendar; never for what the request says.
        """
        now = _now(UTC) if now is None else moment(now)
        if usage is not None and not isinstance(usage, Usage):
            raise TypeError(messages.not_usage())
        epoch = self._epoch
        if not epoch.effective.since <= now < epoch.effective.until:
            epoch = self._epoch = self._begin(now)
        # a subclass of str may call itself equal to any name
        plan = epoch.plans.get((key, model)) if type(key) is str and type(model) is str else None
        if plan is None:
            found = self._prepare(epoch, key, model, request)
            if isinstance(found, Decision):
                return found
            plan = found
        return plan.decide(request, usage, now)  # type: ignore[arg-type]

    def explain(
        self,
        *,
        key: str,
        model: str,
        usage: Usage | None = None,
        now: datetime | None = None,
        **request: Unpack[RequestFields],
    ) -> Explanation:
        """The decision for the same arguments, and every rule that was looked at. Raises as `evaluate` does."""
        instant = _now(UTC) if now is None else moment(now)
        decision = self.evaluate(key=key, model=model, usage=usage, now=instant, **request)
        return explain(self.bundle, decision, {**request}, model, usage, instant)

    def _begin(self, now: datetime) -> _Epoch:
        effective = self.bundle.effective(now)
        return _Epoch(effective, Preparation(self.bundle, effective))

    def _prepare(self, epoch: _Epoch, key: str, model: str, request: RequestFields) -> Plan | Decision:
        """The plan of a pair asked for the first time; a denial where key or model is not declared."""
        tidy(request)
        if type(key) is not str or type(model) is not str:
            wrong = "key" if type(key) is not str else "model"
            return self._refuse("invalid-request", messages.wrong_type(wrong, "text"), "", "")
        known = self.bundle.model_named(model)
        if key not in self.bundle.keys:
            return self._refuse("unknown-key", messages.unknown_key(), key, model)
        if known is None:
            return self._refuse("unknown-model", messages.unknown_model(), key, model)
        plan = epoch.plans[key, model] = epoch.preparation.plan(key, model, known)
        return plan

    def _refuse(self, code: Code, message: str, key: str, model: str) -> Decision:
        return Decision("deny", (Reason(code, message),), (), None, key, model, self.bundle.digest)
