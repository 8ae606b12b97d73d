"""What every kind shares: the envelope, strictness, names and instants."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from remit.resources import _messages as messages

API_VERSION = "remit/v1"
NAME_PATTERN = r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$"
PERSON_PATTERN = r"^[A-Za-z0-9]([A-Za-z0-9._@-]{0,98}[A-Za-z0-9])?$"
ENVIRONMENT_PATTERN = r"^[A-Z][A-Z0-9_]*$"

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Person = Annotated[str, StringConstraints(pattern=PERSON_PATTERN)]
EnvironmentName = Annotated[str, StringConstraints(pattern=ENVIRONMENT_PATTERN)]
# "yes", 1 and their like are no booleans
Flag = Annotated[bool, Field(strict=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=65_536), Field(description="A CEL expression")]

# exact to the day, leap years included, so that an editor refuses 30 February too
_DAY = (
    r"(20[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))|20([02468][048]|[13579][26])-02-29)"
)
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
INSTANT_PATTERN = rf"^{_DAY}(T{_CLOCK}(:[0-5][0-9](\.[0-9]{{1,6}})?)?(Z|[+-]{_CLOCK}))?$"


def parse_instant(value: object) -> date | datetime:
    """A date, or a time with its zone; a bare date is midnight in the organisation's timezone.

    Raises ValueError for anything else: a time without a zone, a day that is not in the calendar.
    """
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise ValueError(messages.not_instant())
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _INSTANT(value):
        raise ValueError(messages.not_instant())
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


_INSTANT = re.compile(INSTANT_PATTERN).fullmatch

Instant = Annotated[
    datetime | date,
    BeforeValidator(parse_instant),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": INSTANT_PATTERN,
            "description": "A date, at midnight in the organisation's timezone, or a time with its zone",
            "examples": ["2027-02-01", "2027-02-01T09:00:00Z"],
        }
    ),
]


class Strict(BaseModel):
    """Strict, immutable, and closed: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, validate_default=False)


class Metadata(Strict):
    """What a resource is called, and what people want to say about it."""

    name: Name = Field(description="Unique among the resources of its kind")
    description: Text | None = Field(default=None, description="What people should know about it")
    labels: dict[Name, Annotated[str, StringConstraints(max_length=100)]] = Field(
        default_factory=dict, description="Words of your own, for rules and reports"
    )
    previously: Name | None = Field(default=None, description="The former name, when this resource is renamed")


class Resource(Strict):
    """The envelope: `apiVersion`, `kind`, `metadata`, `spec`."""

    apiVersion: Literal["remit/v1"] = Field(description="The version of the format")
    kind: str
    metadata: Metadata
    spec: Strict
