"""The organisation: the root of every hierarchy, and the words the rest may use."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from remit.resources._base import EnvironmentName, Metadata, Name, Person, Resource, Strict, Text
from remit.resources._limits import Budget, Limits
from remit.resources._target import ChangeLimits, LimitOverride

# IANA names begin with a capital; what does not is a file of the machine, such as `localtime`
TIMEZONE_PATTERN = r"^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"


class Channel(Strict):
    """Where an alert goes: `url_from` names an environment variable, never the address itself."""

    url_from: EnvironmentName = Field(description="The environment variable that holds the address")
    description: Text | None = Field(default=None, description="Who reads it")


ProvenanceRequirement = Literal["signed", "recorded", "any"]


class Provenance(Strict):
    """Who must have approved a commit before what it loosens is applied. It counts from the next commit on."""

    require: ProvenanceRequirement = Field(
        description="A commit or tag signed by an allowed signer, an approval in the ledger, or either"
    )
    allowed_signers: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]{1,200}$")] | None = Field(
        default=None, description="A file of allowed signers as `ssh-keygen` reads it, by its path in the repository"
    )


class OrganizationSpec(Strict):
    """The vocabulary (environments, purposes, data classes, scopes) and the outermost bounds."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(
        default="USD", description="The ISO 4217 code that every amount is in"
    )
    timezone: Annotated[str, StringConstraints(pattern=TIMEZONE_PATTERN, max_length=64)] = Field(
        default="UTC", description="An IANA name: days and months begin at its midnight"
    )
    environments: tuple[Name, ...] = Field(min_length=1, description="Where keys are used, such as `dev` and `prod`")
    purposes: tuple[Name, ...] = Field(min_length=1, description="What models may be used for")
    data_classes: tuple[Name, ...] = Field(min_length=1, description="From the least to the most sensitive")
    scopes: tuple[Name, ...] = Field(
        default=("chat", "embeddings"), min_length=1, description="Kinds of calls, such as `chat` and `embeddings`"
    )
    owners: tuple[Person, ...] = Field(default=(), description="Logins of those who answer for it")
    models: tuple[str, ...] | None = Field(
        default=None, description="Allowlist; missing means every model in the catalogue"
    )
    limits: Limits = Limits()
    budget: Budget = Budget()
    change_limits: ChangeLimits | None = Field(
        default=None, description="Bounds on what one run may do, over all targets together"
    )
    change_overrides: tuple[LimitOverride, ...] = Field(
        default=(), max_length=50, description="Plans that may exceed those bounds"
    )
    provenance: Provenance | None = Field(default=None, description="Approvals that a commit needs; missing means none")
    channels: dict[Name, Channel] = Field(default_factory=dict, description="Where alerts can go, by name")


class Organization(Resource):
    """Exactly one in a tree."""

    kind: Literal["Organization"]
    metadata: Metadata
    spec: OrganizationSpec
