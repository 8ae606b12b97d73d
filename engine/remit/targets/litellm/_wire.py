"""What goes over the wire: the fields that are sent, and those that are read.

Source: the OpenAPI description of LiteLLM 1.109.1, and a running proxy 1.106.2. The proxy ignores unknown fields in
silence, so a misspelt one must not leave here; it also stores what is sent, so nothing unset is.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

from remit.targets._api import Answer, Body

Metadata = dict[str, object]
Dollars = Annotated[Decimal, PlainSerializer(float, return_type=float)]


def _missing_is_empty(value: object) -> object:
    return {} if value is None else value


class BudgetWindow(Body):
    """One of several budgets: so much money in each `budget_duration`."""

    budget_duration: str
    max_budget: Dollars


class KeyBody(Body):
    """`POST /key/generate` and `POST /key/update`; `key` is the value to create, or the hash of the one to change."""

    key: str
    key_alias: str | None = None
    team_id: str | None = None
    models: tuple[str, ...] | None = None
    allowed_routes: tuple[str, ...] | None = None
    rpm_limit: int | None = None
    tpm_limit: int | None = None
    max_parallel_requests: int | None = None
    model_rpm_limit: dict[str, int] | None = None
    model_tpm_limit: dict[str, int] | None = None
    max_budget: Dollars | None = None
    budget_duration: str | None = None
    budget_limits: tuple[BudgetWindow, ...] | None = None
    end_user_budget_id: str | None = None
    duration: str | None = None
    blocked: bool | None = None
    metadata: Metadata | None = None


class BudgetBody(Body):
    """`POST /budget/new` and `/budget/update`: rates that several can share; null clears one."""

    budget_id: str
    rpm_limit: int | None = None
    tpm_limit: int | None = None


class KeyHash(Body):
    """`POST /key/block` and `/key/unblock`."""

    key: str


class KeyHashes(Body):
    """`POST /key/delete`."""

    keys: tuple[str, ...]


class TeamBody(Body):
    """`POST /team/new` and `PATCH /team/{id}`, which merges `metadata` by RFC 7386."""

    team_id: str | None = None
    team_alias: str | None = None
    models: tuple[str, ...] | None = None
    max_budget: Dollars | None = None
    budget_duration: str | None = None
    budget_limits: tuple[BudgetWindow, ...] | None = None
    soft_budget: Dollars | None = None
    blocked: bool | None = None
    metadata: Metadata | None = None


class TeamId(Body):
    """`POST /team/block`."""

    team_id: str


class TeamIds(Body):
    """`POST /team/delete`, which deletes the keys of the team too."""

    team_ids: tuple[str, ...]


class SeenWindow(Answer):
    """A budget window as it is answered."""

    budget_duration: str
    max_budget: Decimal


class SeenKey(Answer):
    """A row of `GET /key/list` with `return_full_object`, and `info` of `GET /key/info`."""

    token: str = ""
    key_alias: str | None = None
    team_id: str | None = None
    models: tuple[str, ...] = ()
    allowed_routes: tuple[str, ...] | None = None
    rpm_limit: int | None = None
    tpm_limit: int | None = None
    max_parallel_requests: int | None = None
    max_budget: Decimal | None = None
    budget_duration: str | None = None
    budget_limits: tuple[SeenWindow, ...] | None = None
    expires: datetime | None = None
    last_active: datetime | None = None
    spend: Decimal | None = None
    blocked: bool | None = None
    status: str | None = None
    metadata: Annotated[Metadata, BeforeValidator(_missing_is_empty)] = Field(default_factory=dict)


class SeenTeam(Answer):
    """A row of `GET /v2/team/list`."""

    team_id: str
    team_alias: str | None = None
    models: tuple[str, ...] = ()
    max_budget: Decimal | None = None
    budget_duration: str | None = None
    budget_limits: tuple[SeenWindow, ...] | None = None
    blocked: bool | None = None
    metadata: Annotated[Metadata, BeforeValidator(_missing_is_empty)] = Field(default_factory=dict)


class KeyPage(Answer):
    """One page of `GET /key/list`."""

    keys: tuple[SeenKey, ...]
    total_count: int
    total_pages: int


class SeenBudget(Answer):
    """A row of `GET /budget/list`."""

    budget_id: str
    rpm_limit: int | None = None
    tpm_limit: int | None = None


class TeamPage(Answer):
    """One page of `GET /v2/team/list`."""

    teams: tuple[SeenTeam, ...]
    total: int
    total_pages: int


class KeyInfo(Answer):
    """`GET /key/info`."""

    key: str
    info: SeenKey


class Generated(Answer):
    """What `POST /key/generate` answers; its `key` is not read, for the value was chosen here."""

    token: str | None = None
    token_id: str | None = None


class ReadinessDetails(Answer):
    """`GET /health/readiness/details`; what anybody may read without a key does not say the version."""

    litellm_version: str | None = None


class Licence(Answer):
    """`GET /health/license`."""

    license_type: str | None = None


class ListedModel(Answer):
    """A row of `GET /v1/models`."""

    id: str


class ModelList(Answer):
    """`GET /v1/models`."""

    data: tuple[ListedModel, ...]


class Done(Answer):
    """An answer of which nothing matters but that it came."""
