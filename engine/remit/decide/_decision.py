"""A decision: the answer, why, and what to tell the caller's client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

from remit.decide._headers import Quota, headers
from remit.source import Position

Effect = Literal["allow", "deny", "throttle"]
Code = Literal[
    "rule",
    "rule-error",
    "no-rule-allows",
    "unknown-key",
    "unknown-model",
    "invalid-request",
    "key-suspended",
    "key-expired",
    "key-violates-policy",
    "model-not-allowed",
    "scope-not-granted",
    "purpose-not-granted",
    "data-class-not-granted",
    "cap-reached",
    "budget-exhausted",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a rule (`policy/rule`) or a built-in `code`, in words for people, and where it is declared."""

    code: Code
    message: str
    rule: str = ""
    position: Position | None = None

    @property
    def id(self) -> str:
        """The rule if there is one, else the code: how tests and counters speak of it."""
        return self.rule or self.code

    def to_json(self) -> dict[str, object]:
        """Plain data; `at` is `file:line:col`."""
        return {
            "code": self.code,
            "rule": self.rule or None,
            "message": self.message,
            "at": str(self.position) if self.position else None,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request. `deny` beats `throttle` beats `allow`; without an allow it is deny.

    `allowed` is true for `allow` and for `throttle`: a throttled request may go ahead after waiting
    `retry_after` seconds. For a denial `retry_after` says when asking again can help, and is None when it cannot.
    `errors` lists rules that could not be evaluated; an error never allows.
    """

    effect: Effect
    reasons: tuple[Reason, ...]
    errors: tuple[Reason, ...]
    retry_after: float | None
    key: str
    model: str
    bundle: str
    quotas: Sequence[Quota] = field(default=(), repr=False)

    def varied(
        self, effect: Effect, reasons: tuple[Reason, ...], retry_after: float | None, quotas: Sequence[Quota]
    ) -> Decision:
        """This decision with another answer. Made without the constructor, which takes twice as long: it is asked
        for with every request that has usage.
        """
        made = _new(Decision)
        _effect(made, effect)
        _reasons(made, reasons)
        _errors(made, self.errors)
        _retry_after(made, retry_after)
        _key(made, self.key)
        _model(made, self.model)
        _bundle(made, self.bundle)
        _quotas(made, quotas)
        return made

    @property
    def allowed(self) -> bool:
        """Whether the request may be sent, at once or after `retry_after`."""
        return self.effect != "deny"

    @property
    def headers(self) -> Mapping[str, str]:
        """`RateLimit-Policy`, `RateLimit`, `Retry-After`, and on refusal the problem type."""
        return headers(self.quotas, self.retry_after, self.effect, [reason.code for reason in self.reasons])

    def to_json(self) -> dict[str, object]:
        """Plain data, the same for the same bundle, request, usage and time."""
        return {
            "effect": self.effect,
            "allowed": self.allowed,
            "key": self.key,
            "model": self.model,
            "reasons": [reason.to_json() for reason in self.reasons],
            "errors": [error.to_json() for error in self.errors],
            "retry_after": self.retry_after,
            "headers": dict(self.headers),
            "bundle": self.bundle,
        }


_new = object.__new__
_effect, _reasons, _errors, _retry_after, _key, _model, _bundle, _quotas = (
    Decision.__dict__[each.name].__set__ for each in fields(Decision)
)
