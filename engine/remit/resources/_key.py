"""An API key: the one thing that is handed out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from remit.resources._base import EnvironmentName, Flag, Instant, Metadata, Name, Person, Resource, Strict, Text
from remit.resources._limits import Budget, Limits
from remit.resources._quantities import DurationField


class KeyMetadata(Metadata):
    """A key names its team and project."""

    team: Name = Field(description="The team it belongs to")
    project: Name = Field(description="The project it belongs to")


class Delivery(Strict):
    """Where the value of the key is delivered, once: a secret sink and its own settings."""

    sink: Name = Field(description="Where secrets are kept, such as `github-actions`")
    repository: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$")] | None = Field(
        default=None, description="As `owner/name`"
    )
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")] | None = Field(
        default=None, description="The name of the secret there"
    )
    path: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]{1,200}$")] | None = Field(
        default=None, description="The path of the secret there"
    )
    environment: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]{0,99}$")] | None = Field(
        default=None, description="The environment of the repository, when the secret is only for that"
    )
    credentials_from: EnvironmentName | None = Field(
        default=None, description="The environment variable that holds the token for the sink"
    )


class KeySpec(Strict):
    """What the key is for, what it may do, until when, and who answers for it."""

    environment: Name = Field(description="Where it is used")
    owner: Person | None = Field(default=None, description="The login of the person who answers for it")
    purposes: tuple[Name, ...] = Field(default=(), description="What it may be used for; `[]` means nothing")
    data_classes: tuple[Name, ...] = Field(default=(), description="Data that may be sent with it")
    scopes: tuple[Name, ...] = Field(default=("chat",), description="Kinds of calls it may make")
    models: tuple[str, ...] = Field(description="Allowlist; `[]` means none")
    expires: Instant | None = Field(default=None, description="The first instant at which it is no longer valid")
    rotate_every: DurationField | None = Field(default=None, description="How long one value is used at most")
    rotate_overlap: DurationField | None = Field(
        default=None, description="How long the former value still works after a rotation; a day when not given"
    )
    client_side: Flag = Field(default=False, description="Ships to browsers or apps, so anybody can read it")
    suspended: Flag = Field(default=False, description="Declared, and not in force")
    limits: Limits = Limits()
    user_limits: Limits = Field(default=Limits(), description="The same caps, for each user of the key apart")
    budget: Budget = Budget()
    targets: tuple[Name, ...] = Field(default=(), description="Where it is created; `[]` means nowhere, evaluate only")
    deliver_to: Delivery | None = None
    ticket: Text | None = Field(default=None, description="The request that this key answers")


class Key(Resource):
    """Sits below a project. Its name is unique in the organisation."""

    kind: Literal["Key"]
    metadata: KeyMetadata
    spec: KeySpec
