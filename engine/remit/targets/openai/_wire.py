"""Bodies and answers of the Administration API. Times are Unix seconds, money is whole cents.

A field that is not given is not sent, so none has a default that would have to be.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field, RootModel, SecretStr

from remit.targets._api import Answer, Body

Row = TypeVar("Row")
Count = Annotated[int, Field(ge=0)]


class ProjectBody(Body):
    """`POST /organization/projects` and `POST …/{project}`."""

    name: str


class AccountBody(Body):
    """`POST …/service_accounts`, without the key that would have no name of ours."""

    name: str
    create_service_account_only: Literal[True]


class AccountNamed(Body):
    """`POST …/service_accounts/{account}`, with the role that an account which was made alone has not."""

    name: str
    role: Literal["member"]


class KeyBody(Body):
    """`POST …/service_accounts/{account}/api_keys`, and without `name` `POST …/api_keys/{key}`.

    `scopes` is never empty, for that removes every restriction; a time counts from the moment of the call.
    """

    name: str | None = None
    scopes: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    expires_in_seconds: Annotated[int, Field(ge=1)] | None = None


class PermissionsBody(Body):
    """`POST …/model_permissions`, which replaces what was there."""

    mode: Literal["allow_list"]
    model_ids: tuple[str, ...]


class RateBody(Body):
    """`POST …/rate_limits/{limit}`."""

    max_requests_per_1_minute: Count | None = None
    max_tokens_per_1_minute: Count | None = None
    max_requests_per_1_day: Count | None = None


class LimitBody(Body):
    """`POST …/spend_limit`, in cents."""

    threshold_amount: Annotated[int, Field(ge=1)]
    currency: Literal["USD"]
    interval: Literal["month"]


class ChannelBody(Body):
    """Whom an alert is sent to."""

    type: Literal["email"]
    recipients: Annotated[tuple[str, ...], Field(min_length=1)]
    subject_prefix: str


class AlertBody(Body):
    """`POST …/spend_alerts`, in cents."""

    threshold_amount: Annotated[int, Field(ge=0)]
    notification_channel: ChannelBody
    currency: Literal["USD"]
    interval: Literal["month"]


class SeenProject(Answer):
    """A project."""

    id: str
    name: str
    created_at: int = 0
    status: str = "active"


class SeenAccount(Answer):
    """A service account."""

    id: str
    name: str = ""


class SeenOwner(Answer):
    """Whose a key is: no service account means a person."""

    service_account: SeenAccount | None = None


class SeenKey(Answer):
    """A key. Its scopes are not answered."""

    id: str
    name: str | None = None
    expires_at: int | None = None
    last_used_at: int | None = None
    owner: SeenOwner | None = None
    owner_project_access: str | None = None


class Issued(Answer):
    """A key just made: the only time that its value is told."""

    id: str
    value: SecretStr


class SeenPermissions(Answer):
    """Which models a project may use."""

    mode: str
    model_ids: tuple[str, ...] | None = None


class SeenLimit(Answer):
    """The most that a project may spend."""

    threshold_amount: int
    interval: str = "month"


class MaybePermissions(RootModel[SeenPermissions | None]):
    """`null` where nothing was ever set."""


class MaybeLimit(RootModel[SeenLimit | None]):
    """`null` where there is none."""


class SeenRate(Answer):
    """A row of `GET …/rate_limits`; a field that the model has no limit of is missing or null."""

    id: str
    model: str
    max_requests_per_1_minute: int | None = None
    max_tokens_per_1_minute: int | None = None
    max_requests_per_1_day: int | None = None


class SeenChannel(Answer):
    """Whom an alert is sent to."""

    recipients: tuple[str, ...] = ()
    subject_prefix: str | None = None


class SeenAlert(Answer):
    """An alert."""

    id: str
    threshold_amount: int
    notification_channel: SeenChannel = SeenChannel()


class Page(Answer, Generic[Row]):
    """One page of a list."""

    data: tuple[Row, ...]
    has_more: bool = False


class Done(Answer):
    """An answer of which nothing matters but that it came."""
