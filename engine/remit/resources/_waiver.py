"""A waiver: a time-boxed exception to one rule for one subject."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from remit.resources._base import Instant, Metadata, Name, Person, Resource, Strict, Text


class Subject(Strict):
    """Whom the waiver is for; a team or project covers every key below it."""

    kind: Literal["Team", "Project", "Key", "Model", "Target"] = Field(description="The kind it is for")
    name: str = Field(min_length=1, max_length=63, description="The name it is for")


class WaiverSpec(Strict):
    """`expires` is required: an exception without an end is a rule."""

    policy: Name = Field(description="The policy of the rule")
    rule: Name = Field(description="The rule that does not hold")
    subject: Subject
    reason: Text = Field(description="Why it may not hold")
    ticket: Text = Field(description="Where it was asked for")
    requested_by: Person | None = Field(default=None, description="The login of whoever asked")
    starts: Instant | None = None
    expires: Instant


class Waiver(Resource):
    """Inert everywhere from the instant it expires."""

    kind: Literal["Waiver"]
    metadata: Metadata
    spec: WaiverSpec
