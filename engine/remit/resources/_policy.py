"""A policy: selectors, shared expressions, and rules of exactly one verb each."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from remit.resources._base import Expression, Flag, Metadata, Name, Resource, Strict, Text
from remit.resources._verbs import ALL_VERBS, RULE_SCHEMA, verb_faults

Point = Literal["key", "team", "project", "model", "target", "request", "change", "budget", "usage"]
VARIABLE_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"
Variable = Annotated[str, StringConstraints(pattern=VARIABLE_PATTERN)]


class Match(Strict):
    """Cheap selectors: a policy applies where every given one matches. Missing means any."""

    teams: tuple[Name, ...] | None = Field(default=None, description="Names of teams")
    projects: tuple[Name, ...] | None = Field(default=None, description="Names of projects")
    environments: tuple[Name, ...] | None = Field(default=None, description="Names of environments")
    keys: tuple[Name, ...] | None = Field(default=None, description="Names of keys")
    models: tuple[str, ...] | None = Field(default=None, description="Names of models")
    providers: tuple[Name, ...] | None = Field(default=None, description="Names of providers")
    tiers: tuple[Name, ...] | None = Field(default=None, description="Price classes of models")
    targets: tuple[Name, ...] | None = Field(default=None, description="Names of targets")


class Require(Strict):
    """Approvals a change needs: this many people of this group."""

    group: Name = Field(description="The group whose approval is needed")
    approvals: Annotated[int, Field(ge=1, le=20, strict=True)] = Field(default=1, description="How many of its people")


class Alert(Strict):
    """How loud, and to which channels of the organisation."""

    severity: Literal["info", "warning", "critical"] = Field(default="warning", description="How loud")
    notify: tuple[Name, ...] = Field(default=(), description="Channels of the organisation")


class Rule(Strict):
    """One sentence of policy, of exactly one verb. `deny`, `allow` and `throttle` hold a condition."""

    model_config = ConfigDict(json_schema_extra=RULE_SCHEMA)

    name: Name = Field(description="Unique in its policy")
    description: Text | None = Field(default=None, description="Why the rule is there")
    on: Point = Field(description="What it is about: a declared resource, a request, a change, or what has been used")
    deny: Expression | None = None
    allow: Expression | None = None
    throttle: Expression | None = None
    delay: Expression | None = Field(default=None, description="How long to slow down: a CEL duration")
    cap: (
        Literal[
            "requests_per_minute",
            "requests_per_hour",
            "requests_per_day",
            "tokens_per_minute",
            "tokens_per_day",
            "parallel_requests",
            "input_tokens_per_request",
            "output_tokens_per_request",
            "budget.daily",
            "budget.monthly",
        ]
        | None
    ) = Field(default=None, description="The cap that `value` gives, held as a minimum with every other one")
    value: Expression | None = Field(default=None, description="The cap: a CEL int, or money for a budget")
    when: Expression | None = None
    require: Require | None = None
    alert: Alert | None = None
    message: Expression | None = Field(default=None, description="A CEL string for people, shown with the refusal")
    must_enforce: Flag = Field(default=False, description="Every target has to enforce it by itself")

    @model_validator(mode="after")
    def _one_verb(self) -> Self:
        present = [field for field, value in self.__dict__.items() if value is not None]
        fault = next(verb_faults(present, self.on), None)
        if fault is not None:
            raise ValueError(fault.message)
        return self

    @property
    def verb(self) -> str:
        """The one verb of this rule."""
        return next(verb for verb in ALL_VERBS if getattr(self, verb) is not None)

    @property
    def condition(self) -> str | None:
        """The expression that decides whether the rule applies; None for a cap, which always does."""
        return self.deny or self.allow or self.throttle or self.when


class PolicySpec(Strict):
    """Variables are lazy, and visible to rules and to the variables declared after them."""

    match: Match = Match()
    variables: dict[Variable, Expression] = Field(
        default_factory=dict, description="Expressions by name, for `variables.name` in rules"
    )
    rules: tuple[Rule, ...] = Field(min_length=1, description="Each of exactly one verb")


class Policy(Resource):
    """A named set of rules."""

    kind: Literal["Policy"]
    metadata: Metadata
    spec: PolicySpec
