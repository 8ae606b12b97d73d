"""The organisation: the root of every hierarchy, and the words the rest may use."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from remit.resources._base import EnvironmentName, Metadata, Name, Person, Resource, Strict, Text
from remit.resources._limits import Budget, Limits


class Channel(Strict):
    """Where an alert goes: `url_from` names an environment variable, never the address itself."""

    url_from: EnvironmentName
    description: Text | None = None


class OrganizationSpec(Strict):
    """The vocabulary (environments, purposes, data classes, scopes) and the outermost bounds."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    timezone: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]+$", max_length=64)] = "UTC"
    environments: tuple[Name, ...] = Field(min_length=1)
    purposes: tuple[Name, ...] = Field(min_length=1)
    data_classes: tuple[Name, ...] = Field(min_length=1, description="From the least to the most sensitive")
    scopes: tuple[Name, ...] = Field(default=("chat", "embeddings"), min_length=1)
    owners: tuple[Person, ...] = ()
    models: tuple[str, ...] | None = Field(
        default=None, description="Allowlist; missing means every model in the catalogue"
    )
    limits: Limits = Limits()
    budget: Budget = Budget()
    channels: dict[Name, Channel] = Field(default_factory=dict)


class Organization(Resource):
    """Exactly one in a tree."""

    kind: Literal["Organization"]
    metadata: Metadata
    spec: OrganizationSpec
