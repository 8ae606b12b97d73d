"""A target: a provider or gateway that must look as declared."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from remit.resources._base import EnvironmentName, Flag, Instant, Metadata, Name, Resource, Strict, Text
from remit.resources._quantities import CountField, MoneyField, PercentField

URL_PATTERN = r"^https?://[!-?A-~]+$"
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ClockTime = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Email = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}$")]


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


class LimitOverride(Strict):
    """Lets one plan exceed the limits: committed and approved as everything else, and inert once it expires."""

    plan: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")] = Field(
        description="The digest of the changes that may exceed the limits, as `remit plan` prints it"
    )
    reason: Text = Field(description="Why these changes may exceed the limits")
    ticket: Text | None = Field(default=None, description="Where it was asked for")
    expires: Instant


class Window(Strict):
    """Part of a week in the organisation's timezone; one that ends before it begins ends on the next day."""

    days: tuple[Weekday, ...] = Field(default=WEEKDAYS, min_length=1, description="The days on which it begins")
    begins: ClockTime = Field(default="00:00", description="As `HH:MM`")
    ends: ClockTime = Field(default="24:00", description="As `HH:MM`, `24:00` at the latest")


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
    observe: Flag = Field(default=False, description="Read and compared only: nothing is planned for it")
    windows: tuple[Window, ...] = Field(
        default=(), max_length=20, description="When it may be written; missing means always"
    )
    overrides: tuple[LimitOverride, ...] = Field(
        default=(), max_length=50, description="Plans that may exceed its limits"
    )
    alert_recipients: tuple[Email, ...] = Field(
        default=(), max_length=20, description="Whom the target itself writes to when a part of a budget is spent"
    )


class Target(Resource):
    """Where keys are created and caps pushed."""

    kind: Literal["Target"]
    metadata: Metadata
    spec: TargetSpec
