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

    type: Name
    url: Annotated[str, StringConstraints(pattern=URL_PATTERN)] | None = None
    path: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]{1,200}$")] | None = None
    credentials_from: EnvironmentName | None = None
    limits: ChangeLimits = ChangeLimits()
    allow_empty: Flag = False
    adopt: Flag = False
    suspended: Flag = False


class Target(Resource):
    """Where keys are created and caps pushed."""

    kind: Literal["Target"]
    metadata: Metadata
    spec: TargetSpec
