"""A target: a provider or gateway that must look as declared."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from remit.resources._base import EnvironmentName, Flag, Metadata, Name, Resource, Strict
from remit.resources._quantities import CountField, MoneyField, PercentField

URL_PATTERN = r"^https?://[!-?A-~]+$"


class ChangeLimit(Strict):
    """At most this much in one run. `0` means none; missing means no bound of that sort."""

    max_count: CountField | None = None
    max_percent: PercentField | None = Field(default=None, description="Of the managed objects of the target")
    max_amount: MoneyField | None = Field(default=None, description="Sum of monthly budget raised or created")


class ChangeLimits(Strict):
    """Bounds on what one run may do. The defaults protect against emptying a target."""

    delete: ChangeLimit = ChangeLimit(max_percent=Decimal("0.2"))
    revoke: ChangeLimit = ChangeLimit(max_percent=Decimal("0.2"))
    raise_: ChangeLimit = Field(default=ChangeLimit(), alias="raise")
    create: ChangeLimit = ChangeLimit()


class TargetSpec(Strict):
    """`credentials_from` names environment variables; a credential never stands in git."""

    type: Name = Field(description="Which provider or gateway it is")
    url: Annotated[str, StringConstraints(pattern=URL_PATTERN)] | None = Field(default=None, description="Its address")
    path: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]{1,200}$")] | None = Field(
        default=None, description="Its file, for a target that is a file"
    )
    credentials_from: EnvironmentName | None = Field(
        default=None, description="The environment variable that holds its credential"
    )
    limits: ChangeLimits = ChangeLimits()
    allow_empty: Flag = Field(default=False, description="May be left without any key")
    adopt: Flag = Field(default=False, description="Take over keys that were made by hand")
    suspended: Flag = Field(default=False, description="Read and planned, and never written")


class Target(Resource):
    """Where keys are created and caps pushed."""

    kind: Literal["Target"]
    metadata: Metadata
    spec: TargetSpec
