"""The engine: a bundle, ready to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Never, Unpack, cast

from remit.bundle import Bundle, Effective
from remit.decide import _messages as messages
from remit.decide._course import Course, course
from remit.decide._decision import Code, Decision, Reason
from remit.decide._explain import Explanation, explain
from remit.decide._plan import Plan
from remit.decide._prepare import Preparation
from remit.decide._request import TYPES, RequestFields, tidy
from remit.decide._shape import WORDS, Shape, shape_of
from remit.decide._usage import Usage
from remit.decide._windows import moment

_now = datetime.now
_BOUND = 100_000
_LONGEST = 100
_Place = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Epoch:
    """Plans and courses that hold while what is waived does not change."""

    effective: Effective
    preparation: Preparation
    plans: dict[tuple[str, str], Plan] = field(default_factory=dict)
    courses: dict[_Place, Course] = field(default_factory=dict)

    def decide(self, plan: Plan, request: dict[str, object], usage: Usage | None, now: datetime) -> Decision:
        """Decide a request whose fields are of their types; each shape has a course."""
        shape = shape_of(request, plan.named, usage=usage is not None)
        course = self._course(plan, shape, now)
        found = course.answer(usage, now, **cast("RequestFields", request))
        if found is None:
            return course.explain(request, usage, now)
        self._remember(plan, request, shape, course)
        return found

    def _course(self, plan: Plan, shape: Shape, now: datetime) -> Course:
        late = plan.expires is not None and now >= plan.expires
        place = (plan.key, plan.asked, late, shape)
        found = self.courses.get(place)
        if found is not None:
            return found
        if len(self.courses) >= _BOUND:
            self.courses.clear()
        made = self.courses[place] = course(plan, shape, self.preparation.settling, self.effective, now)
        return made

    def _remember(self, plan: Plan, request: Mapping[str, object], shape: Shape, course: Course) -> None:
        """Let `evaluate` find the course by the words of the request as they are."""
        if shape.tags:
            return  # these are looked at first
        words = [request.get(name) for name in WORDS]
        if all(not isinstance(word, str) or len(word) <= _LONGEST for word in words) and len(self.courses) < _BOUND:
            self.courses[plan.key, plan.asked, *words, *shape[3:]] = course


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
        user: str | None = None,
        purpose: str | None = None,
        data_class: str | None = None,
        scope: str | None = None,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        stream: bool | None = None,
        tags: Mapping[str, str] | None = None,
        **unknown: Never,
    ) -> Decision:
        """Decide whether `key` may send a request to `model`.

        The other keywords describe the request; one left out, or None, is unknown, and a rule that needs it denies.
        `usage` is what has been used so far; none means nothing. `now` is aware; none means the clock.
        Raises TypeError for a keyword that does not exist or a `usage` that is none, ValueError for a `now`
        that is naive or in the first or last year of the calendar; never for what the request says.
        """
        if (  # a subclass of str may call itself equal to any name
            type(key) is str
            and type(model) is str
            and (purpose is None or type(purpose) is str)
            and (data_class is None or type(data_class) is str)
            and (user is None or type(user) is str)
            and (input_tokens is None or type(input_tokens) is int)
            and (output_tokens is None or type(output_tokens) is int)
            and (scope is None or type(scope) is str)
            and (stream is None or stream is True or stream is False)
            and tags is None
            and not unknown
        ):
            course = self._epoch.courses.get(
                (
                    key,
                    model,
                    purpose,
                    data_class,
                    scope,
                    stream,
                    user is not None,
                    input_tokens is not None,
                    output_tokens is not None,
                    False,
                    usage is not None,
                )
            )
            if course is not None:
                answer = course.answer(
                    usage, now, user, purpose, data_class, scope, input_tokens, output_tokens, stream
                )
                if answer is not None:
                    return answer
        fields = (user, purpose, data_class, scope, input_tokens, output_tokens, stream, tags)
        return self._decide(key, model, usage, now, {**dict(zip(TYPES, fields, strict=True)), **unknown})

    def _decide(
        self, key: str, model: str, usage: Usage | None, now: datetime | None, given: Mapping[str, object]
    ) -> Decision:
        """Decide what is asked for the first time, or out of the ordinary."""
        now = _now(UTC) if now is None else moment(now)
        if usage is not None and not isinstance(usage, Usage):
            raise TypeError(messages.not_usage())
        epoch = self._epoch
        if not epoch.effective.since <= now < epoch.effective.until:
            epoch = self._epoch = self._begin(now)
        request, faults = tidy(given)
        plan = epoch.plans.get((key, model)) if type(key) is str and type(model) is str else None
        if plan is None:
            found = self._prepare(epoch, key, model)
            if isinstance(found, Decision):
                return found
            plan = found
        decision = epoch.decide(plan, request, usage, now)
        return _faulty(decision, faults) if faults else decision

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

    def _prepare(self, epoch: _Epoch, key: str, model: str) -> Plan | Decision:
        """The plan of a pair asked for the first time; a denial where key or model is not declared."""
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


def _faulty(decision: Decision, faults: tuple[str, ...]) -> Decision:
    """The decision on what is left of a request, with what is wrong with it said first."""
    wrong = tuple(Reason("invalid-request", text) for text in faults)
    others = decision.reasons if decision.effect == "deny" else ()
    return replace(decision, effect="deny", reasons=(*wrong, *others), retry_after=None)
