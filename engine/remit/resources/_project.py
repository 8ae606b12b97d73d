"""A project of a team: what the work is for, and which data it touches."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from remit.resources._base import Metadata, Name, Person, Resource, Strict
from remit.resources._limits import Budget, Limits


class ProjectMetadata(Metadata):
    """A project names its team."""

    team: Name = Field(description="The team it belongs to")


class ProjectSpec(Strict):
    """What its keys may be used for, at most."""

    owners: tuple[Person, ...] = Field(min_length=1, description="Logins of those who answer for it")
    purposes: tuple[Name, ...] = Field(min_length=1, description="What its keys may be used for, at most")
    data_classes: tuple[Name, ...] = Field(min_length=1, description="Data that its keys may send, at most")
    models: tuple[str, ...] | None = Field(default=None, description="Allowlist; missing means what the team allows")
    limits: Limits = Limits()
    budget: Budget = Budget()


class Project(Resource):
    """Sits below a team."""

    kind: Literal["Project"]
    metadata: ProjectMetadata
    spec: ProjectSpec
