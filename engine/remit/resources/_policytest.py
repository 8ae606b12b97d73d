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

    user: Person | None = Field(default=None, description="Who asks, through the application")
    purpose: Name | None = Field(default=None, description="What for")
    data_class: Name | None = Field(default=None, description="The most sensitive data that is sent")
    scope: Name | None = Field(default=None, description="The kind of call")
    input_tokens: CountField | None = None
    output_tokens: CountField | None = None
    stream: Flag | None = Field(default=None, description="Whether the answer is streamed")
    tags: dict[str, str] | None = Field(default=None, description="Words of the application")


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

    key: str = Field(description="The name of a key")
    model: str = Field(description="The name of a model")
    request: str = Field(description="A request of this test")
    usage: str | None = Field(default=None, description="A usage of this test")
    effect: Effect = Field(description="What is decided")
    reasons: tuple[str, ...] | None = Field(default=None, description="Rules or codes, all of them, in any order")
    errors: tuple[str, ...] | None = Field(default=None, description="Rules that could not be evaluated")
    delay: str | None = Field(default=None, description="How long a throttled request waits, as in `2s`")


class DeclaredExpectation(Strict):
    """What rules on declared resources should find: `denied_by` lists rules, `caps` resolved values."""

    kind: Literal["Key", "Team", "Project", "Model", "Target"] = Field(description="The kind of the resource")
    name: str = Field(description="The name of the resource")
    denied_by: tuple[str, ...] = Field(default=(), description="Rules that it breaks, as `policy/rule`")
    caps: dict[str, CountField] = Field(default_factory=dict, description="Its resolved caps, by name")


class ChangeExpectation(Strict):
    """What a change in a pull request should require."""

    change: dict[str, str | int | float | bool | None] = Field(description="The fields of `change`, as rules see them")
    require: tuple[Name, ...] = Field(default=(), description="Groups whose approval is needed")


class BudgetExpectation(Strict):
    """Which alert rules should fire for an observed budget."""

    budget: dict[str, str] = Field(description="The fields of `budget`, as rules see them")
    alerts: tuple[Name, ...] = Field(default=(), description="Rules that fire")


class Suite(Strict):
    """Every combination of `keys`, `models` and `requests` is tried; one not listed must be denied."""

    name: Name = Field(description="Unique in its test")
    now: Instant | None = None
    keys: tuple[str, ...] = Field(default=(), description="Names of keys")
    models: tuple[str, ...] = Field(default=(), description="Names of models")
    requests: tuple[str, ...] = Field(default=(), description="Requests of this test")
    expected: tuple[Expectation, ...] = Field(
        default=(), description="What is decided for each combination that is not denied"
    )
    declared: tuple[DeclaredExpectation, ...] = Field(
        default=(), description="What rules find about declared resources"
    )
    changes: tuple[ChangeExpectation, ...] = Field(default=(), description="What changes require")
    budgets: tuple[BudgetExpectation, ...] = Field(default=(), description="Which budgets raise an alert")


class PolicyTestSpec(Strict):
    """`resources` are extra documents visible to these suites only, laid over the tree by kind and name."""

    resources: tuple[Overlay, ...] = Field(default=(), description="Extra resources, for these suites only")
    requests: dict[Annotated[str, Field(min_length=1)], RequestFixture] = Field(
        default_factory=dict, description="Requests by name"
    )
    usages: dict[Annotated[str, Field(min_length=1)], UsageFixture] = Field(
        default_factory=dict, description="Usages by name"
    )
    suites: tuple[Suite, ...] = Field(min_length=1, description="Each with its own matrix")


class PolicyTest(Resource):
    """Run by `remit test`."""

    kind: Literal["PolicyTest"]
    metadata: Metadata
    spec: PolicyTestSpec
