"""A team: a pool of money and the people who answer for it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from remit.resources._base import Metadata, Name, Person, Resource, Strict, Text
from remit.resources._limits import Budget, Limits


class TeamSpec(Strict):
    """`approvers` are groups whose approval a new key of this team needs: its approval path."""

    owners: tuple[Person, ...] = Field(min_length=1, description="Logins of those who answer for it")
    approvers: tuple[Name, ...] = Field(default=(), description="Groups that approve new keys of the team")
    cost_center: Text | None = Field(default=None, description="Where its spend is booked")
    models: tuple[str, ...] | None = Field(
        default=None, description="Allowlist; missing means what the organisation allows"
    )
    limits: Limits = Limits()
    budget: Budget = Budget()


class Team(Resource):
    """Sits below the organisation."""

    kind: Literal["Team"]
    metadata: Metadata
    spec: TeamSpec
