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

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Person = Annotated[str, StringConstraints(pattern=PERSON_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=65_536), Field(description="A CEL expression")]

_DATE = r"\d{4}-\d{2}-\d{2}"
INSTANT_PATTERN = rf"^{_DATE}(T\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?(Z|[+-]\d{{2}}:\d{{2}}))?$"


def parse_instant(value: object) -> date | datetime:
    """A date, or a time with its zone; a bare date is midnight in the organisation's timezone."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(INSTANT_PATTERN, value):
        raise ValueError(messages.not_instant())
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(messages.not_instant()) from error


Instant = Annotated[
    datetime | date,
    BeforeValidator(parse_instant),
    WithJsonSchema({"type": "string", "pattern": INSTANT_PATTERN, "examples": ["2027-02-01"]}),
]


class Strict(BaseModel):
    """Strict, immutable, and closed: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, validate_default=False)


class Metadata(Strict):
    """What a resource is called, and what people want to say about it."""

    name: Name
    description: Text | None = None
    labels: dict[Name, Annotated[str, StringConstraints(max_length=100)]] = Field(default_factory=dict)
    previously: Name | None = Field(default=None, description="The former name, when this resource is renamed")


class Resource(Strict):
    """The envelope: `apiVersion`, `kind`, `metadata`, `spec`."""

    apiVersion: Literal["remit/v1"]
