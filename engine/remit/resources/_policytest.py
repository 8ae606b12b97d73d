"""A policy test: a matrix of keys, models and requests, and what is expected of each."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from remit.resources._base import Flag, Instant, Metadata, Name, Person, Resource, Strict
from remit.resources._quantities import CountField, MoneyField

Effect = Literal["allow", "deny", "throttle"]
# validated as a document of its own; the schema of any kind is referred to by `format`
Overlay = Annotated[dict[str, object], WithJsonSchema({"type": "object", "format": "resource"})]


class RequestFixture(Strict):
    """What an application would pass to `evaluate()`; what is left out is not passed."""

    user: Person | None = None
    purpose: Name | None = None
    data_class: Name | None = None
    scope: Name | None = None
    input_tokens: CountField | None = None
    output_tokens: CountField | None = None
    stream: Flag | None = None
    tags: dict[str, str] | None = None


class UsageFixture(Strict):
    """What has been used so far; what is left out is zero."""

    requests_last_minute: CountField = 0
    requests_last_hour: CountField = 0
    requests_today: CountField = 0
    tokens_last_minute: CountField = 0
    tokens_today: CountField = 0
    parallel_requests: CountField = 0
    user_requests_last_minute: CountField = 0
    user_requests_last_hour: CountField = 0
    user_requests_today: CountField = 0
    user_tokens_last_minute: CountField = 0
    user_tokens_today: CountField = 0
    user_parallel_requests: CountField = 0
    spent: dict[str, MoneyField] = Field(
        default_factory=dict, description="By pool and window: `key.monthly`, `team.daily`, `organization.monthly`"
    )


class Expectation(Strict):
    """The decision expected of one combination; `key`, `model`, `request`, `usage` name fixtures."""

    key: str
    model: str
    request: str
    usage: str | None = None
    effect: Effect
    reasons: tuple[str, ...] | None = Field(default=None, description="Rules or codes, all of them, in any order")
    errors: tuple[str, ...] | None = Field(default=None, description="Rules that could not be evaluated")
    delay: str | None = Field(default=None, description="How long a throttled request waits, as in `2s`")


class DeclaredExpectation(Strict):
    """What rules on declared resources should find: `denied_by` lists rules, `caps` resolved values."""

    kind: Literal["Key", "Team", "Project", "Model", "Target"]
    name: str
    denied_by: tuple[str, ...] = ()
    caps: dict[str, CountField] = Field(default_factory=dict)


class ChangeExpectation(Strict):
    """What a change in a pull request should require."""

    change: dict[str, str | int | float | bool | None]
    require: tuple[Name, ...] = ()


class BudgetExpectation(Strict):
    """Which alert rules should fire for an observed budget."""

    budget: dict[str, str]
    alerts: tuple[Name, ...] = ()


class Suite(Strict):
    """Every combination of `keys`, `models` and `requests` is tried; one not listed must be denied."""

    name: Name
    now: Instant | None = None
    keys: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    expected: tuple[Expectation, ...] = ()
    declared: tuple[DeclaredExpectation, ...] = ()
    changes: tuple[ChangeExpectation, ...] = ()
    budgets: tuple[BudgetExpectation, ...] = ()


class PolicyTestSpec(Strict):
    """`resources` are extra documents visible to these suites only, laid over the tree by kind and name."""

    resources: tuple[Overlay, ...] = ()
    requests: dict[Annotated[str, Field(min_length=1)], RequestFixture] = Field(default_factory=dict)
    usages: dict[Annotated[str, Field(min_length=1)], UsageFixture] = Field(default_factory=dict)
    suites: tuple[Suite, ...] = Field(min_length=1)


class PolicyTest(Resource):
    """Run by `remit test`."""

    kind: Literal["PolicyTest"]
    metadata: Metadata
    spec: PolicyTestSpec
